// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/import/drawing.hpp"
#include "scenarios/import/names.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/node.hpp"

namespace squall::scenarios::imports {

/// How an importer is asked to read.
struct ReadingWishes {
  bool fit = false;  ///< recorded times become {p50, p99} where one name has several samples
};

/// Over how many items something runs whose list is only known when it runs.
constexpr const char* assumed_width = "1..3";

/// A foreign file as it is being read: its text, what is wrong with it, and the drawing that comes of it.
class Foreign {
 public:
  Foreign(const Sources& sources, std::uint32_t file, Findings& findings, ReadingWishes wishes)
      : wishes_(wishes), sources_(sources), file_(file), findings_(findings), before_(findings.count()) {}

  Drawing drawing;
  Names names;

  const ReadingWishes& wishes() const { return wishes_; }
  std::string_view text() const { return sources_.text(file_); }
  std::string_view file_name() const { return sources_.name(file_); }
  Spot spot(Mark mark) const;
  Mark mark(std::size_t offset, std::size_t length) const {
    return {file_, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
  }

  /// The file cannot be imported, and why.
  void refuse(Mark at, std::string what, std::string fix) { findings_.add(at, std::move(what), std::move(fix)); }
  bool refused() const { return findings_.count() > before_; }
  /// The fix for a name that is none: the nearest of `known`, a map by names. Those of findings that
  /// are only counted any more are not looked for.
  template <class Known>
  std::string nearest_of(std::string_view wrong, const Known& known) const {
    if (findings_.count() >= Findings::most) return "name another";
    std::vector<std::string_view> all;
    all.reserve(known.size());
    for (const auto& [name, unused] : known) all.push_back(name);
    const std::string instead = instead_of(wrong, all);
    return instead.empty() ? "declare it, or name another" : instead;
  }

  /// The tool of that name, and whether it is new: then it has nothing but the name yet. O(log tools).
  std::pair<DrawnTool*, bool> tool(const std::string& name);

  /// What the file does not say and the importer chose. Said once for all places with the same words.
  void assume(Mark at, std::string text) { add(drawing.assumptions, at, std::move(text)); }
  void assume(std::string text) { add(drawing.assumptions, {file_, 0, 0}, std::move(text)); }
  /// What the file says and the importer does not know what to do with.
  void puzzled(Mark at, std::string text) { add(drawing.not_understood, at, std::move(text)); }
  /// The same of every key of `of` that is not among `known`; `what` is whose keys they are.
  void puzzled_by_others(const Node& of, std::string_view what, std::initializer_list<std::string_view> known);

  /// The text of a scalar under `key`; empty where there is none. What is there and no text is not understood.
  std::string text_of(const Node& of, std::string_view key);
  /// A mapping or sequence under `key`; nullptr where there is none. What is there and something else is refused.
  const Node* mapping_of(const Node& of, std::string_view key);
  const Node* sequence_of(const Node& of, std::string_view key);
  /// `true` or `false` under `key`.
  bool flag_of(const Node& of, std::string_view key, bool otherwise);
  /// A whole number from 0 under `key`. What is there and none is refused.
  std::optional<std::uint64_t> count_of(const Node& of, std::string_view key);

 private:
  void add(std::vector<Note>& notes, Mark at, std::string text);
  const Node* child_of(const Node& of, std::string_view key, Node::Kind kind, std::string_view form);

  const ReadingWishes wishes_;
  const Sources& sources_;
  const std::uint32_t file_;
  Findings& findings_;
  const std::size_t before_;
  std::map<std::string, std::size_t> tools_;  ///< places in `drawing.tools`
};

/// The time of a step of which a file says none.
inline constexpr const char* assumed_work = "{p50: 2s, p99: 20s}";
/// The time of a call of a tool of which a file says none.
inline constexpr const char* assumed_call = "{p50: 200ms, p99: 2s}";
/// The time that somebody outside takes to answer, of which a file says none.
inline constexpr const char* assumed_answer = "{p50: 5m, p99: 1h}";

}  // namespace squall::scenarios::imports

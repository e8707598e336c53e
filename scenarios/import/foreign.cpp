// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/foreign.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/reader/values.hpp"

namespace squall::scenarios::imports {
namespace {

constexpr std::size_t most_notes = 200;  // of different words; a person reads no more, and each is looked for in all

}  // namespace

Spot Foreign::spot(Mark mark) const {
  if (mark.length == 0) return {};
  return {sources_.line_number(mark)};  // columns cost the length of a line, and many files have only one
}

void Foreign::add(std::vector<Note>& notes, Mark at, std::string text) {
  const auto known = std::ranges::find(notes, text, &Note::text);
  if (known != notes.end()) {
    ++known->times;
    return;
  }
  if (notes.size() < most_notes) {
    notes.push_back({spot(at), std::move(text)});
  } else if (notes.size() == most_notes) {
    notes.push_back({spot(at), "and more of other kinds"});
  } else {
    ++notes.back().times;
  }
}

std::pair<DrawnTool*, bool> Foreign::tool(const std::string& name) {
  const auto [found, fresh] = tools_.emplace(name, drawing.tools.size());
  if (fresh) drawing.tools.push_back({.name = name, .label = {}, .latency = {}, .dedup = {}});
  return {&drawing.tools[found->second], fresh};
}

void Foreign::puzzled_by_others(const Node& of, std::string_view what, std::initializer_list<std::string_view> known) {
  for (const Node::Entry& entry : of.entries) {
    if (std::ranges::find(known, entry.key->text) == known.end())
      puzzled(entry.key->mark, fmt::format("'{}' of {}", entry.key->text, what));
  }
}

std::string Foreign::text_of(const Node& of, std::string_view key) {
  const Node* node = of.find(key);
  if (node == nullptr || node->is_null()) return {};
  if (node->is_scalar()) return node->text;
  puzzled(node->mark, fmt::format("'{}' holds no text", key));
  return {};
}

const Node* Foreign::child_of(const Node& of, std::string_view key, Node::Kind kind, std::string_view form) {
  const Node* node = of.find(key);
  if (node == nullptr || node->is_null()) return nullptr;
  if (node->kind == kind) return node;
  refuse(node->mark, fmt::format("'{}' is no {}", key, form), fmt::format("write '{}' as a {}", key, form));
  return nullptr;
}

const Node* Foreign::mapping_of(const Node& of, std::string_view key) {
  return child_of(of, key, Node::Kind::mapping, "mapping");
}

const Node* Foreign::sequence_of(const Node& of, std::string_view key) {
  return child_of(of, key, Node::Kind::sequence, "list");
}

bool Foreign::flag_of(const Node& of, std::string_view key, bool otherwise) {
  const Node* node = of.find(key);
  if (node == nullptr || node->is_null()) return otherwise;
  if (node->is_scalar() && (node->text == "true" || node->text == "True")) return true;
  if (node->is_scalar() && (node->text == "false" || node->text == "False")) return false;
  puzzled(node->mark, fmt::format("'{}' is neither true nor false", key));
  return otherwise;
}

std::optional<std::uint64_t> Foreign::count_of(const Node& of, std::string_view key) {
  const Node* node = of.find(key);
  if (node == nullptr || node->is_null()) return std::nullopt;
  const auto count = parse_count(node->is_scalar() ? node->text : std::string{"-"}, 1'000'000'000'000);
  if (const auto* number = std::get_if<std::uint64_t>(&count)) return *number;
  refuse(node->mark, fmt::format("'{}' is no whole number from 0", key), "write such as 3");
  return std::nullopt;
}

}  // namespace squall::scenarios::imports

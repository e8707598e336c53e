// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "scenarios/field_table.hpp"
#include "scenarios/reader/node.hpp"
#include "scenarios/reader/values.hpp"
#include "scenarios/workflow.hpp"

/// The decoder: nodes of a YAML tree become values of the builder, field by field as the field table says.
namespace squall::scenarios {

/// A count, or one of the words that may stand in its place.
template <class T>
struct OrWord {
  std::optional<T> value;
  std::size_t word = 0;  ///< place among the words of the field; only where there is no value
};

/// What all decoding of one file shares: findings, places, names. Every `as_…` says what is wrong with a node and yields
/// nothing then. `row` is the field that the node stands in: messages name it.
class Reading {
 public:
  Reading(Sources& sources, Tree& tree, Findings& findings) : sources_(sources), tree_(tree), findings_(findings) {}

  std::optional<bool> as_flag(const FieldRow& row, const Node& node);
  std::optional<std::uint32_t> as_count(const FieldRow& row, const Node& node);
  std::optional<std::vector<std::uint32_t>> as_counts(const FieldRow& row, const Node& node);
  std::optional<std::string> as_text(const FieldRow& row, const Node& node);
  std::optional<std::string> as_name(const FieldRow& row, const Node& node);
  std::optional<std::vector<std::string>> as_names(const FieldRow& row, const Node& node);
  std::optional<sim::Duration> as_duration(const FieldRow& row, const Node& node);
  std::optional<sim::Distribution> as_drawn(const FieldRow& row, const Node& node);
  std::optional<Time> as_time(const FieldRow& row, const Node& node);
  std::optional<sim::Probability> as_chance(const FieldRow& row, const Node& node);
  std::optional<std::pair<std::uint32_t, sim::Duration>> as_rate(const FieldRow& row, const Node& node);
  std::optional<std::uint32_t> as_seeds(const FieldRow& row, const Node& node);
  std::optional<Expression> as_value(const FieldRow& row, const Node& node);
  std::optional<Named> as_values(const FieldRow& row, const Node& node);
  std::optional<Expression> as_condition(const FieldRow& row, const Node& node);
  std::optional<Expression> as_agent(const FieldRow& row, const Node& node);
  std::optional<Target> as_agents(const FieldRow& row, const Node& node);
  std::optional<std::size_t> as_word(const FieldRow& row, const Node& node);
  std::optional<OrWord<std::uint32_t>> as_number_or(const FieldRow& row, const Node& node);
  std::optional<OrWord<sim::Duration>> as_duration_or(const FieldRow& row, const Node& node);
  /// A condition on the world, which may count events: `count(sent('task')) > 2`.
  std::optional<Condition> as_world_condition(const FieldRow& row, const Node& node);
  /// The expression behind `=`; `node` must be a scalar that begins with it.
  std::optional<Expression> as_expression(const Node& node);

  /// A list of steps. What cannot be read as a step is left out, and `incomplete` set.
  Program steps(const Node& node);
  std::optional<std::vector<std::pair<std::string, Program>>> branches(const FieldRow& row, const Node& node);

  /// A finding about a node, or about a stretch of a scalar's text.
  void say(const Node& node, std::string what, std::string fix) {
    findings_.add(node.mark, std::move(what), std::move(fix));
  }
  void say(Mark mark, std::string what, std::string fix) { findings_.add(mark, std::move(what), std::move(fix)); }
  /// Where bytes `from` … of a scalar's text stand in the file; the whole scalar where it is folded or escaped.
  Mark part(const Node& scalar, std::size_t from, std::size_t length) const;

  /// Number of a place, for `Step::mark` and `Expression::mark`; 0 is no place.
  std::uint32_t number_of(Mark mark, const Node* step = nullptr);
  struct Numbered {
    Mark mark;
    const Node* step = nullptr;  ///< of a step
    bool bad = false;            ///< something is wrong with it already: what follows from that is not said
  };
  Numbered& numbered(std::uint32_t number) { return numbered_[number - 1]; }
  const Numbered& numbered(std::uint32_t number) const { return numbered_[number - 1]; }
  bool knows(std::uint32_t number) const { return number != 0 && number <= numbered_.size(); }

  Findings& findings() { return findings_; }
  const Sources& sources() const { return sources_; }
  Tree& tree() { return tree_; }
  /// Agents' names that hold a hyphen, known before any expression is read.
  std::set<std::string, std::less<>> hyphenated;
  /// Rows of the field table that the decoder has asked for.
  std::bitset<field_table.size()> asked;
  /// Steps or agents are missing because they could not be read: what follows from that is not said.
  bool incomplete = false;

 private:
  template <class T>
  std::optional<T> take(const FieldRow& row, const Node& node, Parsed<T> parsed);
  bool is_scalar(const FieldRow& row, const Node& node, std::string_view takes);
  std::optional<Expression> parsed_expression(const Node& node, std::size_t from,
                                              std::vector<Pattern>* patterns = nullptr);

  void step(const Node& node, Program& into);

  Sources& sources_;
  Tree& tree_;
  Findings& findings_;
  std::vector<Numbered> numbered_;
  std::size_t expression_bytes_ = 0;
};

/// "'timeout' of step 'save'": how messages call the field of a row.
std::string field_name(const FieldRow& row);

}  // namespace squall::scenarios

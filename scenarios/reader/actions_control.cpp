// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/reader/actions_by_kind.hpp"

/// Steps that choose, repeat and run branches; and which function reads which action.
namespace squall::scenarios {
namespace {

/// `join: all`, `any` or a count; `failure`.
template <std::size_t join, std::size_t failure>
Branches branches_of(Record& step) {
  Branches branches;
  if (const auto needed = step.get<join>()) {
    branches.join = needed->value.value_or(needed->word == 0 ? 0 : join_any);
    if (needed->value == 0U) {
      step.reading().say(*step.node<join>(), "'join' needs at least one success", "write all, any, or a count from 1");
    }
  }
  step.into_word<failure>(branches.failure);
  return branches;
}

/// One end of a range: a number, or `=expr`.
std::optional<Expression> end_of(Reading& reading, const Node& whole, std::string_view text, std::size_t from) {
  Node* end = reading.tree().make(
      {.plain = whole.plain, .mark = reading.part(whole, from, text.size()), .text = std::string{text}});
  if (text.starts_with('=') || looks_like_number(text)) return reading.as_value(*find_field("map", "over"), *end);
  reading.say(*end, fmt::format("'{}' is no end of a range", text), "write a number or =expr on both sides of '..'");
  return std::nullopt;
}

}  // namespace

Over over_of(Reading& reading, const Node& node) {
  Over over;
  const std::size_t dots = node.is_scalar() ? node.text.find("..") : std::string::npos;
  if (dots != std::string::npos) {
    const std::string_view text = node.text;
    over.from = end_of(reading, node, text.substr(0, dots), 0);
    over.to = end_of(reading, node, text.substr(dots + 2), dots + 2);
    return over;
  }
  if (node.is_scalar() && node.text.starts_with('=')) {
    const auto list = reading.as_expression(node);
    if (list && list->kind() == Expression::Kind::name) {
      over.list = list->text();
    } else if (list) {
      reading.say(node, "a map goes over a list by its name", "write =list, the `as` of a receive with a count");
    }
    return over;
  }
  reading.say(node, "a map goes over a range or a list", "write 1..3, or =list");
  return over;
}

namespace {

std::vector<Action> read_set(Record& step) {
  std::vector<Action> sets;
  if (auto values = step.get<field_row("step.set")>()) {
    for (auto& [name, value] : *values) sets.push_back(steps::Set{name, std::move(value)});
    if (values->empty()) step.reading().say(step.at(), "this sets nothing", "write set: {name: value}");
  }
  return sets;
}

std::optional<Action> read_watch(Record& step, Fields& fields) {
  auto agent = step.get<field_row("step.watch")>();
  if (!agent) return std::nullopt;
  // Here the timeout is not a bound of the step, but what the detector waits for.
  Time silence{sim::Duration{std::chrono::seconds{30}}};
  if (fields.timeout) silence = std::move(*fields.timeout);
  fields.timeout.reset();
  return steps::Watch{std::move(*agent), std::move(silence)};
}

struct Row {
  std::string_view name;
  std::optional<Action> (*read)(Record&);
};
constexpr std::array control_rows{Row{"work", read_work},
                                  Row{"sleep", read_sleep},
                                  Row{"send", read_send},
                                  Row{"publish", read_publish},
                                  Row{"subscribe", read_subscribe},
                                  Row{"receive", read_receive},
                                  Row{"ask", read_ask},
                                  Row{"reply", read_reply},
                                  Row{"read", read_read},
                                  Row{"write", read_write},
                                  Row{"update", read_update},
                                  Row{"compare-and-set", read_compare_and_set},
                                  Row{"call", read_call},
                                  Row{"acquire", read_acquire},
                                  Row{"renew", read_renew},
                                  Row{"release", read_release},
                                  Row{"if", read_if},
                                  Row{"choose", read_choose},
                                  Row{"repeat", read_repeat},
                                  Row{"block", read_block},
                                  Row{"parallel", read_parallel},
                                  Row{"map", read_map},
                                  Row{"spawn", read_spawn},
                                  Row{"cancel", read_cancel},
                                  Row{"checkpoint", read_checkpoint},
                                  Row{"restart", read_restart},
                                  Row{"validate", read_validate},
                                  Row{"emit", read_emit},
                                  Row{"discard", read_discard},
                                  Row{"ack", read_ack},
                                  Row{"fail", read_fail},
                                  Row{"finish", read_finish},
                                  Row{"route", read_route},
                                  Row{"interrupt", read_interrupt}};

}  // namespace

std::optional<Action> read_if(Record& step) {
  steps::If condition;
  auto given = step.get<field_row("step.if")>();
  step.into<field_row("beside if.then")>(condition.then);
  step.into<field_row("beside if.else")>(condition.otherwise);
  if (given) condition.condition = std::move(*given);
  return condition;
}

std::optional<Action> read_choose(Record& step) {
  steps::Choose choose;
  for (auto& [key, branch] : step.get<field_row("step.choose")>()) {
    auto& [chance, program] = choose.branches.emplace_back();
    branch.into<field_row("choice.chance")>(chance);
    branch.into<field_row("choice.do")>(program);
    if (!branch.has<field_row("choice.chance")>() &&
        choose.branches.size() != step.node<field_row("step.choose")>()->items.size())
      step.reading().say(branch.at(), "only the last branch may leave its chance out", "write its chance");
  }
  return choose;
}

std::optional<Action> read_repeat(Record& step) {
  steps::Repeat repeat;
  step.into<field_row("step.repeat")>(repeat.body);
  if (auto times = step.get<field_row("beside repeat.times")>()) repeat.loop.times = std::move(*times);
  if (auto condition = step.get<field_row("beside repeat.while")>()) repeat.loop.while_ = std::move(*condition);
  if (auto condition = step.get<field_row("beside repeat.until")>()) repeat.loop.until = std::move(*condition);
  return repeat;
}

std::optional<Action> read_route(Record& step) {
  steps::Route route;
  step.into<field_row("step.route")>(route.labels);
  return route;
}

std::optional<Action> read_interrupt(Record& step) {
  auto record = step.get<field_row("step.interrupt")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Interrupt interrupt{Target{"nobody"}, {}, {}};
  record->into<field_row("interrupt.to")>(interrupt.to);
  record->into<field_row("interrupt.topic")>(interrupt.topic);
  record->into<field_row("interrupt.with")>(interrupt.content.with);
  return interrupt;
}

std::optional<Action> read_block(Record& step) {
  steps::Block block;
  step.into<field_row("step.block")>(block.body);
  return block;
}

std::optional<Action> read_parallel(Record& step) {
  steps::Parallel parallel;
  step.into<field_row("step.parallel")>(parallel.branches);
  parallel.join = branches_of<field_row("beside parallel.join"), field_row("beside parallel.failure")>(step);
  return parallel;
}

std::optional<Action> read_map(Record& step) {
  auto record = step.get<field_row("step.map")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Map map;
  if (const Node* over = record->node<field_row("map.over")>()) map.over = over_of(step.reading(), *over);
  record->into<field_row("map.item")>(map.over.item);
  if (const auto limit = record->get<field_row("map.limit")>()) map.over.limit = limit->value.value_or(0);
  record->into<field_row("map.do")>(map.body);
  map.join = branches_of<field_row("beside map.join"), field_row("beside map.failure")>(step);
  return map;
}

std::vector<Action> read_action(Record& step, std::string_view action, Fields& fields) {
  if (action == "set") return read_set(step);
  std::optional<Action> read;
  if (action == "watch") {
    read = read_watch(step, fields);
  } else if (const auto row = std::ranges::find(control_rows, action, &Row::name); row != control_rows.end()) {
    read = row->read(step);
  }
  std::vector<Action> actions;
  if (read) actions.push_back(std::move(*read));
  return actions;
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/decisions.hpp"

#include <optional>

#include <fmt/format.h>

#include "scenarios/field_table.hpp"

namespace squall::scenarios {
namespace {

constexpr const char* event_form = "write the name of an event, or {NAME: [answers]}";

std::optional<sim::Decision> decision(Reading& reading, const Node& node) {
  const bool asks = node.is_mapping() && node.entries.size() == 1;
  const Node& name = asks ? *node.entries.front().key : node;
  if (!name.is_scalar() || name.is_null() || name.text.empty()) {
    reading.say(node, "this is no decision", event_form);
    return std::nullopt;
  }
  sim::Decision decision{.event = name.text, .answers = {}};
  if (asks) {
    const auto answers = reading.as_counts(field_table[field_row("file.choose")], *node.entries.front().value);
    if (!answers) return std::nullopt;
    decision.answers = *answers;
  }
  return decision;
}

}  // namespace

sim::Schedule read_schedule(Record& record) {
  sim::Schedule schedule;
  record.into_word<field_row("schedule.timers")>(schedule.timers);
  record.into<field_row("schedule.faults")>(schedule.faults);
  const Node* events = record.node<field_row("schedule.events")>();
  record.node<field_row("schedule.loop")>();
  if (events == nullptr) return schedule;
  if (!events->is_sequence()) {
    record.reading().say(*events, "'events' is a list of decisions", event_form);
    return schedule;
  }
  for (const Node* item : events->items) {
    if (auto one = decision(record.reading(), *item)) schedule.decisions.push_back(std::move(*one));
  }
  if (const auto loop = record.get<field_row("schedule.loop")>()) {
    if (*loop >= 1 && *loop <= schedule.decisions.size()) {
      schedule.loop = *loop - 1;
    } else {
      record.reading().say(*record.node<field_row("schedule.loop")>(), "there is no such event in 'events'",
                           fmt::format("write 1 to {}", schedule.decisions.size()));
    }
  }
  return schedule;
}

}  // namespace squall::scenarios

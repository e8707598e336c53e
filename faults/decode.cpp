// SPDX-License-Identifier: Apache-2.0
#include "faults/decode.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include "sim/fields.hpp"

namespace squall::faults {
namespace {

// ---- which fields there are ----

const FieldRow from_row{{"from", "", "the sender, or one of several"}, Takes::agents};
const FieldRow to_row{{"to", "", "the receiver, or one of several; `nobody`: the queue of a published topic"},
                      Takes::agents};
const FieldRow topic_row{{"topic", "", "`reply`: an answer to an `ask`"}, Takes::topic};
const FieldRow where_row{{"where", "", "what holds of the message"}, Takes::condition};
const FieldRow agent_row{{"agent", "", "who acts, or one of several"}, Takes::agents};
const FieldRow tool_row{{"tool", "", "which is called"}, Takes::tool};
const FieldRow key_row{{"key", "", "which is read or written"}, Takes::key};
const FieldRow resource_row{{"resource", "", "which is granted or renewed"}, Takes::resource};
const FieldRow artifact_row{{"artifact", "", "which is made or checked"}, Takes::artifact};
const FieldRow instance_row{{"instance", "", "number in the load, from 0"}, Takes::count};

const FieldRow nth_row{{"nth", "", "that match alone; counted from 1 over the run"}, Takes::count};
const FieldRow at_row{{"at", "", "a time, or before or after a step of an agent, `nth` of it"}, Takes::moment};
const FieldRow chance_row{{"chance", "100%", "of each match, or of each run"}, Takes::chance};
const FieldRow every_row{{"every", "", "again and again, after so long each time"}, Takes::duration};
const FieldRow window_row{{"window", "", "only between these times"}, Takes::window};
const FieldRow while_row{{"while", "", "only while this holds of the world"}, Takes::condition};
const FieldRow when_row{{"when", "", "only where who acts is in that third of its program, by the order of its steps"},
                        Takes::word,
                        words_of<Phase>};
const FieldRow at_most_row{{"at-most", "", "so many times in a run"}, Takes::count};
const FieldRow burst_row{{"burst", "1", "so many matches in a row, each time the dice come up"}, Takes::count};
const FieldRow persistent_row{{"persistent", "false", "once it has struck, it strikes every match"}, Takes::flag};

std::vector<FieldRow> matcher_rows(Strikes strikes) {
  switch (strikes) {
    case Strikes::message: return {from_row, to_row, topic_row, where_row, instance_row};
    case Strikes::link: return {from_row, to_row};
    case Strikes::tool: return {agent_row, tool_row, instance_row};
    case Strikes::outage: return {tool_row};
    case Strikes::context: return {agent_row, key_row, instance_row};
    case Strikes::resource: return {agent_row, resource_row, instance_row};
    case Strikes::artifact: return {agent_row, artifact_row, instance_row};
    case Strikes::shape: return {agent_row, from_row, to_row, tool_row};
    case Strikes::clock:
    case Strikes::phase:
    case Strikes::inbox: return {agent_row};
    default: return {agent_row, instance_row};
  }
}

std::vector<FieldRow> trigger_rows(Strikes strikes) {
  std::vector<FieldRow> rows;
  const bool begins_by_itself = has_time(strikes);
  const bool matches = has_matches(strikes);
  if (matches) rows.push_back(nth_row);
  if (begins_by_itself) rows.push_back(at_row);
  rows.push_back(chance_row);
  if (begins_by_itself && strikes != Strikes::shape && strikes != Strikes::phase) rows.push_back(every_row);
  rows.insert(rows.end(), {window_row, while_row});
  if (matches) rows.push_back(when_row);
  rows.push_back(at_most_row);
  if (matches) rows.insert(rows.end(), {burst_row, persistent_row});
  return rows;
}

bool contains(const std::vector<FieldRow>& rows, std::string_view name) {
  return std::ranges::any_of(rows, [&](const FieldRow& row) { return row.field.name == name; });
}

// ---- setting one ----

template <class Value>
bool take(Value& into, const FieldValue& value) {
  const auto* given = std::get_if<Value>(&value);
  if (given == nullptr) return false;
  into = *given;
  return true;
}

std::string set_count(std::uint32_t& into, const FieldValue& value) {
  const auto* given = std::get_if<std::int64_t>(&value);
  if (given == nullptr || *given < 0 || *given >= std::int64_t{sim::unlimited}) {
    return "takes a whole number from 0 to 4294967294";
  }
  into = static_cast<std::uint32_t>(*given);
  return {};
}

template <class Value>
std::string set_value(Value& into, const FieldValue& value) {
  if constexpr (sim::is_optional<Value>) {
    typename Value::value_type given{};
    std::string wrong = set_value(given, value);
    if (wrong.empty()) into = std::move(given);
    return wrong;
  } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
    return set_count(into, value);
  } else if constexpr (std::is_enum_v<Value>) {
    const auto* word = std::get_if<std::string>(&value);
    const auto& words = words_of<Value>;
    const auto found = word == nullptr ? words.end() : std::ranges::find(words, *word);
    if (found == words.end()) return fmt::format("takes one of: {}", fmt::join(words, ", "));
    into = static_cast<Value>(found - words.begin());
    return {};
  } else if constexpr (std::is_same_v<Value, bool>) {
    return take(into, value) ? "" : "takes true or false";
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    return take(into, value) ? "" : "takes a whole number";
  } else if constexpr (std::is_same_v<Value, sim::Distribution>) {
    return take(into, value) ? "" : "takes a duration";
  } else if constexpr (std::is_same_v<Value, sim::Probability>) {
    return take(into, value) ? "" : "takes a chance, in percent";
  } else if constexpr (std::is_same_v<Value, Names>) {
    if (const auto* name = std::get_if<std::string>(&value)) return into = *name, "";
    return take(into, value) ? "" : "takes a name, or a list of names";
  } else if constexpr (std::is_same_v<Value, TopicName>) {
    return take(into.name, value) ? "" : "takes a name";
  } else if constexpr (std::is_same_v<Value, Condition>) {
    return take(into, value) ? "" : "takes a condition";
  } else {
    static_assert(std::is_same_v<Value, std::string>);
    return take(into, value) ? "" : "takes a name";
  }
}

std::string set_matcher(Matcher& matcher, std::string_view field, const FieldValue& value) {
  if (field == "from") return set_value(matcher.from, value);
  if (field == "to") return set_value(matcher.to, value);
  if (field == "topic") return set_value(matcher.topic, value);
  if (field == "where") return set_value(matcher.where, value);
  if (field == "agent") return set_value(matcher.agent, value);
  if (field == "tool") return set_value(matcher.tool, value);
  if (field == "key") return set_value(matcher.key, value);
  if (field == "resource") return set_value(matcher.resource, value);
  if (field == "artifact") return set_value(matcher.artifact, value);
  return set_value(matcher.instance, value);
}

std::string set_moment(Line& line, const FieldValue& value) {
  const auto* moment = std::get_if<Moment>(&value);
  if (moment == nullptr) return "takes a time, or a step: {time: 5m}, {before: agent.id}, {after: agent.id, nth: 2}";
  if (const auto* instant = std::get_if<sim::Instant>(moment)) {
    line.trigger.at = *instant;
    return {};
  }
  const StepMoment& at_step = std::get<StepMoment>(*moment);
  line.trigger.step = at_step.place;
  if (at_step.nth) line.trigger.nth = at_step.nth;
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.side; }) kind.side = at_step.place.after ? Side::after : Side::before;
      },
      line.fault);
  return {};
}

std::string set_trigger(Line& line, std::string_view field, const FieldValue& value) {
  Trigger& trigger = line.trigger;
  if (field == "nth") return set_value(trigger.nth, value);
  if (field == "at") return set_moment(line, value);
  if (field == "chance") return set_value(trigger.chance, value);
  if (field == "every") return set_value(trigger.every, value);
  if (field == "while") return set_value(trigger.holds, value);
  if (field == "when") return set_value(trigger.phase, value);
  if (field == "at-most") return set_value(trigger.at_most, value);
  if (field == "burst") return set_value(trigger.burst, value);
  if (field == "persistent") return set_value(trigger.persistent, value);
  const auto* window = std::get_if<Window>(&value);
  if (window == nullptr) return "takes two times: 1m..5m";
  trigger.from = window->from;
  trigger.until = window->until;
  return {};
}

std::string set_option(Fault& fault, std::string_view field, const FieldValue& value) {
  std::optional<std::string> wrong;
  std::visit(
      [&](auto& kind) {
        kind.fields(kind, [&]<class Value>(const sim::Field& option, Value& member) {
          if (option.name != field) return;
          if constexpr (sim::is_optional<Value>) {
            // `restart: never` says what leaving it out says.
            const auto* word = std::get_if<std::string>(&value);
            if (word != nullptr && !option.otherwise.empty() && *word == option.otherwise) {
              member.reset();
              wrong = "";
              return;
            }
          }
          wrong = set_value(member, value);
        });
      },
      fault);
  return wrong.value_or("has no such field");
}

}  // namespace

std::vector<FieldRow> fields_of(const CatalogueRow& kind) {
  std::vector<FieldRow> rows = matcher_rows(kind.strikes);
  const std::vector<FieldRow> trigger = trigger_rows(kind.strikes);
  rows.insert(rows.end(), trigger.begin(), trigger.end());
  rows.insert(rows.end(), kind.options.begin(), kind.options.end());
  return rows;
}

Line blank_line(const CatalogueRow& kind) { return {.fault = kind.initial, .matcher = {}, .trigger = {}}; }

std::string set_field(Line& line, std::string_view field, const FieldValue& value) {
  const Strikes strikes = strikes_of(line.fault);
  if (contains(matcher_rows(strikes), field)) return set_matcher(line.matcher, field, value);
  if (contains(trigger_rows(strikes), field)) return set_trigger(line, field, value);
  return set_option(line.fault, field, value);
}

}  // namespace squall::faults

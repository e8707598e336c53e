// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/reader/words.hpp"

#include "scenarios/nearest.hpp"
#include "scenarios/reader/actions_by_kind.hpp"

/// Steps: the fields that every step may have, and which action it is.
namespace squall::scenarios {
namespace {

std::vector<std::string_view> actions() {
  std::vector<std::string_view> names;
  for (const FieldRow& row : field_table) {
    if (row.shape == "step" && !is_step_field(row.name)) names.push_back(row.name);
  }
  return names;
}

}  // namespace

Retry retry_of(Record& record) {
  Retry retry;
  record.into<field_row("retry.times")>(retry.times);
  record.into<field_row("retry.backoff")>(retry.backoff);
  record.into<field_row("retry.factor")>(retry.factor);
  if (const auto most = record.get<field_row("retry.max")>()) retry.max = most->value;
  record.into_word<field_row("retry.jitter")>(retry.jitter);
  record.into<field_row("retry.on")>(retry.on);
  record.into<field_row("retry.hint")>(retry.hint);
  if (const auto budget = record.get<field_row("retry.budget")>()) retry.budget = *budget;
  return retry;
}

std::optional<Otherwise> otherwise_of(Reading& reading, const Node& node) {
  if (!node.is_mapping()) return Otherwise{reading.steps(node)};
  Otherwise otherwise;
  for (const Node::Entry& entry : node.entries) {
    if (!is_name(entry.key->text)) {
      reading.say(*entry.key, fmt::format("'{}' is not the name of an error", entry.key->text),
                  "write steps, or {ERROR: steps, any: steps}");
      continue;
    }
    otherwise.branches.emplace_back(entry.key->text, reading.steps(*entry.value));
  }
  return otherwise;
}

namespace {

Fields fields_of(Record& step) {
  Fields fields;
  step.into<field_row("step.id")>(fields.id);
  step.into<field_row("step.as")>(fields.as);
  if (auto timeout = step.get<field_row("step.timeout")>()) fields.timeout = std::move(*timeout);
  if (auto retry = step.get<field_row("step.retry")>(); retry && retry->usable()) fields.retry = retry_of(*retry);
  if (auto deadline = step.get<field_row("step.deadline")>()) fields.deadline = std::move(*deadline);
  if (auto undo = step.get<field_row("step.undo")>()) fields.undo = std::move(*undo);
  if (const Node* otherwise = step.node<field_row("step.otherwise")>())
    fields.otherwise = otherwise_of(step.reading(), *otherwise);
  if (auto last = step.get<field_row("step.finally")>()) fields.finally = std::move(*last);
  return fields;
}

}  // namespace

Program Reading::steps(const Node& node) {
  Program program;
  if (node.is_null()) return program;
  if (!node.is_sequence()) {
    say(node, "steps are a list",
        node.is_mapping() ? "begin each step with '- '" : "write a list of steps: [{…}, {…}]");
    incomplete = true;
    return program;
  }
  for (const Node* item : node.items) step(*item, program);
  return program;
}

std::optional<std::vector<std::pair<std::string, Program>>> Reading::branches(const FieldRow& row, const Node& node) {
  std::vector<std::pair<std::string, Program>> branches;
  if (!node.is_mapping()) {
    say(node, fmt::format("'{}' is a map of names to steps", row.name),
        fmt::format("write {}: {{NAME: [steps]}}", row.name));
    incomplete = true;
    return std::nullopt;
  }
  for (const Node::Entry& entry : node.entries) {
    if (!is_name(entry.key->text)) {
      say(*entry.key, fmt::format("'{}' is not a name", entry.key->text),
          "begin with a small letter; then small letters, digits, _ and -");
    }
    branches.emplace_back(entry.key->text, steps(*entry.value));
  }
  return branches;
}

void Reading::step(const Node& node, Program& into) {
  static const std::vector<std::string_view> known = actions();
  const std::size_t before = findings_.count();
  if (!node.is_mapping()) {
    const bool word = node.is_scalar() && std::ranges::find(known, node.text) != known.end();
    say(node, "a step is a mapping with one action",
        word ? fmt::format("write '{}: {{}}', or what it needs", node.text)
             : "write '- ACTION: …', such as '- sleep: 5s'");
    incomplete = true;
    return;
  }
  std::vector<const Node*> found;
  for (const Node::Entry& entry : node.entries) {
    if (std::ranges::find(known, entry.key->text) != known.end()) found.push_back(entry.key);
  }
  if (found.size() != 1) {
    incomplete = true;
    if (found.size() > 1) {
      say(*found[1],
          fmt::format("a step does one thing, and this one does '{}' and '{}'", found[0]->text, found[1]->text),
          "make two steps of it");
      return;
    }
    for (const Node::Entry& entry : node.entries) {
      if (find_field("step", entry.key->text) != nullptr) continue;
      say(*entry.key, fmt::format("no step is called '{}'", entry.key->text), instead_of(entry.key->text, known));
      return;
    }
    say(node, "this step does nothing", fmt::format("add an action: {}", fmt::join(known, ", ")));
    return;
  }
  const std::string_view action = found[0]->text;
  const std::string beside = "beside " + std::string{action};
  Record record{*this, node, "step", beside};
  Fields fields = fields_of(record);
  const std::uint32_t mark = number_of(node.mark, &node);
  std::vector<Action> read = read_action(record, action, fields);
  if (read.empty()) incomplete = true;
  if (read.size() > 1) {
    // `set` of several names: the fields of the step are those of the whole.
    Program all;
    for (Action& each : read) all.add({std::move(each), {}, mark});
    const Fields none{};
    const bool plain = node.entries.size() == 1;
    if (plain) {
      for (Step& each : all.steps) into.add(std::move(each));
    } else {
      into.add({steps::Block{std::move(all)}, std::move(fields), mark});
    }
  } else if (read.size() == 1) {
    into.add({std::move(read[0]), std::move(fields), mark});
  }
  numbered(mark).bad = findings_.count() != before;
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/case_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "faults/text.hpp"

namespace squall::scenarios {
namespace {

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + yaml_scalar(name);
  return names.size() == 1 ? text : "[" + text + "]";
}

std::string counts(const std::vector<std::uint32_t>& numbers) { return fmt::format("[{}]", fmt::join(numbers, ", ")); }

void add_schedule(std::string& text, const sim::Schedule& schedule) {
  if (!schedule.begin.empty()) text += fmt::format("choose: {}\n", counts(schedule.begin));
  text += "schedule:\n";
  if (schedule.timers == sim::Timers::last) text += "  timers: last\n";
  if (schedule.faults != 0) text += fmt::format("  faults: {}\n", schedule.faults);
  if (schedule.loop) text += fmt::format("  loop: {}\n", *schedule.loop + 1);
  if (schedule.decisions.empty()) text += "  events: []\n";
  if (!schedule.decisions.empty()) text += "  events:\n";
  for (const sim::Decision& decision : schedule.decisions) {
    text += "    - " + yaml_scalar(decision.event);
    text += decision.answers.empty() ? "\n" : fmt::format(": {}\n", counts(decision.answers));
  }
}

std::string answer_text(const Pins::Answer& answer) {
  if (const auto* time = std::get_if<sim::Duration>(&answer.value)) return faults::to_text(*time);
  if (const auto* yes = std::get_if<bool>(&answer.value)) return *yes ? "true" : "false";
  return fmt::format("{}", std::get<std::int64_t>(answer.value));
}

std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return text;
}

}  // namespace

std::string yaml_scalar(const std::string& text) {
  const auto letter = [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto plain = [&](unsigned char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/' || c == ' ';
  };
  constexpr std::string_view words[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"};
  std::string lower;
  for (const char c : text) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (!text.empty() && letter(static_cast<unsigned char>(text[0])) && std::ranges::all_of(text, plain) &&
      text.back() != ' ' && std::ranges::find(words, std::string_view{lower}) == std::end(words))
    return text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < ' ' || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string to_text(const CaseFile& file) {
  std::string text;
  for (const std::string& comment : file.comments) text += "# " + one_line(comment) + "\n";
  text += fmt::format("extends: {}\n", yaml_scalar(file.extends));
  if (!file.workflow.empty()) text += fmt::format("workflow: {}\n", yaml_scalar(file.workflow));
  if (!file.about.empty()) text += fmt::format("about: {}\n", yaml_scalar(file.about));
  if (!file.schedule) text += fmt::format("seed: {}\n", file.seed);
  if (!file.change.empty()) {
    text += "change:\n";
    for (const auto& [path, value] : file.change) text += fmt::format("  {}: {}\n", yaml_scalar(path), value);
  }
  if (!file.set.empty()) {
    text += "set:\n";
    for (const Pins::Answer& answer : file.set)
      text += fmt::format("  {}: {}\n", yaml_scalar(answer.draw), answer_text(answer));
  }
  if (file.schedule) {
    add_schedule(text, *file.schedule);
  } else if (file.plan.lines.empty()) {
    text += "plan: []\n";
  } else {
    text += "plan:\n";
    for (const faults::Line& line : file.plan.lines) text += fmt::format("  - {}\n", faults::to_text(line));
  }
  if (file.faults_off) text += "and-faults: false\n";
  if (file.digest) text += fmt::format("digest: 0x{:016x}\n", *file.digest);
  if (!file.violates.empty()) {
    text += fmt::format("expect: {{violates: {}", list(file.violates));
    if (!file.may_violate.empty()) text += fmt::format(", may-violate: {}", list(file.may_violate));
    text += "}\n";
  }
  return text;
}

}  // namespace squall::scenarios

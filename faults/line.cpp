// SPDX-License-Identifier: Apache-2.0
#include "faults/line.hpp"

#include <array>

#include <fmt/format.h>

#include "faults/text.hpp"

namespace squall::faults {
namespace {

std::string moment(const Trigger& trigger) {
  if (trigger.at) return fmt::format("{{time: {}}}", to_text(trigger.at->time_since_epoch()));
  if (!trigger.step) return {};
  const StepPlace& step = *trigger.step;
  const std::string nth = trigger.nth ? fmt::format(", nth: {}", *trigger.nth) : std::string{};
  return fmt::format("{{{}: {}.{}{}}}", step.after ? "after" : "before", step.agent, step.id, nth);
}

std::string window(const Trigger& trigger) {
  if (trigger.from == sim::start_of_time && trigger.until == sim::end_of_time) return {};
  const std::string from = to_text(trigger.from.time_since_epoch());
  if (trigger.until == sim::end_of_time) return fmt::format("{{from: {}}}", from);
  return fmt::format("{}..{}", from, to_text(trigger.until.time_since_epoch()));
}

std::string count(std::uint32_t number, std::uint32_t left_out) {
  return number == left_out ? std::string{} : fmt::format("{}", number);
}

}  // namespace

std::string to_text(const Line& line) {
  std::string text;
  const auto add = [&](std::string_view field, const std::string& value) {
    if (!value.empty()) text += fmt::format(", {}: {}", field, value);
  };
  const Matcher& matcher = line.matcher;
  add("from", to_text(matcher.from));
  add("to", to_text(matcher.to));
  add("topic", matcher.topic);
  add("agent", to_text(matcher.agent));
  add("tool", matcher.tool);
  add("key", matcher.key);
  add("resource", matcher.resource);
  add("artifact", matcher.artifact);
  if (matcher.where.given()) add("where", quoted(matcher.where.text));
  if (matcher.instance) add("instance", fmt::format("{}", *matcher.instance));
  const Trigger& trigger = line.trigger;
  if (trigger.nth && !trigger.step) add("nth", fmt::format("{}", *trigger.nth));
  add("at", moment(trigger));
  if (trigger.chance.ppm != 1'000'000) add("chance", to_text(trigger.chance));
  if (trigger.every) add("every", to_text(*trigger.every));
  add("window", window(trigger));
  if (trigger.holds.given()) add("while", quoted(trigger.holds.text));
  if (trigger.phase) add("when", std::string{words_of<Phase>[static_cast<std::size_t>(*trigger.phase)]});
  add("at-most", count(trigger.at_most, sim::unlimited));
  add("burst", count(trigger.burst, 1));
  if (trigger.persistent) add("persistent", "true");
  text += options_text(line.fault);
  return fmt::format("{}: {{{}}}", name_of(line.fault), text.empty() ? text : text.substr(2));
}

std::vector<sim::SiteKey> keys_of(std::span<const Line> lines) {
  std::array<std::uint64_t, std::variant_size_v<AnyFault>> of_kind{};
  std::vector<sim::SiteKey> keys;
  for (const Line& line : lines) {
    keys.push_back(sim::child_key(sim::site_key(name_of(line.fault)), of_kind[line.fault.index()]++));
  }
  return keys;
}

}  // namespace squall::faults

// SPDX-License-Identifier: Apache-2.0
#include "faults/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace squall::faults {

std::string to_text(const Plan& plan) {
  std::string text;
  for (const Line& line : plan.lines) text += "- " + to_text(line) + "\n";
  return text;
}

std::vector<Trouble> check(const sim::Model& model, const Plan& plan) {
  std::vector<Trouble> found = check_lines(model, plan.lines);
  for (std::size_t i = 0; i < plan.lines.size(); ++i) {
    const Line& line = plan.lines[i];
    const auto say = [&](std::string_view what, std::string_view fix) {
      found.push_back({i, fmt::format("{}: {}", name_of(line.fault), what), std::string(fix)});
    };
    const Trigger only{.nth = line.trigger.nth, .at = line.trigger.at, .step = line.trigger.step};
    if (!line.trigger.nth && !line.trigger.at) say("a plan's line says which match it strikes", "add 'nth' or 'at'");
    if (line.trigger != only)
      say("a plan draws nothing", "leave out all that may or may not come true, or move the line to 'faults'");
    if (!is_drawn(line.fault)) say("a plan draws nothing", "write each time as one duration");
  }
  std::ranges::stable_sort(found, {}, &Trouble::line);
  return found;
}

}  // namespace squall::faults

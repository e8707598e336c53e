// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Takes a tool down for everybody and brings it back at one instant: whoever has retried without jitter comes at once.
/// What happens then is the design's own.
struct ThunderingRetry {
  static constexpr std::string_view name = "thundering-retry";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "a tool fails for a time, then all who waited come at once";
  static constexpr std::string_view example = "thundering-retry: {tool: github, at: {time: 5m}, lasts: 1m}";
  static constexpr bool of_tools = true;

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "1m", "until the tool is back"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    return {
        {.fault = ToolUnavailable{.lasts = lasts}, .from = {}, .to = {}, .agent = {}, .tool = whom.tool, .after = {}}};
  }
  friend bool operator==(const ThunderingRetry&, const ThunderingRetry&) = default;
};

}  // namespace squall::faults

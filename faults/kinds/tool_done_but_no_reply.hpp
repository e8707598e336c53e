// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/kinds/tool_error.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Does what a call asked for and loses the answer: the caller cannot know, and whoever simply asks again does it twice.
struct ToolDoneButNoReply {
  static constexpr std::string_view name = "tool-done-but-no-reply";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "what the call asked for is done, and no answer comes";
  static constexpr std::string_view example = "tool-done-but-no-reply: {agent: coder, tool: github, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (decided(verdict)) return false;
    verdict.unanswered = true;
    return true;
  }
  friend bool operator==(const ToolDoneButNoReply&, const ToolDoneButNoReply&) = default;
};

}  // namespace squall::faults

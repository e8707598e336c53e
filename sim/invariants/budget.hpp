// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// An instance makes no more calls of tools, and sends no more messages, than it may. Calls count once they have done
/// or refused what they were for; an answer that nobody waits for any more counts by its effect.
struct Budget {
  static constexpr const char* name = "budget";
  static constexpr const char* claim = "a run costs no more than it may";
  static constexpr const char* witness = "what ran out, and who went beyond it: calls, coder";

  std::optional<std::uint32_t> calls;
  std::optional<std::uint32_t> messages;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"calls", "", "of tools, at most"}, self.calls);
    visit(Field{"messages", "", "at most"}, self.messages);
  }
  std::string_view problem() const {
    return calls || messages ? std::string_view{} : std::string_view{"says neither 'calls' nor 'messages'"};
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Budget&, const Budget&) = default;
};

}  // namespace squall::sim

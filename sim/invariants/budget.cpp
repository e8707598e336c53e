// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/budget.hpp"

#include <fmt/format.h>

#include "sim/invariants/calls.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

struct OfInstance {
  std::uint32_t calls;
  std::uint32_t messages;
};

/// One more; told when it is the first too many.
void spend(const Judging& at, const Observation& seen, std::uint32_t& spent, const std::optional<std::uint32_t>& most,
           const char* what) {
  if (!most || spent > *most || ++spent <= *most) return;
  tell(at, at.memory_as<Told>(), Budget::name, {what, role_of(at.model, at.world, seen.agent)}, at.now(), [&] {
    return std::vector<std::string>{fmt::format("{} of {} goes beyond the {} that there may be{}", what,
                                                agent_name(at.model, at.world, seen.agent), *most,
                                                instance_text(at.model, at.world, seen.instance))};
  });
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  const auto& budget = at.options_as<Budget>();
  auto& of = at.of<OfInstance>(seen.instance);
  if (seen.kind == Seen::sent) {
    spend(at, seen, of.messages, budget.messages, "messages");
  } else if (counts_as_call(at, seen)) {
    spend(at, seen, of.calls, budget.calls, "calls");
  }
}

}  // namespace

Monitor Budget::monitor(Model& model) const {
  const SeenMask listens = (calls ? bits(Seen::effect, Seen::replied) : 0) | (messages ? bit(Seen::sent) : SeenMask{0});
  return {.name = name,
          .claim = claim,
          .listens = listens,
          .at_once = listens,
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &model.keep(*this),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim

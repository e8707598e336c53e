// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/bodies_branches.hpp"
#include "scenarios/agents/bodies_local.hpp"
#include "scenarios/agents/bodies_messages.hpp"
#include "scenarios/agents/bodies_runtime.hpp"
#include "scenarios/agents/bodies_shared.hpp"
#include "scenarios/agents/bodies_unwind.hpp"

// Two ways from one operation to the next, over the same bodies. The switch is the reference; where the compiler knows
// labels as values, each operation jumps straight to the next one, which branch predictors tell apart by the place.
#if defined(__GNUC__) && !defined(SQUALL_NO_COMPUTED_GOTO)
#define SQUALL_COMPUTED_GOTO 1
#else
#define SQUALL_COMPUTED_GOTO 0
#endif

namespace squall::scenarios {
namespace {

Frame frame_of(sim::Turn& turn) {
  const Code& code = code_of(turn.behaviour);
  return {turn, code, code.ops.data()};
}

/// Most turns begin when a receive is met, when work that makes nothing is done, or where the last one ended.
inline std::uint32_t resume_here(Frame& f, const sim::Wake& wake) {
  const std::uint32_t at = f.turn.row().pc;
  const Op& op = f.ops[at];
  if (wake.why == sim::Wake::Why::satisfied && op.code == OpCode::receive) [[likely]] {
    body::bind(f, op, wake.row);
    return op.next;
  }
  if (f.code.pending.packed == no_slot) {
    if (wake.why == sim::Wake::Why::ready) return at;
    const bool makes = op.code != OpCode::work || sim::ArtifactName{op.a} != sim::no_name;
    if (wake.why == sim::Wake::Why::done && !makes) return op.next;
  }
  return resume(f, wake);
}

void turn_by_switch(sim::Turn& turn, const sim::Wake& wake) {
  Frame f = frame_of(turn);
  std::uint32_t at = resume_here(f, wake);
  while (at != stop) {
    const Op& op = f.ops[at];
    switch (op.code) {
#define SQUALL_CASE(name) \
  case OpCode::name: at = body::name(f, op); break;
      SQUALL_OPERATIONS(SQUALL_CASE)
#undef SQUALL_CASE
    }
  }
}

#if SQUALL_COMPUTED_GOTO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
[[gnu::flatten]] void turn_by_goto(sim::Turn& turn, const sim::Wake& wake) {
#define SQUALL_ADDRESS(name) &&do_##name,
  static const void* const places[] = {SQUALL_OPERATIONS(SQUALL_ADDRESS)};
#undef SQUALL_ADDRESS
  Frame f = frame_of(turn);
  std::uint32_t at = resume_here(f, wake);
  if (at == stop) return;
  goto* places[static_cast<std::size_t>(f.ops[at].code)];
#define SQUALL_PLACE(name)                   \
  do_##name : at = body::name(f, f.ops[at]); \
  if (at == stop) return;                    \
  goto* places[static_cast<std::size_t>(f.ops[at].code)];
  SQUALL_OPERATIONS(SQUALL_PLACE)
#undef SQUALL_PLACE
}
#pragma GCC diagnostic pop
#endif

}  // namespace

TurnFunction turn_function(Dispatch dispatch) {
#if SQUALL_COMPUTED_GOTO
  if (dispatch == Dispatch::by_goto) return &turn_by_goto;
#endif
  (void)dispatch;
  return &turn_by_switch;
}

}  // namespace squall::scenarios

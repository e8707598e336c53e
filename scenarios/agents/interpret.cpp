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

/// Where `by_goto` carries out an operation: in the loop, where it is of the frequent ones, else by a call. A jump that always
/// leads through the same body is foreseen better than what the body asks then, so sends are told apart here.
enum class Place : std::uint8_t {
#define SQUALL_NAME(name) name,
  SQUALL_FREQUENT_OPERATIONS(SQUALL_NAME)
#undef SQUALL_NAME
      send_topic,
  send_field,
  called
};

Place place_of(const Op& op) {
  const bool plain = op.code == OpCode::send && op.b == 1 && op.c == 0;
  if (plain && op.present == 0) return Place::send_topic;
  if (plain && (op.present & (op.present - 1)) == 0) return Place::send_field;
  const auto place = static_cast<Place>(op.code);  // the frequent ones come first in both
  return place < Place::send_topic ? place : Place::called;
}

/// The bodies by operation.
constexpr std::uint32_t (*bodies[])(Frame&, const Op&) = {
#define SQUALL_BODY(name) &body::name,
    SQUALL_OPERATIONS(SQUALL_BODY)
#undef SQUALL_BODY
};

#if SQUALL_COMPUTED_GOTO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
/// Bodies that are called stand apart: had they a place in the loop, it would have no register left.
[[gnu::hot]] void turn_by_goto(sim::Turn& turn, const sim::Wake& wake) {
#define SQUALL_ADDRESS(name) &&do_##name,
  static const void* const labels[] = {SQUALL_FREQUENT_OPERATIONS(SQUALL_ADDRESS) && do_send_topic, &&do_send_field,
                                       &&do_called};
#undef SQUALL_ADDRESS
  Frame f = frame_of(turn);
  const std::uint8_t* const places = f.code.places.data();
  std::uint32_t at = resume_here(f, wake);
  if (at == stop) return;
  goto* labels[places[at]];
#define SQUALL_GO_ON(body) \
  at = body;               \
  if (at == stop) return;  \
  goto* labels[places[at]];
#define SQUALL_PLACE(name) do_##name : SQUALL_GO_ON(body::name(f, f.ops[at]))
  SQUALL_FREQUENT_OPERATIONS(SQUALL_PLACE)
do_send_topic:
  SQUALL_GO_ON(body::send_as<body::Sends::topic>(f, f.ops[at]))
do_send_field:
  SQUALL_GO_ON(body::send_as<body::Sends::field>(f, f.ops[at]))
do_called:
  SQUALL_GO_ON(bodies[static_cast<std::size_t>(f.ops[at].code)](f, f.ops[at]))
#undef SQUALL_PLACE
#undef SQUALL_GO_ON
}
#pragma GCC diagnostic pop
#endif

}  // namespace

std::vector<std::uint8_t> places_of(const std::vector<Op>& ops) {
  std::vector<std::uint8_t> places;
  places.reserve(ops.size());
  for (const Op& op : ops) places.push_back(static_cast<std::uint8_t>(place_of(op)));
  return places;
}

TurnFunction turn_function(Dispatch dispatch) {
#if SQUALL_COMPUTED_GOTO
  if (dispatch == Dispatch::by_goto) return &turn_by_goto;
#endif
  (void)dispatch;
  return &turn_by_switch;
}

}  // namespace squall::scenarios

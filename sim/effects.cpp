// SPDX-License-Identifier: Apache-2.0
#include "sim/effects.hpp"

#include <algorithm>

#include "sim/detail/ask_faults.hpp"

namespace squall::sim {
namespace {

constexpr Purpose latency_purpose = purpose("latency");
constexpr Purpose unavailable_purpose = purpose("unavailable");
constexpr Purpose limit_purpose = purpose("over the limit");

std::uint32_t list_of(ToolId tool, EffectRow::About about, std::uint64_t key) {
  return static_cast<std::uint32_t>(
             child_key(key, std::uint64_t{index(tool)} << 1 | static_cast<std::uint64_t>(about))) %
         effect_lists;
}

const Row* lists(const World& world, const Model& model) {
  return reinterpret_cast<const Row*>(world.at(Pool::shared_keys) + model.effects_offset);
}
Row* lists(World& world, const Model& model) {
  return reinterpret_cast<Row*>(world.at(Pool::shared_keys) + model.effects_offset);
}

}  // namespace

Row find_effect(const World& world, const Model& model, ToolId tool, EffectRow::About about, std::uint64_t key) {
  Row row = lists(world, model)[list_of(tool, about, key)] - 1;
  while (row != no_row) {
    const EffectRow& effect = world.effect(row);
    if (effect.tool == tool && effect.about == about && effect.key == key) return row;
    row = effect.next;
  }
  return no_row;
}

std::uint32_t effects_happened(const World& world, const Model& model, ToolId tool, Row instance) {
  std::uint32_t count = 0;
  for (std::uint32_t l = 0; l < effect_lists; ++l) {
    for (Row row = lists(world, model)[l] - 1; row != no_row; row = world.effect(row).next) {
      const EffectRow& effect = world.effect(row);
      const bool counts = effect.tool == tool && effect.about == EffectRow::About::purpose;
      if (counts && (instance == no_row || effect.instance == instance)) count += effect.count;
    }
  }
  return count;
}

namespace detail {
namespace {

ToolState& state_of(World& world, const Model& model, ToolId tool) {
  return const_cast<ToolState&>(tool_state(world, model, tool));
}

bool is_struct_agent(const World& world, const Model& model, AgentId agent) {
  return model.definition(world.agent(agent).definition).behaviour->struct_agent;
}

Duration latency_of(const World& world, const Run& run, Row row) {
  if (!run.timed) return {};
  if (world.call_shadow(row).latency >= Duration::zero()) return world.call_shadow(row).latency;
  const CallRow& call = world.call(row);
  const std::uint64_t base = draw_base(run.key, world.call_shadow(row).origin, load_number(world, call.instance), 0);
  return sample(run.model.tool(call.tool).latency, draw_value(base, latency_purpose));
}

/// Half of a call's latency passes before its effect, the rest after it.
Duration until_effect(const World& world, const Run& run, Row call) { return latency_of(world, run, call) / 2; }
Duration after_effect(const World& world, const Run& run, Row call) {
  const Duration whole = latency_of(world, run, call);
  return whole - whole / 2;
}

void free_call(World& world, Row call) {
  world.call(call).tool = no_tool;
  world.give(Pool::calls, call);
}

/// In an explored world a call may be rejected as soon as `limit` have passed before: how fast they came is open.
bool passes_limit(World& world, Run& run, ToolId id) {
  const ToolInfo& tool = run.model.tool(id);
  if (!tool.limited) return true;
  ToolState& state = state_of(world, run.model, id);
  bool passes = false;
  if (run.timed) {
    auto& limiter = *reinterpret_cast<Limiter*>(world.shared_shadow() + tool.shadow_offset);
    passes = limiter.pass_bucket(world.clock().now, tool.limit, tool.limit_per);
  } else {
    passes = tool.limit != 0 && (state.taken < tool.limit || run.decide.choose({}, limit_purpose, 2, nullptr) == 0);
  }
  if (passes && state.taken < tool.limit) ++state.taken;
  return passes;
}

/// How long until a rejected call would pass.
Duration time_to_pass(World& world, const Run& run, ToolId id) {
  const ToolInfo& tool = run.model.tool(id);
  if (tool.limit == 0) return {};
  const auto& limiter = *reinterpret_cast<const Limiter*>(world.shared_shadow() + tool.shadow_offset);
  return limiter.bucket_wait(world.clock().now, tool.limit, tool.limit_per);
}

bool passes_fence(World& world, const Model& model, const CallRow& call) {
  if (model.tool(call.tool).fenced_by == no_resource) return true;
  std::uint32_t& fence = state_of(world, model, call.tool).fence;
  if (call.token == 0 || call.token < fence) return false;
  fence = call.token;
  return true;
}

/// The first result, where the tool still remembers this key.
bool remembered(const World& world, const Run& run, const CallRow& call, std::int64_t& result) {
  const ToolInfo& tool = run.model.tool(call.tool);
  if (call.key == 0 || tool.dedup == Duration::zero()) return false;
  const Row row = find_effect(world, run.model, call.tool, EffectRow::About::key, call.key);
  if (row == no_row) return false;
  const EffectRow& effect = world.effect(row);
  if (run.timed && world.clock().now - world.effect_shadow(row).at >= tool.dedup) return false;
  result = effect.result;
  return true;
}

/// Row about `key`; a new one has a count of 0.
Row effect_row(World& world, const Run& run, const CallRow& call, EffectRow::About about, std::uint64_t key) {
  Row row = find_effect(world, run.model, call.tool, about, key);
  if (row == no_row) {
    row = world.take(Pool::effects);
    Row& first = lists(world, run.model)[list_of(call.tool, about, key)];
    world.effect(row) = {.key = key,
                         .result = 0,
                         .count = 0,
                         .tool = call.tool,
                         .about = about,
                         .next = first - 1,
                         .instance = call.instance};
    first = row + 1;
  }
  return row;
}

/// Row about `key`, one count higher.
EffectRow& note_effect(World& world, const Run& run, const CallRow& call, EffectRow::About about, std::uint64_t key) {
  const Row row = effect_row(world, run, call, about, key);
  EffectRow& effect = world.effect(row);
  ++effect.count;
  if (about == EffectRow::About::key || !run.model.keeps_requests) effect.result = call.result;
  if (run.timed) world.effect_shadow(row).at = world.clock().now;
  return effect;
}

bool keeps_request(const Model& model, ToolId tool) { return model.keeps_requests && model.tool(tool).effect; }

/// What was asked for stands in the books before it happens.
void note_request(World& world, const Run& run, Row asking) {
  if (!keeps_request(run.model, world.call(asking).tool)) return;
  world.reserve(Pool::effects, 1);
  const CallRow& call = world.call(asking);
  const Row row = effect_row(world, run, call, EffectRow::About::purpose, call.purpose_of);
  world.effect(row).result = std::int64_t{index(call.agent)} + 1;
}

/// Whoever asked knows that it has not been done.
void note_refusal(World& world, const Run& run, const CallRow& call) {
  if (call.error == 0 || !keeps_request(run.model, call.tool)) return;
  const Row row = find_effect(world, run.model, call.tool, EffectRow::About::purpose, call.purpose_of);
  if (row != no_row) world.effect(row).result = -(std::int64_t{index(call.agent)} + 1);
}

void happen(World& world, Run& run, Row row) {
  const Model& model = run.model;
  if (model.keeps_effects) world.reserve(Pool::effects, 2);
  CallRow& call = world.call(row);
  const ToolInfo& tool = model.tool(call.tool);
  call.happened = 1;
  if (call.key != 0 && tool.dedup > Duration::zero()) note_effect(world, run, call, EffectRow::About::key, call.key);
  if (!tool.effect) return;
  std::int64_t times = 1;
  if (model.keeps_effects) times = note_effect(world, run, call, EffectRow::About::purpose, call.purpose_of).count;
  if (watched(run, Seen::effect)) {
    observe(world, run,
            {.kind = Seen::effect,
             .agent = call.agent,
             .activation = call.activation,
             .instance = call.instance,
             .row = row,
             .detail = index(call.tool),
             .value = times});
  }
}

void reach_tool(World& world, Run& run, Row row, const Verdict& met) {
  CallRow& call = world.call(row);
  if (met.error != 0 && !met.happens) {
    call.error = met.error;
  } else if (!passes_limit(world, run, call.tool)) {
    call.error = static_cast<std::uint8_t>(Error::rate_limited);
    if (run.timed) world.call_shadow(row).retry_after = time_to_pass(world, run, call.tool);
  } else if (call.error == 0 && !passes_fence(world, run.model, call)) {
    call.error = static_cast<std::uint8_t>(Error::fenced);
  }
  if (call.error != 0 || remembered(world, run, call, call.result) || met.drop) return;
  happen(world, run, row);
}

/// No answer will ever come. Its caller waits on, for what nobody is going to say.
void leave_unanswered(World& world, Run& run, Row row) {
  const Row caller = world.call(row).activation;
  free_call(world, row);
  if (caller == no_row || is_struct_agent(world, run.model, world.activation(caller).agent)) return;
  ActivationRow& waiting = world.activation(caller);
  waiting.phase = Phase::waiting;
  waiting.wait = Wait::reply;
  waiting.wait_arg = 0;  // the number of no request
  waiting.line = world.header().waits++;
  if (watched(run, Seen::waited)) {
    observe(world, run,
            {.kind = Seen::waited,
             .agent = waiting.agent,
             .activation = caller,
             .instance = waiting.instance,
             .detail = static_cast<std::uint32_t>(Wait::reply)});
  }
}

}  // namespace

void effect_due(World& world, Run& run, const TimerRow& due) {
  run.idle = false;
  const Row row = due.target;
  const Row instance = due.instance;
  const auto strike = [&](Strike kind, const char* name) {
    const CallRow& call = world.call(row);
    return ask_faults(world, run,
                      {.strike = kind,
                       .agent = call.agent,
                       .activation = call.activation,
                       .instance = call.instance,
                       .row = row,
                       .detail = index(call.tool)},
                      child_key(run.timed ? world.call_shadow(row).origin : 0, site_key(name)),
                      load_number(world, call.instance));
  };
  const Verdict met = strike(Strike::effect, "effect");
  reach_tool(world, run, row, met);
  if (met.error != 0) world.call(row).error = met.error;
  if (met.changed != 0) {
    if (world.call(row).error == 0) world.call(row).result = met.content;
  } else if (run.timed && met.content != 0) {
    world.call_shadow(row).retry_after = Duration{met.content};
  }
  const Verdict left = strike(Strike::answer, "answer");
  if (left.error != 0) world.call(row).error = left.error;
  if (met.unanswered || left.unanswered || left.drop) {
    leave_unanswered(world, run, row);
    return;
  }
  const Duration back = after_effect(world, run, row);
  const Duration added = std::max(met.delay + left.delay, Duration::zero());
  arm(world, run, TimerKind::reply, row, instance, later(Instant{back}, added).time_since_epoch());
}

void answer_due(World& world, Run& run, const TimerRow& due) {
  run.idle = false;
  const Row row = due.target;
  const Row caller = world.call(row).activation;
  if (caller != no_row) {
    const CallRow& call = world.call(row);
    note_refusal(world, run, call);
    if (watched(run, Seen::replied)) {
      observe(world, run,
              {.kind = Seen::replied,
               .agent = call.agent,
               .activation = caller,
               .instance = call.instance,
               .row = row,
               .detail = index(call.tool),
               .value = call.error});
    }
    world.call(row).activation = no_row;  // answered: whatever the turn does, this call is no longer its business
    run_turn(world, run, caller, {.why = Wake::Why::done, .row = row});
  }
  free_call(world, row);
}

void forget_call(World& world, Run& run, Row activation) {
  const ActivationRow& row = world.activation(activation);
  if (!is_struct_agent(world, run.model, row.agent)) {
    // Busy without a timer of its own: a call is what it waits for.
    if (row.phase == Phase::busy && row.timer == no_row) world.call(row.wait_arg).activation = no_row;
    return;
  }
  for (Row c = 0; c < world.used(Pool::calls); ++c) {
    CallRow& call = world.call(c);
    if (call.tool != no_tool && call.activation == activation) call.activation = no_row;
  }
}

void close_effects(World& world, Run& run, Row instance) {
  if (!run.model.keeps_effects) return;
  for (std::uint32_t l = 0; l < effect_lists; ++l) {
    Row before = no_row;
    for (Row row = lists(world, run.model)[l] - 1; row != no_row;) {
      const Row next = world.effect(row).next;
      if (world.effect(row).instance == instance) {
        if (before == no_row) {
          lists(world, run.model)[l] = next + 1;
        } else {
          world.effect(before).next = next;
        }
        world.effect(row).tool = no_tool;
        world.give(Pool::effects, row);
      } else {
        before = row;
      }
      row = next;
    }
  }
}

}  // namespace detail

void Turn::call(const CallRequest& request, const Question& q) {
  const ToolInfo& tool = model().tool(request.tool);
  const bool fails = chance(q, unavailable_purpose, tool.error);
  const std::uint32_t shown = tool.fenced_by == no_resource ? 0 : token(tool.fenced_by);
  world.reserve(Pool::calls, 1);
  const Row call_row = world.take_raw(Pool::calls);
  world.call(call_row) = {.key = request.key,
                          .purpose_of = request.effect,
                          .result = request.with,
                          .activation = activation,
                          .agent = self,
                          .instance = instance,
                          .tool = request.tool,
                          .error = static_cast<std::uint8_t>(fails ? Error::unavailable : Error::none),
                          .happened = 0,
                          .token = shown,
                          .spare = 0};
  if (run.timed) {
    const Pin* pin = pinned(q, Pin::Of::time);
    world.call_shadow(call_row) = {.origin = detail::origin_of(q),
                                   .latency = pin == nullptr ? Duration{-1} : Duration{pin->answer},
                                   .retry_after = {}};
  }
  detail::note_request(world, run, call_row);
  const Duration there = detail::until_effect(world, run, call_row);
  detail::arm(world, run, TimerKind::effect, call_row, instance, there);
  if (detail::is_struct_agent(world, model(), self)) return;
  ActivationRow& self_row = row();
  self_row.phase = Phase::busy;
  self_row.wait = Wait::none;
  self_row.timer = no_row;
  self_row.wait_arg = call_row;
}

void Turn::abandon_call() { detail::forget_call(world, run, activation); }

}  // namespace squall::sim

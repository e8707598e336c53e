// SPDX-License-Identifier: Apache-2.0
#include "sim/apply.hpp"

#include <algorithm>

#include "sim/detail/channel.hpp"
#include "sim/digest.hpp"

namespace squall::sim {
namespace detail {

void observe(World& world, Run& run, const Observation& observation) {
  if (run.sink != nullptr && (run.sink->listens() & bit(observation.kind)) != 0) {
    run.sink->on(run.model, world, observation);
  }
  if (run.violations == nullptr) return;
  const SeenMask kind = bit(observation.kind);
  const SeenMask heard = run.timed ? run.model.listens : run.model.listens_untimed;
  if ((heard & kind) != 0) run.seen.push_back(observation);
  if ((run.model.at_once & kind) == 0) return;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if ((placed.monitor.at_once & kind) != 0) placed.monitor.on(judging(world, run, placed), observation);
  }
}

Judging judging(World& world, const Run& run, const PlacedMonitor& placed) {
  std::byte* instances = world.at(Pool::instances) + sizeof(InstanceRow) + run.model.instance_keys_bytes;
  return {.model = run.model,
          .world = world,
          .options = placed.monitor.options,
          .memory = world.memory() + placed.memory,
          .of_instances = instances + placed.instance_memory,
          .instance_stride = world.stride(Pool::instances),
          .obligation = run.timed ? &world.clock().obligation : nullptr,
          .found = *run.violations};
}

void look(World& world, Run& run) {
  for (const PlacedMonitor& placed : run.model.monitors) {
    if (placed.monitor.look != nullptr) placed.monitor.look(judging(world, run, placed));
  }
}

void obligations_due(World& world, Run& run) {
  world.clock().obligation = end_of_time;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if (placed.monitor.due != nullptr) placed.monitor.due(judging(world, run, placed));
  }
}

Row only_instance(const World& world, const Run& run) {
  return run.model.load.instances == 1 && world.used(Pool::instances) != 0 && world.instance(0).live != 0 ? 0 : no_row;
}

void begin_struct_agent(World& world, Run& run, AgentId agent) {
  const Row activation = begin_activation(world, run, agent, no_row, 0, activation_flag::passive,
                                          run.timed ? root_key(run.model, world, agent) : 0);
  ActivationRow& row = world.activation(activation);
  row.phase = Phase::waiting;
  row.wait = Wait::mailbox;
  row.want = ~std::uint64_t{0};
  row.wait_arg = index(any_topic);
  run_turn(world, run, activation, {.why = Wake::Why::start});
}

}  // namespace detail

namespace {

using namespace detail;

constexpr Purpose arrival_purpose = purpose("arrival");

std::uint64_t now_word(const World& world) {
  return static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
}

std::uint64_t kind_word(TimerKind kind) { return site_key("timer") + static_cast<std::uint64_t>(kind); }

void judge(World& world, Run& run) {
  // What monitors cause to be seen does not exist: they only look.
  SeenMask stirred = 0;
  for (const Observation& observation : run.seen) {
    const SeenMask kind = bit(observation.kind);
    stirred |= kind;
    for (const PlacedMonitor& placed : run.model.monitors) {
      const SeenMask listens = placed.monitor.listens | (run.timed ? 0 : placed.monitor.listens_untimed);
      if ((listens & ~placed.monitor.at_once & kind) != 0 && placed.monitor.on != nullptr) {
        placed.monitor.on(judging(world, run, placed), observation);
      }
    }
  }
  run.seen.clear();
  if ((run.model.stirs & stirred) == 0) return;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if ((placed.monitor.stirs & stirred) != 0) placed.monitor.settled(judging(world, run, placed));
  }
}

/// How many events pass until the monitors look at what lasts; a power of two.
constexpr std::uint64_t events_between_looks = 64;

inline void look_now_and_then(World& world, Run& run) {
  if (run.looks && world.clock().events % events_between_looks == 0) look(world, run);
}

/// Judges the event, then closes what is over with it. An instance is freed only once it has been judged.
void settle_slowly(World& world, Run& run, Row instance) {
  if (run.settle_all) {
    run.settle_all = false;
    for (Row i = 0; i < world.used(Pool::instances); ++i) {
      if (i != instance && world.instance(i).live != 0) settle_slowly(world, run, i);
    }
  }
  const bool was_live = instance != no_row && world.instance(instance).live != 0;
  if (was_live) settle_instance(world, run, instance);
  if (!run.seen.empty()) judge(world, run);
  if (was_live && world.instance(instance).live == 0 && run.model.load.instances > 1)
    free_instance(world, run, instance);
}

/// Instances stay open while somebody of theirs stands in a line, since another instance may let it go on. When nothing
/// can happen any more, none will.
void close_lines(World& world, Run& run) {
  for (Row i = 0; i < world.used(Pool::instances); ++i) {
    if (world.instance(i).live == 0 || world.instance(i).in_line == 0) continue;
    close_instance(world, run, i);
    judge(world, run);
  }
}

/// Mostly the instance goes on and nothing was seen that a monitor listens to.
inline void settle(World& world, Run& run, Row instance) {
  const bool goes_on = instance == no_row || world.instance(instance).pending != 0;
  if (!goes_on || !run.seen.empty() || run.settle_all) settle_slowly(world, run, instance);
}

/// Content of a delivery, for networks whose last delivery is part of their state.
std::uint64_t delivery_word(const World& world, const Model& model, Row message) {
  const MessageRow& row = world.message(message);
  std::uint64_t word = paired((std::uint64_t{index(row.from)} << 32) | index(row.to), index(row.topic));
  for (std::uint32_t f = 0; f < model.fields; ++f)
    word = paired(word, static_cast<std::uint64_t>(world.fields(message)[f]));
  return word;
}

void message_due(World& world, Run& run, Row message) {
  MessageRow& row = world.message(message);
  if (row.place == Place::lost) [[unlikely]] {
    row.place = Place::free;
    world.give(Pool::messages, message);
    return;
  }
  if (run.timed) {
    const AgentId whose = row.to == nobody ? row.from : row.to;
    const std::uint64_t word = message_word(world, run.model, message);
    if (whose == nobody) {
      digest_environment(world, word);
    } else {
      digest_event(world, whose, word);
    }
  } else if (run.model.network.duplicating) {
    if (run.notes_deliveries) world.header().last_delivered = delivery_word(world, run.model, message);
    deliver(world, run, message);
    return;
  }
  if (row.instance != no_row) --world.instance(row.instance).pending;
  deliver(world, run, message);
}

/// A deadline or a timeout strikes what its activation waits for or is busy with.
void bound_due(World& world, Run& run, Row timer, const TimerRow& due) {
  ActivationRow& row = world.activation(due.target);
  if (row.phase == Phase::running) {
    // What it waited for came first, at this very instant: its turn goes before, then this strikes whatever follows.
    arm(world, run, due.kind, due.target, due.instance, Duration::zero(), due.detail);
    return;
  }
  if (run.looks) look(world, run);
  --row.bounds;
  interrupt(world, run, due.target);
  if (watched(run, Seen::timed_out)) {
    observe(world, run,
            {.kind = Seen::timed_out,
             .agent = row.agent,
             .activation = due.target,
             .instance = due.instance,
             .detail = row.pc});
  }
  run_turn(world, run, due.target, {.why = Wake::Why::timeout, .row = timer, .detail = due.detail});
}

void arrival_due(World& world, Run& run) {
  begin_instance(world, run);
  arm_next_arrival(world, run);
}

/// A move that changes nothing leaves no mark: a plan's line that does not strike must not show in the digest.
void play(World& world, Run& run, const Move& move) {
  const std::uint64_t kinds = run.faults->play(world, run, move);
  if (run.timed && kinds != 0) digest_environment(world, paired(now_word(world), kinds));
}

void timer_due(World& world, Run& run, Row timer) {
  const TimerRow due = world.timer(timer);
  world.timer(timer).kind = TimerKind::free;
  world.give(Pool::timers, timer);
  if (due.kind == TimerKind::stale) {
    if (run.timed) {
      ++world.clock().stale_timers;
      digest_environment(world, paired(now_word(world), kind_word(due.kind)));
    }
    return;
  }
  if (due.instance != no_row) --world.instance(due.instance).pending;
  const auto digest_of = [&](AgentId agent, std::uint64_t what) {
    if (run.timed) digest_event(world, agent, paired(now_word(world) ^ kind_word(due.kind), what));
  };
  switch (due.kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
    case TimerKind::timeout:
    case TimerKind::deadline:
    case TimerKind::alarm: {
      if (run.timed) {
        const AgentId agent = world.activation(due.target).agent;
        digest_of(agent, world.activation_shadow(due.target).key);
      }
      if (due.kind == TimerKind::timeout || due.kind == TimerKind::deadline) {
        bound_due(world, run, timer, due);
      } else if (due.kind == TimerKind::alarm) {
        run_turn(world, run, due.target, {.why = Wake::Why::alarm, .row = timer, .detail = due.detail});
      } else {
        world.activation(due.target).timer = no_row;
        const Wake wake = due.kind == TimerKind::ready
                              ? Wake{.why = static_cast<Wake::Why>(due.why), .row = due.detail, .detail = 0}
                              : Wake{.why = Wake::Why::done};
        run_turn(world, run, due.target, wake);
      }
      break;
    }
    case TimerKind::start:
      digest_of(AgentId{due.target}, 0);
      if (world.agent(AgentId{due.target}).state == AgentState::up) {
        begin_root(world, run, AgentId{due.target}, due.instance);
      } else {
        note_root(world, run, AgentId{due.target}, due.instance);
      }
      break;
    case TimerKind::effect:
      digest_of(world.call(due.target).agent, world.call(due.target).purpose_of);
      effect_due(world, run, due);
      break;
    case TimerKind::reply:
      digest_of(world.call(due.target).agent, world.call(due.target).purpose_of);
      answer_due(world, run, due);
      break;
    case TimerKind::expiry:
      digest_of(world.hold(due.target).agent, run.model.resource(world.hold(due.target).resource).key);
      lease_expired(world, run, due);
      break;
    case TimerKind::refill:
      if (run.timed) {
        const std::uint64_t which = run.model.resource(ResourceId{static_cast<std::uint16_t>(due.target)}).key;
        digest_environment(world, paired(now_word(world) ^ kind_word(due.kind), which));
      }
      refill_due(world, run, due);
      break;
    case TimerKind::arrival:
      if (run.timed) digest_environment(world, paired(now_word(world), kind_word(due.kind)));
      arrival_due(world, run);
      break;
    case TimerKind::restart:
      digest_of(AgentId{due.target}, 0);
      --world.header().restarting;
      run.settle_all = true;
      restart(world, run, AgentId{due.target});
      break;
    case TimerKind::notice:
      digest_of(world.watch(due.target).watcher, 0);
      notice_due(world, run, due);
      break;
    case TimerKind::redelivery:
      if (run.timed) digest_environment(world, message_word(world, run.model, due.target));
      redelivery_due(world, run, due);
      break;
    case TimerKind::move: play(world, run, {.kind = due.detail, .target = due.target, .detail = 0}); break;
    case TimerKind::free:
    case TimerKind::stale: break;
  }
}

/// Whose turn a timer begins; nobody where no agent acts.
AgentId whose_timer(const World& world, const TimerRow& due) {
  switch (due.kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
    case TimerKind::timeout:
    case TimerKind::deadline:
    case TimerKind::alarm: return world.activation(due.target).agent;
    case TimerKind::start: return AgentId{due.target};
    case TimerKind::reply: {
      const Row caller = world.call(due.target).activation;
      return caller == no_row ? nobody : world.activation(caller).agent;
    }
    default: return nobody;
  }
}

/// What would begin a turn of a paused agent waits until the pause is over: messages stay under way, timers pending.
bool postponed(World& world, Run& run, Event event) {
  if (event.is_move()) return false;
  AgentId whose = nobody;
  if (event.is_timer()) {
    whose = whose_timer(world, world.timer(event.index()));
  } else if (const MessageRow& row = world.message(event.index()); row.place != Place::lost) {
    whose = row.to == nobody ? likely_taker(world, run.model, event.index()) : row.to;
  }
  if (whose == nobody) return false;
  const Instant until = run.faults->paused_until(world, whose);
  if (until <= world.clock().now) return false;
  world.calendar.push(until, event.row);
  return true;
}

}  // namespace

void detail::arm_next_arrival(World& world, Run& run) {
  if (world.header().arrived >= run.model.load.instances) return;
  Duration after{};
  if (run.timed) {
    const std::uint64_t base = draw_base(run.key, site_key("load"), 0, world.header().arrived);
    after = sample(run.model.load.every, draw_value(base, arrival_purpose));
  }
  arm(world, run, TimerKind::arrival, 0, no_row, after);
}

void begin(World& world, Run& run) {
  const Model& model = run.model;
  const SeenMask heard = (run.timed ? model.listens : model.listens_untimed) | model.at_once;
  run.looks =
      run.timed && run.violations != nullptr &&
      std::ranges::any_of(model.monitors, [](const PlacedMonitor& placed) { return placed.monitor.look != nullptr; });
  run.watched = (run.violations != nullptr ? heard : 0) | (run.sink != nullptr ? run.sink->listens() : 0);
  run.seen.clear();
  run.crashing = nobody;
  world.header().armed = run.faults != nullptr ? run.faults->armed() : 0;
  begin_context(world, model, no_row);
  if (run.faults != nullptr) run.faults->begin(world, run);
  begin_instance(world, run);
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    if (!definition.behaviour->struct_agent) continue;
    for (std::uint32_t m = 0; m < definition.replicas; ++m) {
      begin_struct_agent(world, run, AgentId{index(definition.first) + m});
    }
  }
  arm_next_arrival(world, run);
  if (!run.seen.empty()) judge(world, run);
}

void apply(World& world, Event event, Run& run) {
  if (armed(world, Strike::pause) && run.timed && postponed(world, run, event)) [[unlikely]]
    return;
  run.idle = true;
  run.touched = 0;
  if (run.timed) {
    if (world.clock().now > world.clock().obligation) [[unlikely]]
      obligations_due(world, run);
    ++world.clock().events;
  }
  if (world.tight()) [[unlikely]]
    world.make_room();
  Row instance = no_row;
  if (event.is_move()) {
    play(world, run, (*run.moves)[event.index()]);
  } else if (event.is_action()) {
    instance = only_instance(world, run);
    run_turn(world, run, world.agent(event.actor()).first, {.why = Wake::Why::action, .detail = event.action_number()});
  } else if (event.is_timer()) {
    instance = world.timer(event.index()).instance;
    timer_due(world, run, event.index());
  } else {
    instance = world.message(event.index()).instance;
    message_due(world, run, event.index());
  }
  settle(world, run, instance);
  look_now_and_then(world, run);
}

void apply_ready(World& world, Row activation, Run& run) {
  if (armed(world, Strike::pause) &&
      run.faults->paused_until(world, world.activation(activation).agent) > world.clock().now) [[unlikely]] {
    wake(world, run, activation, Wake::Why::ready);  // its timer is put off when it comes
    return;
  }
  ++world.clock().events;
  if (world.tight()) [[unlikely]]
    world.make_room();
  const ActivationRow& row = world.activation(activation);
  const Row instance = row.instance;
  digest_event(world, row.agent,
               paired(now_word(world) ^ kind_word(TimerKind::ready), world.activation_shadow(activation).key));
  run_turn(world, run, activation, {.why = Wake::Why::ready});
  settle(world, run, instance);
  look_now_and_then(world, run);
}

void finish(World& world, Run& run, bool undecided) {
  if (!undecided) close_lines(world, run);
  if (run.violations == nullptr) return;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if (placed.monitor.end != nullptr) {
      placed.monitor.end(judging(world, run, placed), undecided);
    }
  }
}

}  // namespace squall::sim

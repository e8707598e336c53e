// SPDX-License-Identifier: Apache-2.0
#include "sim/resources.hpp"

#include <algorithm>

#include "sim/detail/ask_faults.hpp"
#include "sim/limiter.hpp"

namespace squall::sim {
namespace detail {
namespace {

using Kind = ResourceInfo::Kind;
constexpr Purpose limit_purpose = purpose("over the limit");
constexpr SiteKey grant_site = site_key("grant");

Limiter& limiter_of(World& world, const ResourceInfo& resource) {
  return *reinterpret_cast<Limiter*>(world.shared_shadow() + resource.shadow_offset);
}

/// What the faults make of a grant or a renewal. There is no question to ask with when the line moves: the draws are named
/// by who is granted what, and when.
Verdict ask_faults_of_lease(World& world, Run& run, const HoldRow& hold, Row row, Operation operation, Duration ttl) {
  SiteKey origin = 0;
  if (run.timed) {
    const SiteKey whose = world.activation_shadow(hold.activation).key;
    const auto now = static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
    origin = child_key(child_key(child_key(whose, run.model.resource(hold.resource).key), grant_site), now);
  }
  const Row instance = world.activation(hold.activation).instance;
  return ask_faults(world, run,
                    {.strike = Strike::grant,
                     .agent = hold.agent,
                     .activation = hold.activation,
                     .instance = instance,
                     .row = row,
                     .detail = index(hold.resource),
                     .latency = ttl,
                     .operation = operation},
                    origin, load_number(world, instance));
}

void arm_expiry(World& world, Run& run, Row row, Duration ttl) {
  const Row instance = world.activation(world.hold(row).activation).instance;
  const Row timer = arm(world, run, TimerKind::expiry, row, instance, std::max(ttl, Duration::zero()));
  world.hold(row).timer = timer;
}

/// Reserves.
Row grant(World& world, Run& run, Row activation, ResourceId id) {
  const ResourceInfo& info = run.model.resource(id);
  world.reserve(Pool::holds, 1);
  const Row row = world.take_raw(Pool::holds);
  ResourceRow& resource = world.resource(id);
  const std::uint32_t token = ++resource.fence;
  world.hold(row) = {.next = resource.holds,
                     .activation = activation,
                     .agent = world.activation(activation).agent,
                     .token = token,
                     .timer = no_row,
                     .instance = world.activation(activation).instance,
                     .resource = id,
                     .spare = {}};
  resource.holds = row;
  ++resource.taken;
  std::uint32_t* session = session_of(world, run.model, activation);
  ++session[0];
  if (info.token != untracked) session[info.token] = token;
  const Verdict verdict = ask_faults_of_lease(world, run, world.hold(row), row, Operation::grant, info.period);
  if (info.kind == Kind::lease) arm_expiry(world, run, row, info.period + verdict.delay);
  if (watched(run, Seen::acquired)) {
    observe(world, run,
            {.kind = Seen::acquired,
             .agent = world.activation(activation).agent,
             .activation = activation,
             .instance = world.activation(activation).instance,
             .row = row,
             .detail = index(id),
             .value = token});
  }
  return row;
}

void let_pass(World& world, Run& run, Row activation, ResourceId id) {
  ResourceRow& resource = world.resource(id);
  if (resource.taken < run.model.resource(id).slots) ++resource.taken;
  if (watched(run, Seen::acquired)) {
    observe(world, run,
            {.kind = Seen::acquired,
             .agent = world.activation(activation).agent,
             .activation = activation,
             .instance = world.activation(activation).instance,
             .detail = index(id)});
  }
}

/// In an explored world a limiter may refuse as soon as its limit has passed before: how fast they came is open.
bool limiter_passes(World& world, Run& run, ResourceId id, const Question& q) {
  const ResourceInfo& info = run.model.resource(id);
  if (!run.timed) {
    return info.slots != 0 &&
           (world.resource(id).taken < info.slots || run.decide.choose(q, limit_purpose, 2, nullptr) == 0);
  }
  Limiter& limiter = limiter_of(world, info);
  const Instant now = world.clock().now;
  return info.kind == Kind::window ? limiter.pass_window(now, info.slots, info.period)
                                   : limiter.pass_bucket(now, info.slots, info.period);
}

void arm_refill(World& world, Run& run, ResourceId id) {
  const ResourceInfo& info = run.model.resource(id);
  if (info.slots == 0) return;  // nobody ever passes
  const Duration wait =
      run.timed ? limiter_of(world, info).bucket_wait(world.clock().now, info.slots, info.period) : Duration{};
  const Row timer = arm(world, run, TimerKind::refill, index(id), no_row, wait);
  world.resource(id).timer = timer;
}

void stand_in_line(World& world, Run& run, Row activation, ResourceId id) {
  ActivationRow& row = world.activation(activation);
  row.phase = Phase::waiting;
  row.wait = Wait::resource;
  row.wait_arg = index(id);
  row.line = no_row;
  ResourceRow& resource = world.resource(id);
  (resource.tail == no_row ? resource.head : world.activation(resource.tail).line) = activation;
  resource.tail = activation;
  if (row.instance != no_row) ++world.instance(row.instance).in_line;
  if (run.timed) world.activation_shadow(activation).since = world.clock().now;
  if (watched(run, Seen::waited)) {
    observe(world, run,
            {.kind = Seen::waited,
             .agent = row.agent,
             .activation = activation,
             .instance = row.instance,
             .detail = static_cast<std::uint32_t>(Wait::resource),
             .value = index(id)});
  }
}

/// The first in line is in line no more.
Row take_head(World& world, ResourceId id) {
  ResourceRow& resource = world.resource(id);
  const Row head = resource.head;
  ActivationRow& row = world.activation(head);
  resource.head = row.line;
  if (resource.head == no_row) resource.tail = no_row;
  row.line = no_row;
  row.wait = Wait::none;
  if (row.instance != no_row) --world.instance(row.instance).in_line;
  return head;
}

void serve_line(World& world, Run& run, ResourceId id) {
  while (world.resource(id).head != no_row && world.resource(id).taken < run.model.resource(id).slots) {
    const Row next = take_head(world, id);
    grant(world, run, next, id);
    wake(world, run, next, Wake::Why::granted, index(id));
  }
}

/// The grant is over. Whoever stands in line first gets the slot.
void drop_hold(World& world, Run& run, Row row) {
  const HoldRow hold = world.hold(row);
  ResourceRow& resource = world.resource(hold.resource);
  if (resource.holds == row) {
    resource.holds = hold.next;
  } else {
    Row before = resource.holds;
    while (world.hold(before).next != row) before = world.hold(before).next;
    world.hold(before).next = hold.next;
  }
  --resource.taken;
  if (hold.timer != no_row) disarm(world, hold.timer);
  if (hold.activation != no_row) --session_of(world, run.model, hold.activation)[0];
  world.hold(row).resource = no_resource;
  world.give(Pool::holds, row);
  serve_line(world, run, hold.resource);
}

void observe_end(World& world, Run& run, Seen kind, const HoldRow& hold) {
  if (!watched(run, kind)) return;
  observe(world, run,
          {.kind = kind,
           .agent = hold.agent,
           .activation = hold.activation,
           .instance = hold.instance,
           .detail = index(hold.resource),
           .value = hold.token});
}

}  // namespace

void lease_expired(World& world, Run& run, const TimerRow& due) {
  run.idle = false;
  const Row row = due.target;
  world.hold(row).timer = no_row;  // it has struck
  observe_end(world, run, Seen::expired, world.hold(row));
  drop_hold(world, run, row);
}

void refill_due(World& world, Run& run, const TimerRow& due) {
  run.idle = false;
  const ResourceId id{static_cast<std::uint16_t>(due.target)};
  world.resource(id).timer = no_row;
  if (run.timed) {
    const ResourceInfo& info = run.model.resource(id);
    limiter_of(world, info).pass_bucket(world.clock().now, info.slots, info.period);
  }
  const Row next = take_head(world, id);  // a line that empties takes its refill along
  let_pass(world, run, next, id);
  wake(world, run, next, Wake::Why::granted, index(id));
  if (world.resource(id).head != no_row) arm_refill(world, run, id);
}

void leave_line(World& world, Run&, Row activation) {
  ActivationRow& row = world.activation(activation);
  if (row.phase != Phase::waiting || row.wait != Wait::resource) return;
  ResourceRow& resource = world.resource(ResourceId{static_cast<std::uint16_t>(row.wait_arg)});
  Row before = no_row;
  for (Row at = resource.head; at != activation; at = world.activation(at).line) before = at;
  (before == no_row ? resource.head : world.activation(before).line) = row.line;
  if (resource.tail == activation) resource.tail = before;
  row.line = no_row;
  row.wait = Wait::none;
  if (row.instance != no_row) --world.instance(row.instance).in_line;
  if (resource.head == no_row && resource.timer != no_row) {
    disarm(world, resource.timer);
    resource.timer = no_row;
  }
}

void forget_holds(World& world, Run& run, Row activation, bool crashed) {
  for (std::uint16_t r = 0; r < run.model.resources.size(); ++r) {
    if (session_of(world, run.model, activation)[0] == 0) return;
    const ResourceInfo& info = run.model.resources[r];
    const bool frees =
        info.frees == ResourceInfo::Frees::on_end || (crashed && info.frees == ResourceInfo::Frees::on_crash);
    for (Row row = hold_of(world, ResourceId{r}, activation); row != no_row;
         row = hold_of(world, ResourceId{r}, activation)) {
      if (frees) {
        observe_end(world, run, Seen::released, world.hold(row));
        drop_hold(world, run, row);
      } else {
        world.hold(row).activation = no_row;
        --session_of(world, run.model, activation)[0];
      }
    }
  }
}

void close_resources(World& world, Run& run, Row instance) {
  for (std::uint16_t r = 0; r < run.model.resources.size(); ++r) {
    for (Row row = world.resource(ResourceId{r}).holds; row != no_row; row = world.hold(row).next) {
      HoldRow& hold = world.hold(row);
      if (hold.instance != instance) continue;
      hold.instance = no_row;
      hold.activation = no_row;
    }
  }
}

}  // namespace detail

Row Turn::acquire(ResourceId id, Error& error, const Question& q) {
  run.idle = false;
  error = Error::none;
  const ResourceInfo& info = model().resource(id);
  if (!is_limiter(info)) {
    // A free slot goes to the first in line at once: where there is one, nobody stands before us.
    if (world.resource(id).taken < info.slots) return detail::grant(world, run, activation, id);
    detail::stand_in_line(world, run, activation, id);
    return no_row;
  }
  if (world.resource(id).head == no_row && detail::limiter_passes(world, run, id, q)) {
    detail::let_pass(world, run, activation, id);
    return nothing_held;
  }
  if (info.kind != ResourceInfo::Kind::queue) {
    error = Error::rate_limited;
    return no_row;
  }
  detail::stand_in_line(world, run, activation, id);
  if (world.resource(id).timer == no_row) detail::arm_refill(world, run, id);
  return no_row;
}

namespace {

Error told_of_loss(Turn& turn, ResourceId id) {
  turn.observe({.kind = Seen::disowned,
                .agent = turn.self,
                .activation = turn.activation,
                .instance = turn.instance,
                .detail = index(id)});
  return Error::lost_lease;
}

}  // namespace

Error Turn::renew(ResourceId id) {
  run.idle = false;
  const Row held = hold_of(world, id, activation);
  if (held == no_row) return told_of_loss(*this, id);
  const ResourceInfo& info = model().resource(id);
  if (info.kind != ResourceInfo::Kind::lease) return Error::none;
  const Verdict verdict =
      detail::ask_faults_of_lease(world, run, world.hold(held), held, Operation::renew, info.period);
  if (verdict.error != 0) return static_cast<Error>(verdict.error);
  if (verdict.drop) return Error::none;  // its holder believes in it
  detail::disarm(world, world.hold(held).timer);
  detail::arm_expiry(world, run, held, info.period + verdict.delay);
  return Error::none;
}

Error Turn::release(ResourceId id) {
  run.idle = false;
  const Row held = hold_of(world, id, activation);
  if (held == no_row) return told_of_loss(*this, id);
  detail::observe_end(world, run, Seen::released, world.hold(held));
  detail::drop_hold(world, run, held);
  return Error::none;
}

void Turn::leave_line() { detail::leave_line(world, run, activation); }

Duration Turn::retry_after(ResourceId resource) const {
  const ResourceInfo& info = model().resource(resource);
  if (!run.timed || !is_limiter(info)) return {};
  const Limiter& limiter = detail::limiter_of(world, info);
  return info.kind == ResourceInfo::Kind::window ? limiter.window_wait(now(), info.period)
                                                 : limiter.bucket_wait(now(), info.slots, info.period);
}

std::uint32_t Turn::token(ResourceId id) const {
  const std::uint16_t word = model().resource(id).token;
  for (Row whose = activation; whose != no_row;) {
    const Row held = hold_of(world, id, whose);
    const std::uint32_t last = word != untracked ? session_of(world, model(), whose)[word]
                               : held != no_row  ? world.hold(held).token
                                                 : 0;
    if (last != 0) return last;
    const ActivationRow& row = world.activation(whose);
    whose = (row.flags & activation_flag::branch) != 0 ? row.parent : no_row;
  }
  return 0;
}

}  // namespace squall::sim

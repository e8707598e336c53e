// SPDX-License-Identifier: Apache-2.0
#include "sim/turn.hpp"

#include "sim/detail/kernel.hpp"
#include "sim/digest.hpp"

namespace squall::sim {

bool Turn::chance(const Question& q, Purpose what_for, Probability p) const {
  if (const Pin* pin = pinned(q, Pin::Of::chance)) [[unlikely]]
    return pin->answer != 0;
  if (p.ppm == 0) return false;
  if (run.timed) return sim::chance(draw_value(base(q), what_for), p);
  if (p.ppm >= 1'000'000) return true;
  const std::uint32_t weights[] = {1'000'000 - p.ppm, p.ppm};
  return run.decide.choose(q, what_for, 2, weights) == 1;
}

void Turn::begin_step(std::uint32_t pc) {
  detail::observe(world, run,
                  {.kind = Seen::began, .agent = self, .activation = activation, .instance = instance, .detail = pc});
}

bool Turn::step_slowly(std::uint32_t pc, const Question& q, SiteKey site, std::uint32_t back) {
  if (detail::watched(run, Seen::began)) begin_step(pc);
  if (!detail::armed(world, Strike::step)) return true;
  const std::uint64_t drawn = run.timed ? base(q) : 0;
  if (run.timed && !run.faults->might_strike_step(world, self, drawn)) return true;
  const Verdict verdict = run.faults->strike(world, run,
                                             {.strike = Strike::step,
                                              .agent = self,
                                              .activation = activation,
                                              .instance = instance,
                                              .detail = pc,
                                              .base = drawn,
                                              .site = site,
                                              .back = back});
  if (verdict.kinds == 0) return true;
  if (run.timed) detail::digest_injection(world, self, paired(verdict.kinds, q.site + q.occurrence));
  if (verdict.says != any_topic) {
    constexpr SiteKey said = site_key("out of role");
    const Question of_its_own{.site = child_key(q.site, said), .instance = q.instance, .occurrence = q.occurrence};
    detail::post(world, run, self, activation, instance, {.to = verdict.redirect, .topic = verdict.says}, of_its_own);
  }
  refusal_ = static_cast<Error>(verdict.error);
  returns_ = verdict.again;
  if (refusal_ != Error::none || returns_) return false;
  const bool hangs = verdict.hang_before || verdict.hang_after;
  if (!verdict.crash_before && !verdict.crash_after && !hangs) return true;
  if (verdict.crash_before) row().pc = pc;  // judges see before which step
  run.stopping = {.agent = self,
                  .restart_after = verdict.restart_after,
                  .with_memory = verdict.with_memory,
                  .hangs = hangs && !verdict.crash_before && !verdict.crash_after};
  return !verdict.crash_before && !verdict.hang_before;
}

void Turn::observe(const Observation& observation) {
  if (detail::watched(run, observation.kind)) detail::observe(world, run, observation);
}

void Turn::emit(std::uint32_t event, std::int64_t value) {
  observe({.kind = Seen::emitted,
           .agent = self,
           .activation = activation,
           .instance = instance,
           .detail = event,
           .value = value});
}

void Turn::report(bool success) {
  if (instance == no_row) return;
  run.idle = false;
  InstanceRow& of = world.instance(instance);
  const ReportedOutcome outcome = success ? ReportedOutcome::success : ReportedOutcome::failure;
  if (of.outcome == ReportedOutcome::none) {
    of.outcome = outcome;
  } else if (of.outcome != outcome) {
    of.contradicted = 1;
  }
  observe({.kind = Seen::reported,
           .agent = self,
           .activation = activation,
           .instance = instance,
           .value = success ? 1 : 0});
}

void Turn::end(Ending ending, Error error, std::int64_t because) {
  ended_ = true;
  detail::end_activation(world, run, activation, ending, error, because);
}

// ---- struct agents: sends are counted by topic, own draws by the last counter ----

void Turn::reply(Row message_row, TopicId topic, std::initializer_list<std::int64_t> fields) {
  const Question q = ask({.key = model().topic_keys[index(topic)], .counter = index(topic)});
  const Outgoing out{.to = world.message(message_row).from,
                     .topic = topic,
                     .present = static_cast<std::uint8_t>((1U << fields.size()) - 1),
                     .fields = fields.begin()};
  if (world.message(message_row).request != 0) {
    reply(message_row, out, Error::none, q);
  } else {
    send(out, q);
  }
}

void Turn::expect(TopicId topic) {
  run.idle = false;
  ActivationRow& self_row = row();
  if ((self_row.flags & activation_flag::passive) != 0) ++world.header().expecting;
  self_row.flags &= static_cast<std::uint8_t>(~activation_flag::passive);
  self_row.want = topic_bit(topic);
  self_row.wait_arg = index(topic);
  self_row.line = world.header().waits++;
  if (run.timed) world.activation_shadow(activation).since = world.clock().now;
  observe({.kind = Seen::waited,
           .topic = topic,
           .agent = self,
           .activation = activation,
           .instance = instance,
           .detail = static_cast<std::uint32_t>(Wait::mailbox)});
}

void Turn::expect_nothing() {
  ActivationRow& self_row = row();
  if ((self_row.flags & activation_flag::passive) == 0) {
    run.idle = false;
    --world.header().expecting;
  }
  self_row.flags |= activation_flag::passive;
  self_row.want = ~std::uint64_t{0};
}

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/bodies_branches.hpp"
#include "scenarios/agents/bodies_messages.hpp"
#include "scenarios/agents/bodies_shared.hpp"
#include "scenarios/agents/bodies_unwind.hpp"
#include "scenarios/agents/steps.hpp"

/// Bodies of the operations that are not worth a place in the loop.
namespace squall::scenarios::body {

using sim::Error;
using sim::no_row;
using sim::Row;

std::uint32_t send_group(Frame& f, const Op& op, const Filled& filled) {
  std::int64_t served = op.y == no_slot ? 0 : f.locals()[op.y];
  for (; served < op.b; ++served) {
    const sim::AgentId to{op.a + static_cast<std::uint32_t>(served)};
    const sim::Question q = f.ask(op);
    const sim::Sent sent = f.turn.send(outgoing(op, to, filled), q);
    if (sent == sim::Sent::yes) continue;
    if (op.y != no_slot) f.locals()[op.y] = sent == sim::Sent::no_room ? served : 0;
    return sent == sim::Sent::no_room ? no_room(f, op, to) : f.fail(op, Error::rejected);
  }
  if (op.y != no_slot) f.locals()[op.y] = 0;
  return op.next;
}

std::uint32_t send_slowly(Frame& f, const Op& op) {
  Filled filled;
  if (!fill(f, op, filled)) return op.handler;
  sim::AgentId to{op.a};
  if (op.b != 1) {
    if (op.b != 0) return send_group(f, op, filled);
    if (!receiver(f, op, to)) return op.handler;
  }
  const sim::Question q = f.ask(op);
  const sim::Sent sent = f.turn.send(outgoing(op, to, filled), q);
  if (sent == sim::Sent::yes) return op.next;
  return sent == sim::Sent::no_room ? no_room(f, op, to) : f.fail(op, Error::rejected);
}

std::uint32_t call(Frame& f, const Op& op) {
  std::int64_t key = 0, purpose = 0, with = 0;
  if (!f.load(op.operands[0], key) || !f.load(op.operands[1], purpose) || !f.load(op.operands[2], with))
    return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  sim::Turn& turn = f.turn;
  const sim::ToolId tool{static_cast<std::uint16_t>(op.a)};
  const sim::SiteKey about = turn.model().tool(tool).key;
  sim::CallRequest request{.tool = tool, .with = with};
  // Named by content: equal values are the same key to a tool, whoever calls. 0 would mean none.
  if (op.operands[0].given()) request.key = sim::child_key(about, static_cast<std::uint64_t>(key)) | 1;
  if (op.operands[1].given()) {
    request.effect = sim::child_key(about, static_cast<std::uint64_t>(purpose));
  } else {
    const std::uint32_t instance = turn.instance == no_row ? 0 : turn.world.instance(turn.instance).number;
    const std::uint64_t place = std::uint64_t{turn.world.agent(turn.self).member} << 32 | instance;
    request.effect = sim::child_key(static_cast<sim::SiteKey>(op.value), place);
  }
  turn.row().pc = f.position(op);
  turn.call(request, q);
  return stop;
}

bool agent_of(Frame& f, const Op& op, sim::AgentId& agent) {
  std::int64_t value = 0;
  if (!f.load(op.operands[0], value)) return false;
  if (value <= 0 || value > std::int64_t{f.turn.world.used(sim::Pool::agents)}) {
    f.failing = {.error = Error::no_field};
    return false;
  }
  agent = sim::AgentId{static_cast<std::uint32_t>(value - 1)};
  return true;
}

std::uint32_t spawn(Frame& f, const Op& op) {
  Filled filled;
  if (!fill(f, op, filled)) return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  const sim::AgentId child = f.turn.spawn(sim::DefinitionId{op.a}, outgoing(op, sim::nobody, filled),
                                          static_cast<sim::OnParentEnd>(op.flags), q);
  if (op.y != no_slot) f.locals()[op.y] = std::int64_t{index(child)} + 1;
  return f.yield_to(op.next);
}

std::uint32_t cancel(Frame& f, const Op& op) {
  sim::AgentId agent{};
  if (!agent_of(f, op, agent)) return op.handler;
  std::uint32_t end = 0;
  if (!f.begin_plain(op, end)) return end;
  f.turn.cancel_agent(agent, op.flags != 0);
  return f.turn.ended() ? stop : f.yield_to(op.next);
}

std::uint32_t watch(Frame& f, const Op& op) {
  sim::AgentId agent{};
  if (!agent_of(f, op, agent)) return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  bool ok = false;
  const sim::Duration silence = f.time(f.code.times[op.b], q, ok);
  if (!ok) return op.handler;
  f.turn.watch(agent, silence, q);
  return f.yield_to(op.next);
}

// ---- fields of section 3 ----

std::uint32_t otherwise(Frame& f, const Op& op) {
  const Error error = f.failing.error;
  if (error == finishing) return op.handler;
  const Catch* found = nullptr;
  for (std::uint32_t c = 0; c < op.b; ++c) {
    const Catch& caught = f.code.catches[op.a + c];
    if (caught.error == error) {
      found = &caught;
      break;
    }
    if (caught.error == Error::none && error != Error::cancelled && found == nullptr) found = &caught;
  }
  if (found == nullptr) return op.handler;
  const ErrorSlots& slots = f.code.errors[op.c];
  std::int64_t* locals = f.locals();
  if (slots.name != no_slot) locals[slots.name] = f.code.error_texts[static_cast<std::size_t>(error)];
  if (slots.from != no_slot)
    locals[slots.from] = f.failing.from == sim::nobody ? 0 : std::int64_t{index(f.failing.from)} + 1;
  if (slots.because != no_slot) locals[slots.because] = f.failing.because;
  if (slots.retry_after != no_slot) locals[slots.retry_after] = f.failing.retry_after;
  if (error == Error::cancelled) {
    f.turn.row().flags &= static_cast<std::uint8_t>(~sim::activation_flag::finishing);  // it goes on after all
  }
  f.failing = {};
  return found->target;
}

namespace {

/// `base` times `factor` for each attempt after the first, at most `max`.
sim::Duration grown(sim::Duration base, const RetryOf& retry, std::int64_t attempts) {
  std::int64_t wait = base.count();
  for (std::int64_t a = 1; a < attempts && wait < retry.max.count() && wait != 0 && retry.factor > 1; ++a) {
    wait = sim::checked_multiply(wait, retry.factor).value_or(sim::Duration::max().count());
  }
  return std::min(sim::Duration{wait}, retry.max);
}

}  // namespace

std::uint32_t retry_failed(Frame& f, const Op& op) {
  const RetryOf& retry = f.code.retries[op.a];
  const auto error = static_cast<unsigned>(f.failing.error);
  const bool tried_again =
      f.failing.error != finishing && f.failing.struck == 0 && (retry.on[error / 64] >> error % 64 & 1) != 0;
  if (!tried_again) return op.handler;
  const std::int64_t attempts = ++f.locals()[retry.attempts];
  if (attempts >= retry.times) return op.handler;
  if (retry.calls != no_slot) {
    std::int64_t* cells = f.turn.cells();
    if ((cells[retry.repeats] + 1) * 1'000'000 > cells[retry.calls] * retry.budget.ppm) return op.handler;
    ++cells[retry.repeats];
  }
  const Failing why = f.failing;
  const auto jitter = static_cast<Retry::Jitter>(retry.jitter);
  sim::Question q;
  if (jitter != Retry::Jitter::none || f.answers(retry.backoff))
    q = f.turn.ask({retry.jitter_site, retry.jitter_counter});
  const bool at_once = Frame::is_fixed(retry.backoff) && retry.backoff.drawn.a == 0 && !retry.hint;
  if (at_once && f.turn.pinned(q, sim::Pin::Of::time) == nullptr) {
    f.failing = {};
    return f.yield_to(op.next);
  }
  bool ok = false;
  sim::Duration wait = f.time(retry.backoff, q, ok);
  if (!ok) return op.handler;
  wait = grown(wait, retry, attempts);
  if (const sim::Pin* pin = f.turn.pinned(q, sim::Pin::Of::time)) {
    wait = sim::Duration{pin->answer};
  } else if (f.turn.run.timed && jitter != Retry::Jitter::none) {
    const std::uint64_t drawn = sim::draw_value(f.turn.base(q), jitter_purpose);
    const sim::Duration floor = jitter == Retry::Jitter::equal ? wait / 2 : sim::Duration{};
    wait = floor + sim::Duration{static_cast<std::int64_t>(
                       sim::scale(drawn, static_cast<std::uint64_t>((wait - floor).count()) + 1))};
  }
  if (retry.hint) wait = std::max(wait, sim::Duration{why.retry_after});
  f.failing = {};
  f.turn.row().pc = f.position(op);
  f.turn.busy(sim::TimerKind::backoff, f.turn.run.timed ? wait : sim::Duration{});
  return stop;
}

// ---- branches ----

std::uint64_t branch_key(Frame& f, const Op& op, std::uint64_t name) {
  const std::uint32_t executions = f.turn.run.timed ? f.turn.world.occurrences(f.turn.activation)[op.counter] : 0;
  return sim::child_key(sim::child_key(op.site, name), executions);
}

std::uint32_t look_at_join(Frame& f, const Op& op, std::uint64_t to_come, Error first) {
  const JoinOf& join = f.code.joins[op.a];
  const sim::ActivationRow& row = f.turn.row();
  const std::uint32_t ok = row.children_ok, failed = row.children_failed, alive = row.children;
  const auto succeed = [&] {
    std::int64_t* locals = f.locals();
    if (join.ok != no_slot) locals[join.ok] = ok;
    if (join.failed != no_slot) locals[join.failed] = failed;
    locals[join.state] = 0;
    return op.next;
  };
  const auto wait = [&] {
    f.turn.row().pc = f.position(op);
    f.turn.wait_children();
    return stop;
  };
  if (f.locals()[join.state] == 1) return alive == 0 ? succeed() : wait();
  const bool enough = join.needed != 0 && ok >= join.needed;
  if (alive + to_come == 0 && (join.collect || enough || (join.needed == 0 && failed == 0))) return succeed();
  if (enough) {
    f.locals()[join.state] = 1;
    f.turn.cancel_children(false);
    return wait();
  }
  if (!join.collect) {
    const bool all_failed = join.needed == 0 && failed != 0;
    const bool impossible = join.needed != 0 && ok + alive + to_come < join.needed;
    // A branch that was cancelled from outside counts for nothing, and is missed by `all`.
    const bool missed = join.needed == 0 && alive + to_come == 0;
    if (all_failed) return f.fail(op, first == Error::none ? Error::failed : first);
    if (impossible || missed) return f.fail(op, Error::impossible);
  }
  return wait();
}

namespace {

std::uint64_t left_of(Frame& f, const JoinOf& map) {
  const std::int64_t next = f.locals()[map.next];
  if (!map.list) return f.locals()[map.last] < next ? 0 : static_cast<std::uint64_t>(f.locals()[map.last] - next) + 1;
  const std::int64_t list = f.locals()[map.list_slot];
  std::int64_t size = 0;
  for (Row m = list == 0 ? no_row : static_cast<Row>(list - 1); m != no_row; m = f.turn.world.message(m).next) ++size;
  return size > next ? static_cast<std::uint64_t>(size - next) : 0;
}

/// The element of the next branch stands in `item` while it is forked, so that its copy of the locals has it.
void put_item(Frame& f, const JoinOf& map) {
  if (map.item == no_slot) return;
  const std::int64_t next = f.locals()[map.next];
  if (!map.list) {
    f.locals()[map.item] = next;
    return;
  }
  Row m = static_cast<Row>(f.locals()[map.list_slot] - 1);
  for (std::int64_t k = 0; k < next; ++k) m = f.turn.world.message(m).next;
  f.turn.retain_message(m);
  f.hold(map.item, m);
}

std::uint32_t fork_and_look(Frame& f, const Op& op, Error first) {
  const JoinOf& join = f.code.joins[op.a];
  std::uint64_t left = left_of(f, join);
  const bool closing = f.locals()[join.state] == 1;
  const bool fails = !join.collect && join.needed == 0 && f.turn.row().children_failed != 0;
  const std::uint32_t at_once = join.limit == 0 ? 0xffffU : std::min(join.limit, 0xffffU);
  while (left != 0 && !closing && !fails && f.turn.row().children < at_once) {
    if (join.needed != 0 && f.turn.row().children_ok >= join.needed) break;
    put_item(f, join);
    const std::int64_t number = f.locals()[join.started]++;
    f.turn.fork(join.branch, static_cast<std::uint16_t>(number), branch_key(f, op, static_cast<std::uint64_t>(number)));
    ++f.locals()[join.next];
    --left;
  }
  if (join.item != no_slot && f.locals()[join.item] != 0) {
    if (join.list) f.drop(sim::CellType::message, static_cast<Row>(f.locals()[join.item] - 1));
    f.locals()[join.item] = 0;
  }
  if (join.needed != 0 && f.turn.row().children_ok >= join.needed) left = 0;
  return look_at_join(f, op, left, first);
}

}  // namespace

/// What counts them has 16 bits.
constexpr std::int64_t branches_max = 0xffff;

std::uint32_t map_begin(Frame& f, const Op& op) {
  const JoinOf& join = f.code.joins[op.a];
  std::int64_t from = 0, to = 0;
  if (!f.load(op.operands[0], from) || !f.load(op.operands[1], to)) return op.handler;
  std::int64_t count = 0;
  const bool countable = to < from || (!__builtin_sub_overflow(to, from, &count) && count < branches_max);
  if (!join.list && !countable) return f.fail(op, Error::overflow);
  begin_join(f, op, join);
  f.locals()[join.started] = 0;
  f.locals()[join.next] = from;
  if (join.last != no_slot) f.locals()[join.last] = to;
  return op.next;
}

std::uint32_t map(Frame& f, const Op& op) { return fork_and_look(f, op, Error::none); }

std::uint32_t joined(Frame& f, const Op& op, Error first) {
  return op.code == OpCode::map ? fork_and_look(f, op, first) : look_at_join(f, op, 0, first);
}

std::uint32_t wait_for_abandoned(Frame& f, const Op& op) {
  const FailureSlots& slots = f.code.failures[op.a];
  if (f.turn.row().children != 0) {
    f.turn.row().pc = f.position(op);
    f.turn.wait_children();
    return stop;
  }
  f.restore(slots);
  return op.handler;
}

std::uint32_t abandon(Frame& f, const Op& op) {
  f.save(f.code.failures[op.a]);
  f.failing = {};
  f.turn.cancel_children(false);
  return wait_for_abandoned(f, op);
}

}  // namespace squall::scenarios::body

// SPDX-License-Identifier: Apache-2.0
#include "sim/turn_inline.hpp"

namespace squall::sim {
namespace detail {

std::uint32_t inbox_load(const World& world, AgentId agent) {
  std::uint32_t load = world.agent(agent).box_count;
  for (Row m = 0; m < world.used(Pool::messages); ++m) {
    const MessageRow& row = world.message(m);
    load += under_way(row.place) && row.to == agent ? 1 : 0;
  }
  return load;
}

void append(World& world, Row message, AgentId agent) {
  AgentRow& owner = world.agent(agent);
  MessageRow& row = world.message(message);
  row.place = Place::mailbox;
  row.next = no_row;
  (owner.box_tail == no_row ? owner.box_head : world.message(owner.box_tail).next) = message;
  owner.box_tail = message;
  ++owner.box_count;
}

void consumed_slowly(World& world, Run& run, Row activation, Row message) {
  if (const Row artifact = world.message(message).artifact; artifact != no_row) see(world, run, activation, artifact);
  if (run.model.acks) file_delivery(world, run, activation, message);
  if (!watched(run, Seen::consumed)) return;
  const MessageRow& taken = world.message(message);
  observe(world, run,
          {.kind = Seen::consumed,
           .topic = taken.topic,
           .agent = world.activation(activation).agent,
           .other = taken.from,
           .activation = activation,
           .instance = taken.instance,
           .row = message});
}

namespace {

/// Takes all messages marked `held` out of the mailbox of `agent`, and links them in order of arrival.
Row collect_marked(World& world, AgentId agent) {
  AgentRow& owner = world.agent(agent);
  Row first = no_row, last = no_row, before = no_row;
  for (Row m = owner.box_head; m != no_row;) {
    MessageRow& row = world.message(m);
    const Row next = row.next;
    if (row.place == Place::held) {
      (before == no_row ? owner.box_head : world.message(before).next) = next;
      if (owner.box_tail == m) owner.box_tail = before;
      --owner.box_count;
      hold(world, m);
      (last == no_row ? first : world.message(last).next) = m;
      last = m;
    } else {
      before = m;
    }
    m = next;
  }
  return first;
}

/// A walk over what `activation` could take: its agent's mailbox, then the queues whose topics it asks for.
class Candidates {
 public:
  Candidates(const Model& model, const World& world, Row activation, std::uint64_t topics)
      : model_(model),
        world_(world),
        topics_(topics & model.published),
        at_(world.agent(world.activation(activation).agent).box_head),
        instance_(world.activation(activation).instance) {
    settle();
  }
  Row row() const { return at_; }
  void next() {
    at_ = world_.message(at_).next;
    settle();
  }

 private:
  void settle() {
    for (;;) {
      for (; at_ != no_row; at_ = world_.message(at_).next) {
        if (world_.message(at_).instance == instance_ || world_.message(at_).instance == no_row) return;
      }
      if (topics_ == 0 || channel_ == model_.channels) return;
      at_ = world_.channel(channel_++).head;
      if (at_ != no_row && model_.topic(world_.message(at_).topic).mode != TopicInfo::Mode::queue) at_ = no_row;
    }
  }
  const Model& model_;
  const World& world_;
  std::uint64_t topics_;
  Row at_;
  Row instance_;
  std::uint32_t channel_ = 0;
};

bool sender_marked(const World& world, Row first_candidate, Row message) {
  for (Row m = first_candidate; m != message && m != no_row; m = world.message(m).next) {
    if (world.message(m).place == Place::held && world.message(m).from == world.message(message).from) return true;
  }
  return false;
}

/// Marks up to `count_max` messages for `source`; says how many. Marked ones serve no second source.
std::uint32_t mark(World& world, const Model& model, Row activation, const Source& source, std::uint64_t topics) {
  std::uint32_t marked = 0;
  const Row head = world.agent(world.activation(activation).agent).box_head;
  for (Candidates c{model, world, activation, topics}; c.row() != no_row && marked < source.count_max; c.next()) {
    if (world.message(c.row()).place == Place::held || !matches(model, world, activation, source, c.row())) continue;
    if (source.distinct && sender_marked(world, head, c.row())) continue;
    world.message(c.row()).place = Place::held;
    ++marked;
  }
  return marked;
}

void unmark(World& world, const Model& model, Row activation, std::uint64_t topics) {
  const AgentId agent = world.activation(activation).agent;
  for (Row m = world.agent(agent).box_head; m != no_row; m = world.message(m).next)
    world.message(m).place = Place::mailbox;
  if ((topics & model.published) == 0) return;
  for (std::uint32_t c = 0; c < model.channels; ++c) {
    for (Row m = world.channel(c).head; m != no_row; m = world.message(m).next) world.message(m).place = Place::queued;
  }
}

Row take_marked(World& world, Run& run, Row activation, std::uint64_t topics) {
  const AgentId agent = world.activation(activation).agent;
  Row first = collect_marked(world, agent);
  if ((topics & run.model.published) != 0) {
    Row last = first;
    while (last != no_row && world.message(last).next != no_row) last = world.message(last).next;
    for (std::uint32_t c = 0; c < run.model.channels; ++c) {
      for (Row m = world.channel(c).head; m != no_row;) {
        const Row next = world.message(m).next;
        if (world.message(m).place == Place::held) {
          take_from_queue(world, run, m, agent);
          hold(world, m);
          (last == no_row ? first : world.message(last).next) = m;
          last = m;
        }
        m = next;
      }
    }
  }
  for (Row m = first; m != no_row; m = world.message(m).next) consumed(world, run, activation, m);
  if (run.model.definition(world.agent(agent).definition).inbox != unlimited) room_made(world, run, agent);
  return first;
}

}  // namespace

namespace {

/// The first message in order of arrival that meets `spec` alone; no_row where none does.
Row take_alone(World& world, Run& run, Row activation, const WaitSpec& spec) {
  const AgentId agent = world.activation(activation).agent;
  const Row instance = world.activation(activation).instance;
  AgentRow& owner = world.agent(agent);
  const Definition& definition = run.model.definition(owner.definition);
  Row before = no_row;
  for (Row m = owner.box_head; m != no_row; m = world.message(m).next) {
    MessageRow& row = world.message(m);
    if ((spec.topics & topic_bit(row.topic)) != 0 && (row.instance == instance || row.instance == no_row) &&
        meets_alone(run.model, world, activation, spec, m)) {
      (before == no_row ? owner.box_head : world.message(before).next) = row.next;
      if (owner.box_tail == m) owner.box_tail = before;
      --owner.box_count;
      hold(row);
      consumed(world, run, activation, m);
      if (run.model.bounded_inboxes && definition.inbox != unlimited) room_made(world, run, agent);
      return m;
    }
    before = m;
  }
  if ((spec.topics & run.model.published) == 0) return no_row;
  for (Candidates c{run.model, world, activation, spec.topics}; c.row() != no_row; c.next()) {
    if (world.message(c.row()).place != Place::queued || !meets_alone(run.model, world, activation, spec, c.row()))
      continue;
    world.message(c.row()).place = Place::held;
    return take_marked(world, run, activation, spec.topics);
  }
  return no_row;
}

}  // namespace

Row take_matching(World& world, Run& run, Row activation, std::uint32_t wait, bool at_timeout) {
  const Model& model = run.model;
  const AgentRow& owner = world.agent(world.activation(activation).agent);
  const WaitSpec& spec = model.definition(owner.definition).behaviour->waits[wait];
  if (const Row alone = take_alone(world, run, activation, spec); alone != no_row || spec.single) return alone;
  if (!spec.all) {
    for (const Source& source : spec.sources) {
      if (source.count_max == 1) continue;
      if (mark(world, model, activation, source, spec.topics) >= (at_timeout ? source.count_min : source.count_max)) {
        return take_marked(world, run, activation, spec.topics);
      }
      unmark(world, model, activation, spec.topics);
    }
    return no_row;
  }
  for (const Source& source : spec.sources) {
    if (mark(world, model, activation, source, spec.topics) < (at_timeout ? source.count_min : source.count_max)) {
      unmark(world, model, activation, spec.topics);
      return no_row;
    }
  }
  return take_marked(world, run, activation, spec.topics);
}

void unlink_from_mailbox(World& world, Row message) {
  world.message(message).place = Place::held;
  collect_marked(world, world.message(message).to);
}

void clear_mailbox(World& world, Run& run, AgentId agent) {
  AgentRow& owner = world.agent(agent);
  for (Row m = owner.box_head; m != no_row;) {
    const Row next = world.message(m).next;
    const MessageRow& row = world.message(m);
    if (run.timed) ++world.clock().lost;
    if (watched(run, Seen::lost)) {
      observe(world, run,
              {.kind = Seen::lost,
               .topic = row.topic,
               .agent = row.from,
               .other = row.to,
               .instance = row.instance,
               .row = m});
    }
    drop_message(world, run, m);
    m = next;
  }
  owner.box_head = owner.box_tail = no_row;
  owner.box_count = 0;
}

bool room_made(World& world, Run& run, AgentId agent) {
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  if (definition.full != Full::block || inbox_load(world, agent) >= definition.inbox) return false;
  if (takes_no_more(world, run, agent)) return false;
  Row longest = no_row;
  for (Row a = 0; a < world.used(Pool::activations); ++a) {
    const ActivationRow& row = world.activation(a);
    if (row.phase != Phase::waiting || row.wait != Wait::room || row.wait_arg != index(agent)) continue;
    if (longest == no_row || static_cast<std::int32_t>(row.line - world.activation(longest).line) < 0) longest = a;
  }
  if (longest == no_row) return false;
  if (world.activation(longest).instance != no_row) --world.instance(world.activation(longest).instance).in_line;
  wake(world, run, longest, Wake::Why::room);
  return true;
}

}  // namespace detail

void room_again(World& world, Run& run, AgentId agent) {
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  if (definition.inbox == unlimited) return;
  const std::uint32_t load = detail::inbox_load(world, agent);
  for (std::uint32_t free = definition.inbox - std::min(load, definition.inbox); free != 0; --free) {
    if (!detail::room_made(world, run, agent)) return;
  }
}

Row Turn::try_receive(std::uint32_t wait, bool at_timeout) { return here::try_receive(*this, wait, at_timeout); }

namespace detail {

ActivationRow& begin_wait(Turn& turn, Wait wait, std::uint32_t argument) {
  ActivationRow& row = turn.row();
  begin_wait(turn, row, wait, argument);
  return row;
}

}  // namespace detail

void Turn::wait_mailbox(std::uint32_t wait, bool passive) { here::wait_mailbox(*this, wait, passive); }

void Turn::wait_reply(std::uint32_t request) { detail::begin_wait(*this, Wait::reply, request); }

void Turn::wait_room(AgentId receiver) {
  detail::begin_wait(*this, Wait::room, index(receiver));
  if (instance != no_row) ++world.instance(instance).in_line;
}

std::uint32_t Turn::discard(std::uint32_t wait) {
  std::uint32_t thrown = 0;
  const WaitSpec& spec = behaviour.waits[wait];
  for (Row m = world.agent(self).box_head; m != no_row;) {
    const Row next = world.message(m).next;
    const bool same_instance = world.message(m).instance == instance || world.message(m).instance == no_row;
    bool matched = false;
    for (const Source& source : spec.sources)
      matched = matched || (same_instance && detail::matches(model(), world, activation, source, m));
    if (matched) {
      detail::unlink_from_mailbox(world, m);
      const MessageRow& message = world.message(m);
      if (detail::watched(run, Seen::discarded)) {
        detail::observe(world, run,
                        {.kind = Seen::discarded,
                         .topic = message.topic,
                         .agent = self,
                         .other = message.from,
                         .activation = activation,
                         .instance = message.instance,
                         .row = m});
      }
      if (run.timed) ++world.clock().dropped;
      detail::drop_message(world, run, m);
      ++thrown;
    }
    m = next;
  }
  if (thrown != 0 && model().definition(world.agent(self).definition).inbox != unlimited)
    detail::room_made(world, run, self);
  return thrown;
}

void Turn::retain_message(Row message) { detail::retain_message(world, message); }
void Turn::release_message(Row message) { detail::release_message(world, run, message); }

}  // namespace squall::sim

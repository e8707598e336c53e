// SPDX-License-Identifier: Apache-2.0
#include "sim/chain.hpp"
#include "sim/detail/of_instance.hpp"
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
  if (world.by_instance.on()) [[unlikely]]
    world.by_instance.mailboxes.append(agent, row.instance, message, owner.box_tail);
  (owner.box_tail == no_row ? owner.box_head : world.message(owner.box_tail).next) = message;
  owner.box_tail = message;
  ++owner.box_count;
}

void observe_wait(const Turn& turn, Wait wait, std::uint32_t argument) {
  observe(turn.world, turn.run,
          {.kind = Seen::waited,
           .agent = turn.self,
           .activation = turn.activation,
           .instance = turn.instance,
           .detail = static_cast<std::uint32_t>(wait),
           .value = argument});
}

void consumed_slowly(World& world, Run& run, Row activation, Row message) {
  if (const Row artifact = world.message(message).artifact; artifact != no_row) see(world, run, activation, artifact);
  if (run.model.acks) file_delivery(world, run, activation, message);
  if (watched(run, Seen::consumed)) observe_consumption(world, run, activation, message, world.message(message));
}

void observe_consumption(World& world, Run& run, Row activation, Row message, const MessageRow& taken) {
  observe(world, run,
          {.kind = Seen::consumed,
           .topic = taken.topic,
           .agent = world.activation(activation).agent,
           .other = taken.from,
           .activation = activation,
           .instance = taken.instance,
           .row = message});
}

bool has_property(const Model& model, const World& world, Row activation, const Source& source, Row message) {
  if (!source.condition.empty()) [[likely]]
    return chain_holds(source.condition, world, activation, message);
  const Behaviour& behaviour = *model.definition(world.agent(world.activation(activation).agent).definition).behaviour;
  return behaviour.accepts(model, world, activation, source.where, message);
}

bool meets_alone_slowly(const Model& model, const World& world, Row activation, const WaitSpec& wait, Row message,
                        const MessageRow& row) {
  if (wait.all && wait.sources.size() > 1) return false;
  for (const Source& source : index(row.topic) < 64 ? wait.sources.first(wait.asking) : wait.sources) {
    if (source.count_max == 1 && matches(model, world, activation, source, message, row)) return true;
  }
  return false;
}

namespace {

BoxWalk box_of(const World& world, Row activation) {
  const ActivationRow& row = world.activation(activation);
  return {world, row.agent, row.instance};
}

/// Takes all messages marked `held` for `activation` out of its agent's mailbox, and links them in order of arrival.
Row collect_marked(World& world, Row activation) {
  Row first = no_row, last = no_row;
  for (BoxWalk box = box_of(world, activation); box.row() != no_row;) {
    const Row m = box.row();
    if (world.message(m).place != Place::held) {
      box.next();
      continue;
    }
    box.leave(world);
    hold(world, m);
    (last == no_row ? first : world.message(last).next) = m;
    last = m;
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
        box_(box_of(world, activation)),
        instance_(world.activation(activation).instance) {
    settle();
  }
  Row row() const { return box_.row() != no_row ? box_.row() : queued_; }
  void next() {
    if (box_.row() != no_row) {
      box_.next();
    } else {
      queued_ = world_.message(queued_).next;
    }
    settle();
  }

 private:
  bool passes(Row m) const { return world_.message(m).instance == instance_ || world_.message(m).instance == no_row; }
  void settle() {
    for (; box_.row() != no_row; box_.next()) {
      if (passes(box_.row())) return;
    }
    for (;;) {
      for (; queued_ != no_row; queued_ = world_.message(queued_).next) {
        if (passes(queued_)) return;
      }
      if (topics_ == 0 || channel_ == model_.channels) return;
      queued_ = world_.channel(channel_++).head;
      if (queued_ != no_row && model_.topic(world_.message(queued_).topic).mode != TopicInfo::Mode::queue)
        queued_ = no_row;
    }
  }
  const Model& model_;
  const World& world_;
  std::uint64_t topics_;
  BoxWalk box_;
  Row queued_ = no_row;
  Row instance_;
  std::uint32_t channel_ = 0;
};

/// Whether a message before `message` in the mailbox is marked and from the same sender.
bool sender_marked(const World& world, Row activation, Row message) {
  for (BoxWalk box = box_of(world, activation); box.row() != message && box.row() != no_row; box.next()) {
    const MessageRow& row = world.message(box.row());
    if (row.place == Place::held && row.from == world.message(message).from) return true;
  }
  return false;
}

/// Marks up to `count_max` messages for `source`; says how many. Marked ones serve no second source.
std::uint32_t mark(World& world, const Model& model, Row activation, const Source& source, std::uint64_t topics) {
  std::uint32_t marked = 0;
  for (Candidates c{model, world, activation, topics}; c.row() != no_row && marked < source.count_max; c.next()) {
    if (world.message(c.row()).place == Place::held || !matches(model, world, activation, source, c.row())) continue;
    if (source.distinct && sender_marked(world, activation, c.row())) continue;
    world.message(c.row()).place = Place::held;
    ++marked;
  }
  return marked;
}

void unmark(World& world, const Model& model, Row activation, std::uint64_t topics) {
  for (BoxWalk box = box_of(world, activation); box.row() != no_row; box.next())
    world.message(box.row()).place = Place::mailbox;
  if ((topics & model.published) == 0) return;
  for (std::uint32_t c = 0; c < model.channels; ++c) {
    for (Row m = world.channel(c).head; m != no_row; m = world.message(m).next) world.message(m).place = Place::queued;
  }
}

Row take_marked(World& world, Run& run, Row activation, std::uint64_t topics) {
  const AgentId agent = world.activation(activation).agent;
  Row first = collect_marked(world, activation);
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

/// `message` alone has met a wait of `activation`, and is out of the mailbox.
[[gnu::always_inline]] inline void take_alone(World& world, Run& run, Row activation, AgentId agent, Row message,
                                              MessageRow& row) {
  hold(row);
  consumed(world, run, activation, message, row);
  leave_room(world, run, agent);
}

/// The first message in order of arrival that lies in the mailbox and meets `spec` alone; no_row where none does.
[[gnu::always_inline]] inline Row take_delivered(World& world, Run& run, Row activation, const ActivationRow& waiting,
                                                 AgentRow& owner, const WaitSpec& spec) {
  const AgentId agent = waiting.agent;
  const Row instance = waiting.instance;
  const auto meets = [&](Row m, const MessageRow& row) {
    return (spec.topics & topic_bit(row.topic)) != 0 && (row.instance == instance || row.instance == no_row) &&
           meets_alone(run.model, world, activation, spec, m, row);
  };
  if (world.by_instance.on()) [[unlikely]] {
    for (BoxWalk box{world, agent, instance}; box.row() != no_row; box.next()) {
      const Row m = box.row();
      MessageRow& row = world.message(m);
      if (!meets(m, row)) continue;
      box.leave(world);
      take_alone(world, run, activation, agent, m, row);
      return m;
    }
    return no_row;
  }
  Row* link = &owner.box_head;
  for (Row m = *link, before = no_row; m != no_row; before = m, m = *link) {
    MessageRow& row = world.message(m);
    if (meets(m, row)) {
      *link = row.next;
      if (row.next == no_row) owner.box_tail = before;
      --owner.box_count;
      take_alone(world, run, activation, agent, m, row);
      return m;
    }
    link = &row.next;
  }
  return no_row;
}

/// The same of the messages in the queues.
Row take_published(World& world, Run& run, Row activation, const WaitSpec& spec) {
  for (Candidates c{run.model, world, activation, spec.topics}; c.row() != no_row; c.next()) {
    if (world.message(c.row()).place != Place::queued || !meets_alone(run.model, world, activation, spec, c.row()))
      continue;
    world.message(c.row()).place = Place::held;
    return take_marked(world, run, activation, spec.topics);
  }
  return no_row;
}

/// Several messages that meet `spec` together; no_row where they are not there.
[[gnu::noinline]] Row take_several(World& world, Run& run, Row activation, const WaitSpec& spec, bool at_timeout) {
  const Model& model = run.model;
  const auto enough = [&](const Source& source) { return at_timeout ? source.count_min : source.count_max; };
  if (!spec.all) {
    for (const Source& source : spec.sources) {
      if (source.count_max == 1) continue;
      if (mark(world, model, activation, source, spec.topics) >= enough(source))
        return take_marked(world, run, activation, spec.topics);
      unmark(world, model, activation, spec.topics);
    }
    return no_row;
  }
  for (const Source& source : spec.sources) {
    if (mark(world, model, activation, source, spec.topics) < enough(source)) {
      unmark(world, model, activation, spec.topics);
      return no_row;
    }
  }
  return take_marked(world, run, activation, spec.topics);
}

}  // namespace

Row take_matching(World& world, Run& run, Row activation, std::uint32_t wait, bool at_timeout) {
  const ActivationRow& waiting = world.activation(activation);
  AgentRow& owner = world.agent(waiting.agent);
  const WaitSpec& spec = run.model.definition(owner.definition).behaviour->waits[wait];
  Row taken = take_delivered(world, run, activation, waiting, owner, spec);
  if (taken != no_row) return taken;
  if ((spec.topics & run.model.published) != 0) [[unlikely]]
    taken = take_published(world, run, activation, spec);
  return taken != no_row || spec.single ? taken : take_several(world, run, activation, spec, at_timeout);
}

void unlink_from_mailbox(World& world, Row message) {
  const AgentId agent = world.message(message).to;
  Row before = no_row;
  if (world.by_instance.on()) [[unlikely]] {
    before = world.by_instance.mailboxes.before(message);
  } else {
    for (Row m = world.agent(agent).box_head; m != message; m = world.message(m).next) before = m;
  }
  leave_box(world, agent, message, before);
  hold(world, message);
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
    if (world.by_instance.on()) [[unlikely]]
      world.by_instance.mailboxes.remove(agent, row.instance, m, next);
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
  for (detail::BoxWalk box{world, self, instance}; box.row() != no_row;) {
    const Row m = box.row();
    const bool same_instance = world.message(m).instance == instance || world.message(m).instance == no_row;
    bool matched = false;
    for (const Source& source : spec.sources)
      matched = matched || (same_instance && detail::matches(model(), world, activation, source, m));
    if (!matched) {
      box.next();
    } else {
      box.leave(world);
      detail::hold(world, m);
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
  }
  if (thrown != 0 && model().definition(world.agent(self).definition).inbox != unlimited)
    detail::room_made(world, run, self);
  return thrown;
}

void Turn::retain_message(Row message) { detail::retain_message(world, message); }
void Turn::release_message(Row message) { detail::release_message(world, run, message); }

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/detail/visit_parts.hpp"

/// The canonical content of a world's state half, listed once for all uses: hash, exact comparison, encoding, difference.
///
/// A state is a set of *elements* (an agent with its mailbox and activations, a message in flight, a timer, a resource, …),
/// each a sequence of words. What has an order stands inside one element, in that order; what has none are several
/// elements. References are followed by content: an activation is named by its agent and its place among that agent's, a
/// request by who waits for its answer, an artifact by its identity. Row numbers, free lists, serial numbers, cancelled
/// timers, counters that only repeat what the rows say, and the whole shadow half are not visited, so two layouts of one
/// state have one content.
namespace squall::sim {

enum class Element : std::uint8_t {
  head,
  agent,
  in_flight,
  timer,
  instance,
  shared_keys,
  floor,
  resource,
  hold,
  call,
  effect,
  watch,
  delivery,
  checkpoint,
  channel,
  memory
};
constexpr const char* element_name(Element element) {
  constexpr const char* names[] = {"world",          "agent", "message in flight", "timer",      "instance",
                                   "shared context", "floor", "resource",          "hold",       "call",
                                   "effect",         "watch", "delivery",          "checkpoint", "channel",
                                   "memory"};
  return names[static_cast<std::size_t>(element)];
}

/// What counts as content.
struct ContentOptions {
  bool last_delivered = false;  ///< of a duplicating network: part of the state in the `actor` counting
  bool faults = true;           ///< armed strikes and the fault budget left: without, timed and explored worlds compare
};

/// Lists the elements of one world into `Out`, which has `begin(Element)`, `word(const char* name, std::uint64_t)`, `end()`.
/// The order of elements of one kind means nothing; an `Out` sorts or sums. Keeps its scratch memory between worlds.
template <class Out>
class Visitor : private detail::ContentParts<Out> {
  using Parts = detail::ContentParts<Out>;

 public:
  Visitor(const Model& model, Out& out, ContentOptions options = {}) : Parts(model, out), options_(options) {
    has_fifo_ = model.network.fifo;
    for (const Network::Link& link : model.network.links) has_fifo_ = has_fifo_ || link.fifo;
  }

  /// O(content); sorts the messages in flight where links keep an order.
  void all(const World& world) {
    world_ = &world;
    head();
    for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a) agent(world, AgentId{a});
    messages_in_flight(world);
    if (world.used(Pool::timers) != 0 || world.timed()) timers();
    instances();
    if (model_.shared_keys_bytes != 0) shared_keys();
    if (world.used(Pool::floors) != 0) floors();
    for (std::uint32_t r = 0; r < world.used(Pool::resources); ++r) resource(ResourceId{static_cast<std::uint16_t>(r)});
    if (world.used(Pool::calls) != 0) calls();
    if (world.used(Pool::effects) != 0) effects();
    if (world.used(Pool::watches) != 0) watches();
    if (world.used(Pool::deliveries) != 0) deliveries();
    if (world.used(Pool::checkpoints) != 0) checkpoints();
    for (std::uint32_t c = 0; c < world.used(Pool::channels); ++c) channel(c);
    if (world.used(Pool::memory) != 0) memory();
  }

  /// The element of one agent: all that belongs to it alone.
  void agent(const World& world, AgentId id) {
    world_ = &world;
    const AgentRow& row = world.agent(id);
    const Behaviour& behaviour = *model_.definition(row.definition).behaviour;
    begin(Element::agent);
    // What is there is said before what it is: no two agents' words are the same by chance.
    const auto state = static_cast<std::uint64_t>(row.state) << 32 | std::uint64_t{row.box_head != no_row} << 34;
    const std::uint64_t more = behaviour.struct_agent ? struct_summary(row.first) : 0;
    if (spawns_) {
      word("agent", name_of(id));
      word("state, mailbox, expects", state | more);
    } else {
      word("agent, state, mailbox, expects", name_of(id) | state | more);
    }
    cells(behaviour.cell_types, world.cells(id));
    if (row.box_head != no_row) messages("mailbox", row.box_head);
    if (behaviour.struct_agent) {
      if (row.first != no_row) struct_activation(row.first);
    } else {
      for (Row a = row.first; a != no_row; a = world.activation(a).next) activation(a, behaviour);
    }
    out_.end();
  }

  /// The same, of a struct agent with so many integers as its struct, no mailbox and nothing that it has seen. Requires: no
  /// agent is spawned, and no session.
  void plain_agent(const World& world, AgentId id, std::uint8_t integers) {
    const AgentRow& row = world.agent(id);
    world_ = &world;
    begin(Element::agent);
    word("agent, state, mailbox, expects",
         name_of(id) | static_cast<std::uint64_t>(row.state) << 32 | struct_summary(row.first));
    const std::int64_t* cells = world.cells(id);
    for (std::uint8_t c = 0; c < integers; ++c) signed_word("cell", cells[c]);
    if (row.first != no_row) {
      if (const Row seen = world.activation(row.first).seen; seen != no_row) artifact("seen", seen);
    }
    out_.end();
  }

  /// The element of one message in flight. `rank`: how many of its FIFO link come before it; `out_of_order`: it heeds none.
  static constexpr std::uint64_t out_of_order = ~std::uint64_t{0};
  void message_in_flight(const World& world, Row m, std::uint64_t rank) {
    world_ = &world;
    begin(Element::in_flight);
    message(m);
    if (rank != 0) word("behind", rank);
    out_.end();
  }

  void messages_in_flight(const World& world) {
    world_ = &world;
    if (has_fifo_) {
      ranked_messages();
      return;
    }
    for (Row m = 0; m < world.used(Pool::messages); ++m) {
      if (under_way(world.message(m).place)) message_in_flight(world, m, 0);
    }
  }

  bool has_fifo() const { return has_fifo_; }

 private:
  using Parts::activation, Parts::activation_name, Parts::artifact, Parts::call, Parts::cells, Parts::hold,
      Parts::message;
  using Parts::messages, Parts::name_of, Parts::name_of_instance, Parts::signed_word, Parts::struct_activation;
  using Parts::model_, Parts::out_, Parts::world_;
  using Parts::none, Parts::spawns_, Parts::struct_summary, Parts::token, Parts::word;

  void begin(Element element) { out_.begin(element); }

  // ---- elements ----
  void head() {
    const Header& header = world_->header();
    begin(Element::head);
    if (options_.faults) word("fault budget", std::uint64_t{header.fault_budget} << 32 | header.armed);
    word("arrived", header.arrived);
    if (header.fault_state != 0) word("faults in force", header.fault_state);
    if (options_.last_delivered) word("last delivered", header.last_delivered);
    out_.end();
  }
  void ranked_messages() {
    sorted_.clear();
    for (Row m = 0; m < world_->used(Pool::messages); ++m) {
      if (world_->message(m).place == Place::in_flight) {
        sorted_.push_back(m);
      } else if (world_->message(m).place == Place::stray) {
        const MessageRow& row = world_->message(m);
        message_in_flight(*world_, m, detail::fifo_between(model_, *world_, row.from, row.to) ? out_of_order : 0);
      }
    }
    const auto link_less = [&](const MessageRow& a, const MessageRow& b) {
      if (a.from != b.from) return a.from < b.from ? -1 : 1;
      if (a.to != b.to) return a.to < b.to ? -1 : 1;
      if (a.instance != b.instance) return a.instance < b.instance ? -1 : 1;
      return 0;
    };
    std::sort(sorted_.begin(), sorted_.end(), [&](Row a, Row b) {
      const int links = link_less(world_->message(a), world_->message(b));
      if (links != 0) return links < 0;
      return static_cast<std::int32_t>(world_->message(a).order - world_->message(b).order) < 0;
    });
    std::uint64_t rank = 0;
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      const MessageRow& row = world_->message(sorted_[i]);
      rank = i != 0 && link_less(world_->message(sorted_[i - 1]), row) == 0 ? rank + 1 : 0;
      message_in_flight(*world_, sorted_[i], detail::fifo_between(model_, *world_, row.from, row.to) ? rank : 0);
    }
  }
  void timers() {
    for (Row t = 0; t < world_->used(Pool::timers); ++t) {
      // A fault with an hour of its own exists in timed worlds alone: explored ones offer moves, within the budget.
      const TimerKind kind = world_->timer(t).kind;
      if (kind != TimerKind::free && kind != TimerKind::stale && kind != TimerKind::move) timer(world_->timer(t));
    }
    // A timed world keeps one ready turn out of its calendar.
    if (world_->timed() && world_->clock().ready != no_row) {
      const Row activation = world_->clock().ready;
      timer({.target = activation,
             .instance = world_->activation(activation).instance,
             .detail = no_row,
             .kind = TimerKind::ready,
             .why = static_cast<std::uint8_t>(Wake::Why::ready),
             .spare = {}});
    }
  }
  void timer(const TimerRow& row) {
    begin(Element::timer);
    word("kind", static_cast<std::uint64_t>(row.kind) | std::uint64_t{row.why} << 8);
    if (model_.load.instances > 1) word("instance", name_of_instance(row.instance));
    switch (row.kind) {
      case TimerKind::ready:
        activation_name("activation", row.target);
        woken_by(row);
        break;
      case TimerKind::work:
      case TimerKind::latency:
      case TimerKind::backoff: activation_name("activation", row.target); break;
      case TimerKind::timeout:
      case TimerKind::deadline:
      case TimerKind::alarm:
        activation_name("activation", row.target);
        word("detail", row.detail);
        break;
      case TimerKind::start:
      case TimerKind::restart: word("agent", name_of(AgentId{row.target})); break;
      case TimerKind::effect:
      case TimerKind::reply: call(world_->call(row.target)); break;
      case TimerKind::expiry: hold(world_->hold(row.target)); break;
      case TimerKind::refill: word("resource", row.target); break;
      case TimerKind::notice:
        word("watcher", name_of(world_->watch(row.target).watcher));
        word("target", name_of(world_->watch(row.target).target));
        break;
      case TimerKind::cancel:
        word("agent", name_of(AgentId{row.target}));
        word("detail", row.detail);
        break;
      case TimerKind::subscription:
        word("subscriber", name_of(world_->subscription(row.target).agent));
        word("detail", row.detail);
        break;
      case TimerKind::redelivery:
        message(row.target);
        word("detail", row.detail);
        break;
      default:
        word("target", row.target);
        word("detail", row.detail);
        break;
    }
    out_.end();
  }
  /// What its `Wake` will say besides why.
  void woken_by(const TimerRow& row) {
    if (row.detail == no_row) return;
    switch (static_cast<Wake::Why>(row.why)) {
      case Wake::Why::start: message(row.detail); break;
      default: word("with", row.detail); break;  // a resource's number, an error
    }
  }
  void instances() {
    free_rows(Pool::instances);
    for (Row i = 0; i < world_->used(Pool::instances); ++i) {
      if (free_[i] != 0) continue;
      const InstanceRow& row = world_->instance(i);
      begin(Element::instance);
      word("number", row.number);
      word("live, outcome", row.live | static_cast<std::uint64_t>(row.outcome) << 8 |
                                std::uint64_t{row.contradicted} << 16 | std::uint64_t{row.failed_roots} << 24);
      if (model_.instance_keys_bytes != 0) keys(i);
      const auto* judges = World::after<std::byte>(row) + model_.instance_keys_bytes;
      if constexpr (Parts::renames) judges = renamed_judges(judges);
      for (std::uint32_t b = 0; b < model_.instance_monitor_memory; b += 8) {
        std::uint64_t value = 0;
        std::memcpy(&value, judges + b, 8);
        word("memory", value);
      }
      out_.end();
    }
  }
  /// What judges remember of an instance, with the agents that are named in it under their other names.
  const std::byte* renamed_judges(const std::byte* judges) {
    renamed_.assign(judges, judges + model_.instance_monitor_memory);
    for (const PlacedMonitor& placed : model_.monitors) {
      std::byte* const own = renamed_.data() + placed.instance_memory;
      for (const std::uint16_t at : placed.monitor.instance_names) {
        std::uint32_t agent = 0;
        std::memcpy(&agent, own + at, sizeof(agent));
        if (agent != 0) agent = static_cast<std::uint32_t>(name_of(AgentId{agent - 1})) + 1;
        std::memcpy(own + at, &agent, sizeof(agent));
      }
      for (const std::uint16_t at : placed.monitor.instance_sets) {
        std::uint64_t set = 0, other = 0;
        std::memcpy(&set, own + at, sizeof(set));
        for (; set != 0; set &= set - 1)
          other |= std::uint64_t{1} << name_of(AgentId{static_cast<std::uint32_t>(__builtin_ctzll(set))}) % 64;
        std::memcpy(own + at, &other, sizeof(other));
      }
    }
    return renamed_.data();
  }
  void shared_keys() {
    begin(Element::shared_keys);
    keys(no_row);
    for (const ToolInfo& tool : model_.tools) {
      ToolState state;
      std::memcpy(&state, world_->at(Pool::shared_keys) + tool.offset, sizeof(state));
      word("tool", std::uint64_t{state.fence} << 32 | state.taken);
    }
    out_.end();
  }
  /// The keys of one scope: an instance's, or the shared ones (`no_row`).
  void keys(Row instance) {
    const bool shared = instance == no_row;
    word("commits", reinterpret_cast<const ContextHead*>(context_of(*world_, instance, shared))->commits);
    for (std::uint16_t k = 0; k < model_.keys.size(); ++k) {
      const KeyInfo& info = model_.keys[k];
      if (info.shared != shared) continue;
      const KeyView key = key_of(*world_, model_, KeyId{k}, instance);
      word("key", k);
      word("newest, fence", std::uint64_t{key.newest()} << 32 | key.head().fence);
      for (std::uint32_t number = key.oldest(); number <= key.newest(); ++number) {
        const KeyVersion& version = key.version(number);
        if (version.has_value != 0) signed_word("value", version.value);
        word("writer", name_of(version.writer));
        word("stamp, head, value",
             std::uint64_t{version.head} << 40 | std::uint64_t{version.stamp} << 8 | version.has_value);
        if (version.artifact != no_row) artifact("artifact", version.artifact);
        if (info.consistency != Consistency::causal) continue;
        for (std::uint32_t c = 0; c < model_.causal; ++c) word("rests on", key.dependencies(number)[c]);
      }
    }
  }
  void floors() {
    for (Row f = 0; f < world_->used(Pool::floors); ++f) {
      const FloorRow& row = world_->floor(f);
      if (row.agent == nobody) continue;
      begin(Element::floor);
      word("agent", name_of(row.agent));
      word("instance", name_of_instance(row.instance));
      for (std::uint32_t c = 0; c < model_.floors; ++c) word("version", floors_of(*world_, f)[c]);
      out_.end();
    }
  }
  void resource(ResourceId id) {
    const ResourceRow& row = world_->resource(id);
    begin(Element::resource);
    word("resource", index(id));
    word("taken", row.taken);
    word("fence", token(id, row.fence));
    for (Row a = row.head; a != no_row; a = world_->activation(a).line) activation_name("in line", a);
    out_.end();
    for (Row h = row.holds; h != no_row; h = world_->hold(h).next) {
      begin(Element::hold);
      hold(world_->hold(h));
      out_.end();
    }
  }
  void calls() {
    for (Row c = 0; c < world_->used(Pool::calls); ++c) {
      if (world_->call(c).tool == no_tool) continue;
      begin(Element::call);
      call(world_->call(c));
      out_.end();
    }
  }
  void effects() {
    for (Row e = 0; e < world_->used(Pool::effects); ++e) {
      const EffectRow& row = world_->effect(e);
      if (row.tool == no_tool) continue;
      begin(Element::effect);
      word("tool, about", index(row.tool) | static_cast<std::uint64_t>(row.about) << 16);
      word("key", row.key);
      if (Parts::renames && row.about == EffectRow::About::purpose && model_.keeps_requests && row.result != 0) {
        const bool told = row.result < 0;  // it has failed
        const AgentId asker{static_cast<std::uint32_t>((told ? -row.result : row.result) - 1)};
        word("asked by", name_of(asker) << 1 | (told ? 1U : 0U));
      } else {
        signed_word("result", row.result);
      }
      word("count", row.count);
      word("instance", name_of_instance(row.instance));
      out_.end();
    }
  }
  void watches() {
    for (Row w = 0; w < world_->used(Pool::watches); ++w) {
      const WatchRow& row = world_->watch(w);
      if (row.watcher == nobody) continue;
      begin(Element::watch);
      word("watcher", name_of(row.watcher));
      word("target", name_of(row.target));
      word("instance", name_of_instance(row.instance));
      word("told, silent", row.told | (row.timer != no_row ? 2U : 0U));
      out_.end();
    }
  }
  void deliveries() {
    for (Row d = 0; d < world_->used(Pool::deliveries); ++d) {
      const DeliveryRow& row = world_->delivery(d);
      if (row.message == no_row) continue;
      std::uint64_t before = 0;
      for (Row other = 0; other < world_->used(Pool::deliveries); ++other) {
        const DeliveryRow& taken = world_->delivery(other);
        before += taken.message != no_row && taken.activation == row.activation && taken.number < row.number ? 1 : 0;
      }
      begin(Element::delivery);
      activation_name("taken by", row.activation);
      word("taken before", row.activation == no_row ? 0 : before);
      word("again", row.again);
      message(row.message);
      out_.end();
    }
  }
  void checkpoints() {
    for (Row c = 0; c < world_->used(Pool::checkpoints); ++c) {
      const CheckpointRow& row = world_->checkpoint(c);
      if (row.agent == nobody) continue;
      const Behaviour& behaviour = *model_.definition(world_->agent(row.agent).definition).behaviour;
      const auto* saved = World::after<ActivationRow>(row);
      const auto* locals = reinterpret_cast<const std::int64_t*>(saved + 1);
      begin(Element::checkpoint);
      word("agent", name_of(row.agent));
      word("instance", name_of_instance(row.instance));
      word("saved", static_cast<std::uint64_t>(row.saved));
      switch (row.saved) {
        case CheckpointRow::Saved::variables:
        case CheckpointRow::Saved::variables_before: cells(behaviour.cell_types, locals + model_.locals); break;
        case CheckpointRow::Saved::position:
        case CheckpointRow::Saved::position_before:
          word("position", saved->pc);
          cells(behaviour.local_types, locals);
          if (saved->seen != no_row) artifact("seen", saved->seen);
          [[fallthrough]];
        case CheckpointRow::Saved::unfinished:
          if (saved->message != no_row) messages("handles", saved->message);
          break;
      }
      out_.end();
    }
  }
  void channel(std::uint32_t c) {
    const ChannelRow& row = world_->channel(c);
    begin(Element::channel);
    word("channel", c);
    if (row.head != no_row) messages("messages", row.head);
    for (Row m = row.head; m != no_row; m = world_->message(m).next) {
      if (model_.topic(world_->message(m).topic).mode == TopicInfo::Mode::broadcast)
        word("sequence", world_->message(m).order);
    }
    if (row.taker != nobody) word("last taker", name_of(row.taker));
    for (Row s = row.subscriptions; s != no_row; s = world_->subscription(s).next) {
      word("subscriber", name_of(world_->subscription(s).agent));
      word("its instance", name_of_instance(world_->subscription(s).instance));
      if (world_->subscription(s).late != 0) word("late", 1);
    }
    out_.end();
  }
  /// Monitors and faults keep content in their memory, never row numbers: it is listed as it stands.
  void memory() {
    begin(Element::memory);
    for (std::uint32_t w = 0; w < world_->used(Pool::memory); ++w) {
      std::uint64_t value = 0;
      std::memcpy(&value, world_->memory() + std::size_t{w} * 8, 8);
      word("memory", value);
    }
    out_.end();
  }

  void free_rows(Pool pool) {
    free_.assign(world_->used(pool), 0);
    for (Row r = world_->header().pools[static_cast<std::size_t>(pool)].free; r != no_row;) {
      free_[r] = 1;
      std::memcpy(&r, world_->at(pool) + std::size_t{r} * world_->stride(pool), sizeof(Row));
    }
  }

  ContentOptions options_;
  bool has_fifo_ = false;
  std::vector<Row> sorted_;
  std::vector<std::uint8_t> free_;
  std::vector<std::byte> renamed_;
};

}  // namespace squall::sim

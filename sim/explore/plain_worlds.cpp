// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/plain_worlds.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace squall::sim {
namespace {

bool is_message(Event event) { return !event.is_move() && !event.is_action() && !event.is_timer(); }

constexpr auto message_pool = static_cast<std::size_t>(Pool::messages);

/// Whether pools in which struct agents could take rows are as empty as at the start. (What they do to activations touches
/// everybody.)
bool others_empty(const World& world) {
  std::uint32_t used = world.used(Pool::timers);
  for (auto pool = static_cast<std::size_t>(Pool::readers); pool < static_cast<std::size_t>(Pool::memory); ++pool)
    used |= world.header().pools[pool].used;
  return used == 0;
}

bool same_pools(const World& child, const World& parent) {
  constexpr auto from = static_cast<std::size_t>(Pool::timers), to = static_cast<std::size_t>(Pool::memory);
  return std::memcmp(&child.header().pools[from], &parent.header().pools[from], (to - from) * sizeof(PoolState)) == 0;
}

bool same_report(const InstanceRow& a, const InstanceRow& b) {
  return a.live == b.live && a.outcome == b.outcome && a.contradicted == b.contradicted &&
         a.failed_roots == b.failed_roots;
}

template <class T>
void copy(World& into, const World& from, Pool pool, Row row) {
  into.row<T>(pool, row) = from.row<T>(pool, row);
}

bool fits(const Model& model, ContentOptions options) {
  const bool structs = std::ranges::all_of(model.definitions, [](const Definition& definition) {
    return definition.behaviour->struct_agent && definition.start != Start::spawned;
  });
  const bool order = model.network.fifo || std::ranges::any_of(model.network.links, &Network::Link::fifo);
  const bool shared = !model.keys.empty() || !model.resources.empty() || !model.tools.empty() ||
                      !model.artifact_names.empty() || model.published != 0 || model.acks || model.bounded_inboxes;
  const bool memory = !model.monitors.empty() || model.fault_memory != 0;
  // One bit of `Run::touched` an agent; the last one is for all of them.
  return structs && !order && !shared && !memory && !options.last_delivered && model.members < 63 &&
         model.load.instances == 1;
}

}  // namespace

PlainWorlds::PlainWorlds(const Model& model, ContentOptions options, bool used)
    : model_(model), fits_(used && fits(model, options)), visitor_(model, element_, options) {
  integer_cells_.fill(no_shortcut);
  if (!fits_ || model.session_words != 0) return;
  for (const Definition& definition : model.definitions) {
    const std::span<const CellType> types = definition.behaviour->cell_types;
    const bool plain = types.size() < no_shortcut &&
                       std::ranges::all_of(types, [](CellType type) { return type == CellType::integer; });
    for (std::uint32_t m = 0; plain && m < definition.replicas; ++m)
      integer_cells_[index(definition.first) + m] = static_cast<std::uint8_t>(types.size());
  }
}

void PlainWorlds::begin(const World& parent, std::uint64_t fingerprint) {
  parent_ = &parent;
  fingerprint_ = fingerprint;
  known_ = 0;
  others_empty_ = fits_ && others_empty(parent);
}

std::uint64_t PlainWorlds::agent_hash(const World& world, AgentId agent) {
  element_.clear();
  // Whose struct is all that there is: the same words, without looking what else there could be.
  const AgentRow& row = world.agent(agent);
  const std::uint8_t cells = integer_cells_[index(agent)];
  if (cells != no_shortcut && row.box_head == no_row) {
    visitor_.plain_agent(world, agent, cells);
    return element_.sum();
  }
  visitor_.agent(world, agent);
  return element_.sum();
}

std::uint64_t PlainWorlds::message_hash(const World& world, Row message) {
  element_.clear();
  visitor_.message_in_flight(world, message, 0);
  return element_.sum();
}

PlainWorlds::Change PlainWorlds::change(const World& child, Event event, const Run& run) const {
  const Header& header = child.header();
  if (!fits_ || event.is_move() || event.is_timer() || run.touched == Run::everybody || header.armed != 0)
    return Change::any;
  const InstanceRow& instance = child.instance(0);
  // A message that asks is named by who waits for its answer; and an answer that nobody waits for goes.
  if (header.requests != 0 || instance.next_request != 0) return Change::any;
  // An idle delivery takes the message away all the same, unless the network keeps it.
  if (run.idle && (event.is_action() || model_.network.duplicating)) return Change::none;
  // Instances lie between: of those there is one.
  return others_empty_ && same_pools(child, *parent_) && same_report(instance, parent_->instance(0)) ? Change::plain
                                                                                                     : Change::any;
}

std::uint64_t PlainWorlds::hash(const World& child, Event event, const Run& run) {
  std::uint64_t sum = fingerprint_;
  for (std::uint64_t rest = run.touched; rest != 0; rest &= rest - 1) {
    const auto a = static_cast<std::uint32_t>(__builtin_ctzll(rest));
    if ((known_ >> a & 1) == 0) {
      known_ |= std::uint64_t{1} << a;
      hashes_[a] = agent_hash(*parent_, AgentId{a});
    }
    sum += agent_hash(child, AgentId{a}) - hashes_[a];
  }
  const std::uint32_t first = parent_->header().sends;
  const std::uint32_t sends = child.header().sends - first;
  if (is_message(event)) {
    const MessageRow& row = child.message(event.index());
    if (!under_way(row.place) || row.order - first < sends) sum -= message_hash(*parent_, event.index());
  }
  std::uint32_t left = sends;
  for (Row m = child.used(Pool::messages); m-- > 0 && left != 0;) {
    const MessageRow& row = child.message(m);
    if (!under_way(row.place) || row.order - first >= sends) continue;
    sum += message_hash(child, m);
    --left;
  }
  return ContentHash::finished(sum);
}

void PlainWorlds::restore(World& child, std::uint64_t touched) const {
  const World& parent = *parent_;
  if (touched == Run::everybody) {
    child = parent;
    return;
  }
  for (std::uint64_t rest = touched; rest != 0; rest &= rest - 1) {
    const AgentId agent{static_cast<std::uint32_t>(__builtin_ctzll(rest))};
    const AgentRow& row = parent.agent(agent);
    copy<AgentRow>(child, parent, Pool::agents, index(agent));
    if (row.first != no_row) copy<ActivationRow>(child, parent, Pool::activations, row.first);
    const std::size_t cells = model_.definition(row.definition).behaviour->cell_types.size();
    for (std::size_t c = 0; c < cells; ++c) child.cells(agent)[c] = parent.cells(agent)[c];
  }
  // Rows taken for the first time lie beyond what the parent uses: only those that go through the free list are changed.
  if (parent.header().pools[message_pool].free != no_row || child.header().pools[message_pool].free != no_row) {
    std::memcpy(child.at(Pool::messages), parent.at(Pool::messages),
                std::size_t{parent.stride(Pool::messages)} * parent.used(Pool::messages));
  }
  copy<InstanceRow>(child, parent, Pool::instances, 0);
  // Other pools neither gave nor took a row.
  child.header().pools[message_pool] = parent.header().pools[message_pool];
  constexpr std::size_t counts = offsetof(Header, sends);
  std::memcpy(reinterpret_cast<std::byte*>(&child.header()) + counts,
              reinterpret_cast<const std::byte*>(&parent.header()) + counts, sizeof(Header) - counts);
}

}  // namespace squall::sim

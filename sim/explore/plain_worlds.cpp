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

/// As `Visitor::message_in_flight`, of a message without an artifact that neither asks nor answers, where nobody is spawned,
/// one instance runs and links keep no order: without asking for any of it.
std::uint64_t plain_message(const World& world, Row m) {
  const MessageRow& row = world.message(m);
  ContentHash out;
  out.begin(Element::in_flight);
  out.word("from and to", std::uint64_t{index(row.from)} << 32 | index(row.to));
  out.word("topic", std::uint64_t{index(row.topic)} << 8 | row.present);
  const std::int64_t* fields = world.fields(m);
  for (std::uint32_t rest = row.present; rest != 0; rest &= rest - 1)
    out.word("field", static_cast<std::uint64_t>(fields[static_cast<std::uint32_t>(__builtin_ctz(rest))]));
  out.end();
  return out.sum();
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
  changed_.note_all();
  if (!fits_) return;
  for (const Definition& definition : model.definitions) {
    for (std::uint32_t m = 0; m < definition.replicas; ++m) {
      const std::uint32_t agent = index(definition.first) + m;
      if (definition.behaviour->local) local_ |= std::uint64_t{1} << agent;
      cell_owners_.resize(cell_owners_.size() + definition.behaviour->cell_types.size(),
                          static_cast<std::uint8_t>(agent));
    }
  }
  if (model.session_words != 0) return;
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
  others_empty_ = fits_ && others_empty(parent);
  // Where `change` would say `any` whatever the event does, nothing is known of it.
  const InstanceRow& instance = parent.instance(0);
  const bool unasked = parent.header().requests == 0 && instance.next_request == 0;
  const bool unreported =
      instance.outcome == ReportedOutcome::none && instance.contradicted + instance.failed_roots == 0;
  const bool foresaw = foresees_;
  foresees_ = local_ != 0 && others_empty_ && parent.header().armed == 0 && unasked && unreported;
  since_last_.note(changed_);
  // Where there is nothing but agents and messages, what is known of rows holds while they do not change.
  if (!foresaw || !foresees_) changed_.note_all();
  forget_changed();
  changed_.clear();
}

/// What is known of rows that are not as they were.
void PlainWorlds::forget_changed() {
  if (foresees_) {
    const std::uint64_t messages = changed_.of(Pool::messages);
    const std::uint32_t rows = parent_->used(Pool::messages);
    under_way_.resize(rows);
    keyed_ &= ~messages;
    for (std::uint64_t rest = messages & ~ChangedRows::bit(63); rest != 0; rest &= rest - 1) {
      const auto m = static_cast<Row>(__builtin_ctzll(rest));
      if (m >= rows) break;
      note_message(m);
    }
    if ((messages & ChangedRows::bit(63)) != 0) {
      for (Row m = 63; m < rows; ++m) note_message(m);
    }
  }
  const std::uint64_t agents = changed_agents();
  known_ &= ~agents;
  for (std::uint64_t rest = agents; rest != 0; rest &= rest - 1) {
    const auto agent = static_cast<std::size_t>(__builtin_ctzll(rest));
    keyed_ &= ~keyed_to_[agent];
    keyed_to_[agent] = 0;
  }
}

/// Agents whose element may not be what it was in the last parent.
std::uint64_t PlainWorlds::changed_agents() const {
  if (changed_.of(Pool::agents) == ChangedRows::all) return ChangedRows::all;
  std::uint64_t agents = changed_.of(Pool::agents);
  const std::uint64_t cells = changed_.of(Pool::cells), activations = changed_.of(Pool::activations);
  if (((cells | activations) & ChangedRows::bit(63)) != 0) return ChangedRows::all;
  for (std::uint64_t rest = cells; rest != 0; rest &= rest - 1)
    agents |= std::uint64_t{1} << cell_owners_[static_cast<std::size_t>(__builtin_ctzll(rest))];
  // Where a row has gone to another agent, that is seen in the row of the one that had it.
  for (std::uint64_t rest = activations; rest != 0; rest &= rest - 1)
    agents |= std::uint64_t{1} << index(parent_->activation(static_cast<Row>(__builtin_ctzll(rest))).agent);
  if ((agents | changed_.of(Pool::messages)) != 0) agents |= entangled_;
  return agents;
}

/// Remembers the hash of a message of the parent, 0 where none is under way in the row.
void PlainWorlds::note_message(Row message) {
  under_way_[message] = under_way(parent_->message(message).place) ? message_hash(*parent_, message) : 0;
}

/// Names what an event of a local agent is to it: its state, and the message or the action. 0: nothing is known of such events.
/// Requires: it foresees.
std::uint64_t PlainWorlds::key_of(Event event) {
  if (event.is_message() && event.index() < keys_.size() && (keyed_ >> event.index() & 1) != 0)
    return keys_[event.index()];
  return new_key_of(event);
}

std::uint64_t PlainWorlds::new_key_of(Event event) {
  if (event.is_move() || event.is_timer()) return 0;
  const bool message = event.is_message();
  const auto agent = index(message ? parent_->message(event.index()).to : event.actor());
  if ((local_ >> agent & 1) == 0) return 0;
  const std::uint64_t what = message ? under_way_[event.index()] : event.action_number();
  const std::uint64_t key = fold(parent_hash(agent) ^ std::uint64_t{message}, what ^ 0x9e37'79b9'7f4a'7c15ULL);
  if (message && event.index() < keys_.size()) {
    const std::uint64_t bit = ChangedRows::bit(event.index());
    keys_[event.index()] = key;
    keyed_ |= bit;
    keyed_to_[agent] |= bit;
  }
  return key;
}

const std::vector<PlainWorlds::Foreseen>& PlainWorlds::foresee(const std::vector<Event>& events) {
  foreseen_.resize(events.size());
  for (std::size_t e = 0; e < events.size(); ++e) {
    const std::uint64_t key = foresees_ ? key_of(events[e]) : 0;
    const TransitionCache::Transition* known = key != 0 ? known_transitions_.find(key) : nullptr;
    if (known == nullptr) {
      foreseen_[e].known = false;
      continue;
    }
    std::uint64_t sum = fingerprint_ + known->difference;
    for (const std::uint64_t sent : known_transitions_.sent(*known)) {
      if (std::ranges::find(under_way_, sent) == under_way_.end()) sum += sent;
    }
    foreseen_[e] = {ContentHash::finished(sum), true, known->nowhere, known->idle};
  }
  return foreseen_;
}

void PlainWorlds::remember(Event event, const World& child, const Run& run, Change change, std::uint64_t fingerprint) {
  const std::uint64_t key = foresees_ ? key_of(event) : 0;
  if (key == 0 || known_transitions_.find(key) != nullptr) return;
  if (change == Change::none) {
    known_transitions_.remember({.key = key, .nowhere = true, .idle = true}, {});
    return;
  }
  const auto agent = index(event.is_message() ? parent_->message(event.index()).to : event.actor());
  if (run.touched != std::uint64_t{1} << agent || run.merged) return;
  TransitionCache::Transition transition{.key = key, .difference = fingerprint - fingerprint_, .idle = run.idle};
  sent_.clear();
  if (model_.network.duplicating) {
    // One message of a kind: what a send adds depends on what is there.
    const std::uint32_t first = parent_->header().sends, sends = child.header().sends - first;
    for (Row m = child.used(Pool::messages); m-- > 0 && sent_.size() < sends;) {
      const MessageRow& row = child.message(m);
      if (under_way(row.place) && row.order - first < sends) sent_.push_back(message_hash(child, m));
    }
    for (const std::uint64_t hash : sent_) transition.difference -= hash;
  }
  known_transitions_.remember(transition, sent_);
}

std::uint64_t PlainWorlds::parent_hash(std::uint32_t agent) {
  if ((known_ >> agent & 1) == 0) {
    const std::uint64_t bit = std::uint64_t{1} << agent;
    known_ |= bit;
    const AgentRow& row = parent_->agent(AgentId{agent});
    const bool own_rows = integer_cells_[agent] != no_shortcut && row.box_head == no_row;
    entangled_ = own_rows ? entangled_ & ~bit : entangled_ | bit;
    hashes_[agent] = agent_hash(*parent_, AgentId{agent});
  }
  return hashes_[agent];
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
  if (world.message(message).request == 0) {
    return plain_message(world, message);
  }
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
    sum += agent_hash(child, AgentId{a}) - parent_hash(a);
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

const ChangedRows& PlainWorlds::unlike_last(const World& child, std::uint64_t touched) {
  ChangedRows of_child;
  if (touched == Run::everybody) {
    of_child.note_all();
  } else {
    // As `restore` makes them those of the parent again.
    for (std::uint64_t rest = touched; rest != 0; rest &= rest - 1) {
      const AgentId agent{static_cast<std::uint32_t>(__builtin_ctzll(rest))};
      const AgentRow& row = parent_->agent(agent);
      of_child.note(Pool::agents, index(agent));
      if (row.first != no_row) of_child.note(Pool::activations, row.first);
      const auto cells = static_cast<Row>(model_.definition(row.definition).behaviour->cell_types.size());
      of_child.note(Pool::cells, row.cells, row.cells + cells);
    }
    const bool reused =
        parent_->header().pools[message_pool].free != no_row || child.header().pools[message_pool].free != no_row;
    of_child.note(Pool::messages, reused ? 0 : parent_->used(Pool::messages), child.used(Pool::messages));
    of_child.note(Pool::instances, 0);
  }
  unlike_last_ = since_last_;
  unlike_last_.note(of_child);
  since_last_ = of_child;
  return unlike_last_;
}

}  // namespace squall::sim

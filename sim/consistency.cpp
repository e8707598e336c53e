// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/consistency.hpp"

#include <algorithm>

#include "sim/detail/ask_faults.hpp"

namespace squall::sim::detail {
namespace {

constexpr Purpose lag_purpose = purpose("lag");
constexpr Purpose version_purpose = purpose("version");
constexpr SiteKey visibility = site_key("visibility");

Row scope_of(const KeyInfo& info, Row instance) { return info.shared ? no_row : instance; }

/// First floors of an agent, + 1. Requires: it has read.
Row& first_floors(World& world, AgentId agent) { return world.row<Row>(Pool::readers, index(agent)); }

std::uint32_t floor_of(const World& world, AgentId agent, Row scope, const KeyInfo& info) {
  const Row row = find_floors(world, agent, scope);
  return row == no_row ? 0 : floors_of(world, row)[info.floor];
}

void raise_floor(World& world, AgentId agent, Row scope, const KeyInfo& info, std::uint32_t number) {
  if (number <= floor_of(world, agent, scope, info)) return;
  const Row row = own_floors(world, agent, scope);
  World::after<std::uint32_t>(world.floor(row))[info.floor] = number;
}

/// Whether the lag of this version for this reader has passed. Named by key, version and reader, so asking again gives
/// the same answer, and what has arrived stays.
bool arrived(const Turn& turn, KeyId id, std::uint32_t number) {
  const Model& model = turn.model();
  const KeyInfo& info = model.key(id);
  if (number <= key_of(turn.world, model, id, turn.instance).oldest()) return true;  // nothing older could be shown
  const AgentRow& reader = turn.world.agent(turn.self);
  const SiteKey of_reader = child_key(model.definition(reader.definition).key, reader.member);
  const SiteKey site = child_key(child_key(info.key, visibility), of_reader);
  const std::uint32_t instance = info.shared ? 0 : load_number(turn.world, turn.instance);
  const Duration lag = sample(info.lag, draw_value(draw_base(turn.run.key, site, instance, number), lag_purpose));
  return later(written_at(turn.world, model, id, turn.instance, number), lag) <= turn.now();
}

/// Whether what the writer of a version of `id` had seen of key `other` concerns a reader in `instance`.
bool concerns(const World& world, const KeyInfo& info, const KeyInfo& other, const KeyVersion& version, Row instance) {
  if (other.shared) return true;
  if (instance == no_row) return false;
  return !info.shared || version.stamp == world.instance(instance).number + 1;
}

/// Calls `with(key, number)` for each version that version `number` of causal key `id` depends on. `with` may reserve.
template <class With>
void for_dependencies(Turn& turn, KeyId id, std::uint32_t number, With with) {
  const Model& model = turn.model();
  for (std::uint16_t k = 0; k < model.keys.size(); ++k) {
    const KeyInfo& other = model.keys[k];
    if (other.consistency != Consistency::causal) continue;
    const Key key = key_of(turn.world, model, id, turn.instance);
    if (!concerns(turn.world, model.key(id), other, key.version(number), turn.instance)) continue;
    const std::uint32_t needed = key.dependencies(number)[other.floor];
    if (needed != 0) with(KeyId{k}, needed);
  }
}

bool visible(Turn& turn, KeyId id, std::uint32_t number) {
  if (!arrived(turn, id, number)) return false;
  const Model& model = turn.model();
  if (model.key(id).consistency != Consistency::causal) return true;
  bool all = true;
  for_dependencies(turn, id, number, [&](KeyId other, std::uint32_t needed) {
    const KeyInfo& info = model.key(other);
    all = all && (needed <= floor_of(turn.world, turn.self, scope_of(info, turn.instance), info) ||
                  arrived(turn, other, needed));
  });
  return all;
}

// ---- snapshots ----

struct Snapshot {
  std::uint32_t* words;
  std::uint32_t& instance;       ///< its number + 1
  std::uint32_t& own_moment;     ///< + 1; 0: no snapshot is open
  std::uint32_t& shared_moment;  ///< + 1

  bool open() const { return own_moment != 0; }
  void close() { own_moment = shared_moment = 0; }
  std::uint32_t moment(const KeyInfo& info) const { return (info.shared ? shared_moment : own_moment) - 1; }
};

/// Of a struct agent, which acts for all instances, only the snapshot of the present one is remembered.
Snapshot snapshot_of(Turn& turn) {
  const Model& model = turn.model();
  std::uint32_t* session = session_of(turn.world, model, turn.activation);
  std::uint32_t* own = session + model.snapshot;
  const std::uint32_t instance = turn.instance == no_row ? 0 : turn.world.instance(turn.instance).number + 1;
  if (own[0] != instance) {
    std::fill(own, session + model.session_words, 0U);
    own[0] = instance;
  }
  return {session, own[0], own[1], own[2]};
}

std::optional<std::uint32_t> as_of(const Key& key, std::uint32_t moment) {
  for (std::uint32_t number = key.newest();; --number) {
    if (key.version(number).stamp <= moment) return number;
    if (number == key.oldest()) return std::nullopt;
  }
}

}  // namespace

Row find_floors(const World& world, AgentId agent, Row instance) {
  if (index(agent) >= world.used(Pool::readers)) return no_row;
  Row row = world.row<Row>(Pool::readers, index(agent)) - 1;
  while (row != no_row && world.floor(row).instance != instance) row = world.floor(row).next;
  return row;
}

Row own_floors(World& world, AgentId agent, Row instance) {
  if (const Row found = find_floors(world, agent, instance); found != no_row) return found;
  if (const std::uint32_t known = world.used(Pool::readers); index(agent) >= known) {
    world.reserve(Pool::readers, index(agent) + 1 - known);
    while (index(agent) >= world.used(Pool::readers)) world.take(Pool::readers);
  }
  world.reserve(Pool::floors, 1);
  const Row row = world.take(Pool::floors);
  Row& first = first_floors(world, agent);
  ContextHead& scope = context_head(world, instance, instance == no_row);
  world.floor(row) = {.next = first - 1, .next_of_scope = scope.readers - 1, .agent = agent, .instance = instance};
  first = scope.readers = row + 1;
  return row;
}

void free_floors(World& world, Row instance) {
  ContextHead& scope = context_head(world, instance, false);
  for (Row row = scope.readers - 1; row != no_row;) {
    const Row next = world.floor(row).next_of_scope;
    const AgentId agent = world.floor(row).agent;
    if (first_floors(world, agent) == row + 1) {
      first_floors(world, agent) = world.floor(row).next + 1;
    } else {
      Row before = first_floors(world, agent) - 1;
      while (world.floor(before).next != row) before = world.floor(before).next;
      world.floor(before).next = world.floor(row).next;
    }
    world.floor(row).agent = nobody;
    world.give(Pool::floors, row);
    row = next;
  }
  scope.readers = 0;
}

std::uint32_t visible_version(Turn& turn, KeyId id, const Question& q) {
  const KeyInfo& info = turn.model().key(id);
  const Key key = key_of(turn.world, turn.model(), id, turn.instance);
  const std::uint32_t floor = floor_of(turn.world, turn.self, scope_of(info, turn.instance), info);
  const std::uint32_t lowest = std::max(floor, key.oldest());
  std::uint32_t number = key.newest();
  if (number == lowest) return number;
  if (!turn.run.timed) return number - turn.choose(q, version_purpose, number - lowest + 1);
  while (number > lowest && !visible(turn, id, number)) --number;
  return number;
}

void note_read(Turn& turn, KeyId id, std::uint32_t number) {
  const Model& model = turn.model();
  const KeyInfo& info = model.key(id);
  raise_floor(turn.world, turn.self, scope_of(info, turn.instance), info, number);
  if (info.consistency != Consistency::causal) return;
  for_dependencies(turn, id, number, [&](KeyId other, std::uint32_t needed) {
    const KeyInfo& seen = model.key(other);
    raise_floor(turn.world, turn.self, scope_of(seen, turn.instance), seen, needed);
  });
}

void note_write(Turn& turn, KeyId id, std::uint32_t number) {
  const Model& model = turn.model();
  const KeyInfo& info = model.key(id);
  if (info.consistency != Consistency::causal) return;
  const Key key = key_of(turn.world, model, id, turn.instance);
  for (const KeyInfo& other : model.keys) {
    if (other.consistency != Consistency::causal) continue;
    const bool has = other.shared || turn.instance != no_row;
    key.dependencies(number)[other.floor] =
        has ? floor_of(turn.world, turn.self, scope_of(other, turn.instance), other) : 0;
  }
  raise_floor(turn.world, turn.self, scope_of(info, turn.instance), info, number);
}

std::optional<std::uint32_t> snapshot_version(Turn& turn, KeyId id, std::uint8_t head) {
  const Model& model = turn.model();
  Snapshot snapshot = snapshot_of(turn);
  if (!snapshot.open()) {
    const bool own = turn.instance != no_row && model.instance_keys_bytes != 0;
    snapshot.own_moment = own ? context_head(turn.world, turn.instance, false).commits + 1 : 1;
    snapshot.shared_moment = model.shared_keys_bytes != 0 ? context_head(turn.world, no_row, true).commits + 1 : 1;
  }
  const KeyInfo& info = model.key(id);
  const Key key = key_of(turn.world, model, id, turn.instance);
  auto number = as_of(key, snapshot.moment(info));
  if (number) {
    number = seen_from(key, head, *number);
    snapshot.words[info.base] = *number + 1;
  } else {
    snapshot.close();  // a retry reads as of a new moment
  }
  return number;
}

bool may_commit(Turn& turn, KeyId id, std::uint8_t head) {
  const KeyInfo& info = turn.model().key(id);
  const Key key = key_of(turn.world, turn.model(), id, turn.instance);
  Snapshot snapshot = snapshot_of(turn);
  std::uint32_t& base = snapshot.words[info.base];
  // A key that this activation has not read counts from the moment of its snapshot; a version lost from the ring is old.
  if (base == 0 && snapshot.open()) base = seen_from(key, head, as_of(key, snapshot.moment(info)).value_or(0)) + 1;
  if (base == 0 || base == seen_from(key, head, key.newest()) + 1) return true;
  snapshot.close();
  return false;
}

void note_commit(Turn& turn, KeyId id, std::uint32_t number) {
  const KeyInfo& info = turn.model().key(id);
  std::uint32_t& commits = context_head(turn.world, turn.instance, info.shared).commits;
  key_of(turn.world, turn.model(), id, turn.instance).version(number).stamp = ++commits;
  Snapshot snapshot = snapshot_of(turn);
  snapshot.words[info.base] = 0;
  snapshot.close();
}

}  // namespace squall::sim::detail

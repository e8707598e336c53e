// SPDX-License-Identifier: Apache-2.0
#include "sim/context.hpp"

#include <algorithm>

#include "sim/detail/ask_faults.hpp"
#include "sim/detail/consistency.hpp"
#include "sim/lineage.hpp"

namespace squall::sim {

std::uint32_t last_read(const World& world, const Model& model, KeyId id, Row activation) {
  const std::uint16_t word = model.key(id).last_read;
  if (word == untracked) return 0;
  while (activation != no_row) {
    if (const std::uint32_t number = session_of(world, model, activation)[word]; number != 0) return number;
    const ActivationRow& row = world.activation(activation);
    activation = (row.flags & activation_flag::branch) != 0 ? row.parent : no_row;
  }
  return 0;
}

Instant written_at(const World& world, const Model& model, KeyId id, Row instance, std::uint32_t number) {
  const KeyInfo& info = model.key(id);
  const std::byte* shadow = info.shared ? world.shared_shadow() : world.instance_shadow(instance);
  return reinterpret_cast<const Instant*>(shadow + info.shadow_offset)[number % info.versions];
}

namespace {

using detail::Key;
using detail::key_of;
using detail::seen_from;

constexpr Purpose latency_purpose = purpose("latency");

Verdict ask_faults(Turn& turn, KeyId id, Operation operation, const Question& q, Row artifact = no_row) {
  return detail::ask_faults(turn.world, turn.run,
                            {.strike = Strike::context,
                             .agent = turn.self,
                             .activation = turn.activation,
                             .instance = turn.instance,
                             .row = artifact,
                             .detail = index(id),
                             .operation = operation},
                            detail::origin_of(q), q.instance);
}

void observe_refusal(Turn& turn, KeyId id, Error error) {
  turn.observe({.kind = Seen::conflicted,
                .agent = turn.self,
                .activation = turn.activation,
                .instance = turn.instance,
                .row = key_of(turn.world, turn.model(), id, turn.instance).newest(),
                .detail = index(id),
                .value = static_cast<std::int64_t>(error)});
}

/// A fenced key lets pass whoever shows a token at least as high as any it has seen, in reads and writes alike: a late
/// holder is told apart as soon as its successor has touched the key.
bool passes_fence(Turn& turn, KeyId id) {
  const KeyInfo& info = turn.model().key(id);
  if (info.fenced_by == no_resource) return true;
  const std::uint32_t token = turn.token(info.fenced_by);
  KeyHead& head = key_of(turn.world, turn.model(), id, turn.instance).head();
  if (token == 0 || token < head.fence) {
    observe_refusal(turn, id, Error::fenced);
    return false;
  }
  head.fence = token;
  return true;
}

/// Whether the present instance has written the key already, as far as the versions that this head sees tell.
bool wrote_already(const Turn& turn, const KeyInfo& info, const Key& key, std::uint8_t head) {
  if (!info.shared) return seen_from(key, head, key.newest()) != 0;
  if (turn.instance == no_row) return false;
  const std::uint32_t stamp = turn.world.instance(turn.instance).number + 1;
  for (std::uint32_t number = std::max(key.oldest(), 1U); number <= key.newest(); ++number) {
    if (key.version(number).stamp == stamp && seen_from(key, head, number) == number) return true;
  }
  return false;
}

struct Reduced {
  Error error = Error::none;
  std::int64_t value = 0;
  bool keeps_artifact = false;  ///< the artifact of the version before stays
};

/// `value` added to what the newest version holds. Lists and sets of a program are integers here: `append` counts what was
/// appended, `merge` is a set of bits.
Reduced reduced(Reducer reducer, const KeyVersion& old, std::int64_t value, bool has_artifact) {
  const bool fresh = old.has_value == 0;
  switch (reducer) {
    case Reducer::sum:
    case Reducer::append: {
      const std::int64_t more = reducer == Reducer::append ? 1 : value;
      const auto sum = checked_add(fresh ? 0 : old.value, more);
      return sum ? Reduced{.value = *sum, .keeps_artifact = !has_artifact} : Reduced{.error = Error::overflow};
    }
    case Reducer::merge: return {.value = fresh ? value : (old.value | value), .keeps_artifact = !has_artifact};
    case Reducer::max:
    case Reducer::min: {
      const bool stays = !fresh && (reducer == Reducer::max ? old.value >= value : old.value <= value);
      return {.value = stays ? old.value : value, .keeps_artifact = stays};
    }
    default: return {.value = value};
  }
}

/// What is left of a history whose oldest entries are missing: of what was appended so many, of a set of bits the highest.
std::int64_t newest_entries(Reducer reducer, std::int64_t value, std::int64_t most) {
  if (reducer == Reducer::append) return std::min(value, most);
  auto bits = static_cast<std::uint64_t>(value);
  while (__builtin_popcountll(bits) > most) bits &= bits - 1;
  return static_cast<std::int64_t>(bits);
}

/// The artifact written together with a value, or added to one, is not kept: the one before it stays.
constexpr std::uint64_t takes_artifact = std::uint64_t{1} << 63;

/// One more version, at the end of its key's history, that goes on from what this head of it sees. The oldest leaves the ring.
void commit(Turn& turn, KeyId id, const Reduced& change, Row artifact, std::uint8_t head) {
  World& world = turn.world;
  const Model& model = turn.model();
  const KeyInfo& info = model.key(id);
  const Key key = key_of(world, model, id, turn.instance);
  const std::uint32_t number = key.newest() + 1;
  const Row kept = change.keeps_artifact ? key.version(seen_from(key, head, number - 1)).artifact : artifact;
  if (kept != no_row) detail::retain_artifact(world, kept);
  KeyVersion& version = key.version(number);
  if (number >= info.versions && version.artifact != no_row) detail::release_artifact(world, version.artifact);
  const bool asked = info.consistency == Consistency::causal || info.reducer == Reducer::single;
  const bool stamped = asked && info.shared && turn.instance != no_row;
  version = {.value = change.value,
             .writer = turn.self,
             .artifact = kept,
             .stamp = stamped ? world.instance(turn.instance).number + 1 : 0,
             .has_value = 1,
             .head = head,
             .spare = {}};
  key.head().newest = number;
  if (turn.run.timed) {
    std::byte* shadow = info.shared ? world.shared_shadow() : world.instance_shadow(turn.instance);
    reinterpret_cast<Instant*>(shadow + info.shadow_offset)[number % info.versions] = turn.now();
  }
  if (info.consistency == Consistency::snapshot) detail::note_commit(turn, id, number);
  detail::note_write(turn, id, number);
}

/// From now on what this activation writes rests on this version, as far as somebody asks.
void note_last_read(Turn& turn, KeyId id, std::uint32_t number) {
  const std::uint16_t word = turn.model().key(id).last_read;
  if (word != untracked) session_of(turn.world, turn.model(), turn.activation)[word] = number + 1;
}

void observe_write(Turn& turn, KeyId id, std::int64_t value, Row version) {
  turn.observe({.kind = Seen::wrote,
                .agent = turn.self,
                .activation = turn.activation,
                .instance = turn.instance,
                .row = version,
                .detail = index(id),
                .value = value});
  // Only now: judges ask what it rested on. Who writes without ever having read rests on nothing.
  if (version != no_row && last_read(turn.world, turn.model(), id, turn.activation) != 0)
    note_last_read(turn, id, version);
}

/// Of two entries in the wrong order the earlier one is taken for the last; both are seen. Reserves.
void take_for_last(Turn& turn, KeyId id, std::uint8_t head, std::uint32_t number, Row& last) {
  const Key key = key_of(turn.world, turn.model(), id, turn.instance);
  if (number == key.oldest()) return;
  const Row before = key.version(seen_from(key, head, number - 1)).artifact;
  if (before == no_row) return;
  detail::see(turn.world, turn.run, turn.activation, before);
  last = before;
}

}  // namespace

ReadResult Turn::read(KeyId id, const Question& q) {
  const KeyInfo& info = model().key(id);
  run.idle = false;
  const Verdict verdict = ask_faults(*this, id, Operation::read, q);
  context_delay_ = verdict.delay;
  if (verdict.error != 0) return {.error = static_cast<Error>(verdict.error)};
  if (!passes_fence(*this, id)) return {.error = Error::fenced};

  std::uint32_t number = key_of(world, model(), id, instance).newest();
  if (info.consistency == Consistency::snapshot) {
    const auto as_of_moment = detail::snapshot_version(*this, id, verdict.head);
    if (!as_of_moment) {
      observe_refusal(*this, id, Error::conflict);
      return {.error = Error::conflict};
    }
    number = *as_of_moment;
  } else if (info.consistency != Consistency::strong) {
    number = detail::visible_version(*this, id, q);
  }
  const Key key = key_of(world, model(), id, instance);
  number = seen_from(key, verdict.head, number);
  number = seen_from(key, verdict.head, number - std::min(verdict.choice, number - key.oldest()));
  if (info.floor != untracked) detail::note_read(*this, id, number);

  KeyVersion version = key_of(world, model(), id, instance).version(number);
  if (version.artifact != no_row) detail::see(world, run, activation, version.artifact);
  if (verdict.overtake) take_for_last(*this, id, verdict.head, number, version.artifact);
  if (info.tracked != untracked) detail::see_version(world, run, activation, info.tracked, number);
  observe({.kind = Seen::read,
           .agent = self,
           .activation = activation,
           .instance = instance,
           .row = version.artifact,
           .detail = index(id),
           .value = number});
  note_last_read(*this, id, number);
  return {.error = Error::none,
          .has_value = version.has_value != 0,
          .value = verdict.content == 0 ? version.value : newest_entries(info.reducer, version.value, verdict.content),
          .version = number,
          .artifact = version.artifact};
}

Error Turn::write(KeyId id, std::int64_t value, Row artifact, const Question& q) {
  const KeyInfo& info = model().key(id);
  run.idle = false;
  const Verdict verdict = ask_faults(*this, id, Operation::write, q, artifact);
  context_delay_ = verdict.delay;
  if (verdict.error != 0) return static_cast<Error>(verdict.error);
  if (verdict.drop) {
    observe_write(*this, id, value, no_row);  // acknowledged, and nothing kept
    return Error::none;
  }
  if (!passes_fence(*this, id)) return Error::fenced;
  const Key key = key_of(world, model(), id, instance);
  const bool taken = info.reducer == Reducer::single && wrote_already(*this, info, key, verdict.head);
  if (taken || (info.consistency == Consistency::snapshot && !detail::may_commit(*this, id, verdict.head))) {
    observe_refusal(*this, id, Error::conflict);
    return Error::conflict;
  }
  const KeyVersion& before = key.version(seen_from(key, verdict.head, key.newest()));
  Reduced change = reduced(info.reducer, before, value, artifact != no_row);
  if (change.error != Error::none) return change.error;
  if ((verdict.removed & takes_artifact) != 0) change.keeps_artifact = true;
  commit(*this, id, change, artifact, verdict.head);
  observe_write(*this, id, value, key_of(world, model(), id, instance).newest());
  return Error::none;
}

Error Turn::compare_and_set(KeyId id, std::uint32_t expected_version, std::int64_t value, Row artifact,
                            const Question& q) {
  const KeyInfo& info = model().key(id);
  run.idle = false;
  const Verdict verdict = ask_faults(*this, id, Operation::compare_and_set, q);
  context_delay_ = verdict.delay;
  if (verdict.error != 0) return static_cast<Error>(verdict.error);
  if (verdict.drop) {
    observe_write(*this, id, value, no_row);
    return Error::none;
  }
  if (!passes_fence(*this, id)) return Error::fenced;
  const Key key = key_of(world, model(), id, instance);
  if (seen_from(key, verdict.head, key.newest()) != expected_version ||
      (info.reducer == Reducer::single && wrote_already(*this, info, key, verdict.head))) {
    observe_refusal(*this, id, Error::conflict);
    return Error::conflict;
  }
  commit(*this, id, {.value = value}, artifact, verdict.head);
  observe_write(*this, id, value, key_of(world, model(), id, instance).newest());
  return Error::none;
}

void join_heads(World& world, const Model& model, KeyId id) {
  const auto join = [&](Row instance) {
    const Key key = key_of(world, model, id, instance);
    for (std::uint32_t number = key.oldest(); number <= key.newest(); ++number) key.version(number).head = 0;
  };
  if (model.key(id).shared) return join(no_row);
  for (Row i = 0; i < world.used(Pool::instances); ++i) {
    if (world.instance(i).live != 0) join(i);
  }
}

Duration Turn::context_latency(KeyId key, const Question& q) const {
  return run.timed ? duration(q, latency_purpose, model().key(key).latency) + context_delay_ : Duration{};
}

}  // namespace squall::sim

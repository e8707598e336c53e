// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/linearizable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/context.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/invariants/under_way.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

/// Of each key the newest 31 versions are told apart, and the last write that was not kept.
constexpr std::uint32_t ring_max = 31;
constexpr std::uint32_t unjudged = ~std::uint32_t{0};

struct Judged {
  std::vector<std::uint32_t> first;  ///< of each key: its first word among those of its scope; `unjudged`
  std::vector<std::uint32_t> ring;   ///< of each key: how many versions are remembered
};

/// An operation that is not over: its agent (its number + 1; 0: no entry), key and the place of its version.
struct Pending {
  std::uint32_t agent;
  std::uint16_t key, place;

  auto key_of_order() const { return std::tuple{agent == 0, agent, key, place}; }
};

/// Of one scope; the words of its keys follow.
struct Scope {
  static constexpr std::size_t most = 32;
  Pending pending[most];  ///< in order, so that the same ones are the same state
};

/// The words of a key: sets of places, as bits.
struct KeyWords {
  std::uint32_t* words;
  std::uint32_t ring;

  /// Versions of which some operation is over.
  std::uint32_t& over() const { return words[0]; }
  /// 1 once the key was touched: its first version was over before anything began.
  std::uint32_t& touched() const { return words[1]; }
  /// Versions of which some operation began when some operation of this one was over: this one came before them.
  std::uint32_t& before(std::uint32_t place) const { return words[2 + place]; }
  std::uint32_t not_kept() const { return ring; }
  static constexpr std::uint32_t length(std::uint32_t ring) { return 2 + ring + 1; }

  void forget(std::uint32_t place) const {
    const std::uint32_t others = ~(1U << place);
    over() &= others;
    before(place) = 0;
    for (std::uint32_t p = 0; p <= ring; ++p) before(p) &= others;
  }
};

class Operations {
 public:
  Operations(const Judging& at, bool shared, Row instance)
      : at_(at),
        judged_(at.options_as<Judged>()),
        scope_(shared ? *reinterpret_cast<Scope*>(at.memory + sizeof(Told)) : at.of<Scope>(instance)) {}

  KeyWords words(std::uint32_t key) const {
    return {reinterpret_cast<std::uint32_t*>(&scope_ + 1) + judged_.first[key], judged_.ring[key]};
  }

  /// Operations whose agents have gone on are over.
  void sweep() {
    drop_if([&](AgentId agent) { return !in_operation(at_.world, agent); }, true);
  }
  /// Nobody will ever know how those of this agent ended.
  void drop(AgentId gone) {
    drop_if([&](AgentId agent) { return agent == gone; }, false);
  }

  void begin(const Observation& seen) {
    const KeyWords key = words(seen.detail);
    if (key.touched() == 0) {
      key.touched() = 1;
      key.over() |= 1;
    }
    const bool read = seen.kind == Seen::read;
    const auto version = read ? static_cast<std::uint32_t>(seen.value) : static_cast<std::uint32_t>(seen.row);
    const bool kept = read || seen.row != no_row;
    if (read && version + key.ring <= newest(seen))
      return at_.found.leave_open(Linearizable::name,
                                  fmt::format("somebody reads a version older than the newest {}", key.ring));
    const std::uint32_t place = kept ? version % key.ring : key.not_kept();
    if (!read) {
      key.forget(place);
      erase([&](const Pending& one) { return one.key == seen.detail && one.place == place; });
    }
    for (std::uint32_t other = 0; other <= key.ring; ++other) {
      if (other == place || (key.over() & 1U << other) == 0) continue;
      key.before(other) |= 1U << place;
      if ((key.before(place) & 1U << other) != 0) violated(seen, version, other);
    }
    add({index(seen.agent) + 1, static_cast<std::uint16_t>(seen.detail), static_cast<std::uint16_t>(place)});
  }

 private:
  template <class Condition>
  void erase(Condition&& condition) {
    Pending* const end = std::remove_if(scope_.pending, scope_.pending + Scope::most, condition);
    std::fill(end, scope_.pending + Scope::most, Pending{});
  }
  template <class Condition>
  void drop_if(Condition&& condition, bool over) {
    erase([&](const Pending& one) {
      if (one.agent == 0 || !condition(AgentId{one.agent - 1})) return false;
      if (over) words(one.key).over() |= 1U << one.place;
      return true;
    });
  }
  void add(Pending one) {
    Pending& last = scope_.pending[Scope::most - 1];
    if (last.agent != 0)
      return at_.found.leave_open(Linearizable::name,
                                  fmt::format("more than {} operations are under way at once", Scope::most));
    last = one;
    std::ranges::sort(scope_.pending, {}, &Pending::key_of_order);
  }

  std::uint32_t newest(const Observation& seen) const {
    return key_of(at_.world, at_.model, KeyId{static_cast<std::uint16_t>(seen.detail)}, seen.instance).newest();
  }

  void violated(const Observation& seen, std::uint32_t given, std::uint32_t other) const {
    const std::string& key = at_.model.keys[seen.detail].name;
    tell(at_, at_.memory_as<Told>(), Linearizable::name,
         {fmt::format("{} read by {}", key, role_of(at_.model, at_.world, seen.agent))}, at_.now(), [&] {
           const std::string who = agent_name(at_.model, at_.world, seen.agent);
           const std::uint32_t ring = judged_.ring[seen.detail], latest = newest(seen);
           const std::string newer =
               other == ring ? std::string{"a write that was not kept"}
                             : fmt::format("an operation on version {}", latest - (latest + ring - other) % ring);
           const std::string began =
               given == 0 ? "" : fmt::format(" began when one on version {} was over, and", given);
           return std::vector<std::string>{fmt::format("{} is given version {} of {}{}", who, given, key,
                                                       instance_text(at_.model, at_.world, seen.instance)),
                                           fmt::format("{}{} was over before {} began to read", newer, began, who),
                                           fmt::format("so version {} was there no longer", given)};
         });
  }

  const Judging& at_;
  const Judged& judged_;
  Scope& scope_;
};

void hear(const Judging& at, const Observation& seen, bool shared, Row instance, bool gone) {
  Operations operations{at, shared, instance};
  if (gone) operations.drop(seen.agent);
  operations.sweep();
  const bool operation = seen.kind == Seen::read || seen.kind == Seen::wrote;
  if (operation && at.model.keys[seen.detail].shared == shared) operations.begin(seen);
}

void judge(const Judging& at, const Observation& seen) {
  const bool operation = seen.kind == Seen::read || seen.kind == Seen::wrote;
  if (operation && at.options_as<Judged>().first[seen.detail] == unjudged) return;
  if (seen.kind == Seen::hung) {  // in whatever instance: what was under way has no end
    for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
      if (at.world.instance(i).live != 0) hear(at, seen, false, i, true);
    }
    return hear(at, seen, true, no_row, true);
  }
  const bool gone = seen.kind == Seen::interrupted && in_operation(at.world, seen.activation);
  if (seen.instance != no_row) hear(at, seen, false, seen.instance, gone);
  hear(at, seen, true, no_row, gone);
}

}  // namespace

Monitor Linearizable::monitor(Model& model) const {
  Judged judged;
  const std::vector<bool> chosen = selected(keys, model);
  std::uint32_t words[2] = {0, 0};
  for (std::size_t k = 0; k < model.keys.size(); ++k) {
    std::uint32_t& end = words[model.keys[k].shared ? 1 : 0];
    // A ring whose length is left open is not longer than this.
    judged.ring.push_back(std::clamp<std::uint32_t>(model.keys[k].versions, 8, ring_max));
    judged.first.push_back(chosen[k] ? end : unjudged);
    if (chosen[k]) end += KeyWords::length(judged.ring[k]);
  }
  if (words[0] + words[1] == 0) return {.name = name, .claim = claim};
  constexpr SeenMask listens = bits(Seen::read, Seen::wrote, Seen::turned, Seen::interrupted, Seen::hung);
  return {.name = name,
          .claim = claim,
          .listens = listens,
          .at_once = listens,
          .bytes = static_cast<std::uint32_t>(sizeof(Told) + sizeof(Scope)) + 4 * words[1],
          .instance_bytes = static_cast<std::uint32_t>(sizeof(Scope)) + 4 * words[0],
          .options = &model.keep(std::move(judged)),
          .on = judge};
}

}  // namespace squall::sim

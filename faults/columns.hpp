// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "faults/line.hpp"
#include "sim/model.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// A matcher by positions in the model's tables instead of names.
struct Columns {
  static constexpr std::uint32_t any = 0xffff'ffffU;
  std::uint32_t from = any;        ///< who acts: a definition, or a set of them
  std::uint32_t to = any;          ///< the receiver
  std::uint32_t what = any;        ///< the topic, tool, key, resource or artifact
  std::uint32_t instance = any;    ///< its number in the load
  std::uint32_t where = any;       ///< which condition on the message
  sim::SiteKey step = 0;           ///< content name of a step; 0: whichever
  std::uint32_t operations = any;  ///< which of them the kind acts on, a bit each
  std::uint32_t phase = any;       ///< a `Phase`
  friend auto operator<=>(const Columns&, const Columns&) = default;
};

/// What is struck, by the same positions.
struct Spotted {
  std::uint32_t from, to, what, instance;
};

/// From names to columns, for one model.
class NameColumns {
 public:
  explicit NameColumns(const sim::Model& model);

  /// Requires: the line has passed its check.
  Columns of(const Line& line);
  /// Whether column `column` is the one that `wanted` says, or in its set.
  bool has(std::uint32_t wanted, std::uint32_t column) const {
    if (wanted == Columns::any || wanted == column) return true;
    return wanted >= first_set && sets_[wanted - first_set][column];
  }
  const Condition& condition(std::uint32_t where) const { return conditions_[where]; }
  /// In which `Phase` of its program the activation is that a strike is about; `Columns::any` where there is no program.
  std::uint32_t phase(const sim::World& world, const sim::Target& target) const;

  std::uint32_t agent(const sim::World& world, sim::AgentId agent) const {
    return agent == sim::nobody ? nobody_ : sim::index(world.agent(agent).definition);
  }
  std::uint32_t nobody() const { return nobody_; }
  std::uint32_t topic(sim::TopicId topic) const;
  /// Of what a strike is about: a topic, tool, key, resource or artifact; 0 of a step.
  std::uint32_t what(const sim::Target& target) const;
  /// How many columns there are of agents, of what a kind acts on.
  std::uint32_t agents() const { return definitions_ + 1; }
  std::uint32_t width(Strikes strikes) const;

  /// Names again, for plans.
  std::string_view agent_name(std::uint32_t column) const;
  std::string_view topic_name(std::uint32_t column) const;

 private:
  static constexpr std::uint32_t first_set = 0x8000'0000U;
  std::uint32_t agents_of(const Names& names);
  std::uint32_t what_of(const Line& line) const;
  std::uint32_t where_of(const Condition& condition);

  const sim::Model* model_;
  std::uint32_t definitions_, topics_;
  std::uint32_t nobody_, reply_;  ///< the columns of these special names
  std::vector<std::vector<bool>> sets_;
  std::vector<Condition> conditions_;
};

/// Kinds that are asked where something happens, each sort of place with a table of its own.
inline constexpr Strikes asked[] = {Strikes::message,    Strikes::agent,   Strikes::artifact,
                                    Strikes::tool,       Strikes::context, Strikes::resource,
                                    Strikes::checkpoint, Strikes::timer,   Strikes::membership};
constexpr std::size_t table_number(Strikes strikes) {
  std::size_t number = 0;
  while (asked[number] != strikes) ++number;
  return number;
}

/// The operations that a kind acts on, a bit each; of other kinds all. Only these are counted, and roll: `nth` of a lost write
/// numbers writes.
std::uint32_t operations_of(const Fault& fault);

/// Which of `sim`'s strikes asks the lines of a kind, and back.
sim::Strike strike_of(Strikes strikes);
Strikes strikes_at(sim::Strike strike);

}  // namespace squall::faults

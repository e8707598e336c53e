// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "faults/plan.hpp"
#include "faults/profile.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// An injection that took effect: whose line it was, and the fault with every time drawn.
struct Injection {
  std::uint32_t line;
  Fault fault;
};

/// A plan, a profile or both, compiled for one model: what `sim` asks wherever something may go wrong.
///
/// Immutable and shared by threads. What changes in a run (how many matches a line has seen, how often it struck) lies in
/// the shadow of the world, so a copied world runs on alike. In timed runs a match with no line costs a byte lookup, a
/// rolled line one draw, a plan's lines one counter for each kind and matcher.
///
/// Explored worlds have neither chances nor counts nor instants: there every line says what *may* happen, as often as the
/// world's fault budget allows. Messages are lost and duplicated in flight; an agent stops at any of its steps that the
/// line matches, or, where the line sets a time, between any two events.
class Armed final : public sim::Interposer {
 public:
  /// Throws std::invalid_argument with the first trouble that `check` finds, and where the model has less room for its
  /// counts than `shadow_bytes` says.
  Armed(const sim::Model& model, const Plan& plan) : Armed(model, plan, Profile{}) {}
  Armed(const sim::Model& model, const Profile& profile) : Armed(model, Plan{}, profile) {}
  /// Both: where a line of the plan takes effect, the profile does not.
  Armed(const sim::Model& model, const Plan& plan, const Profile& and_faults);

  /// What `Model::fault_shadow` must be at least, before the first world is made, for so many lines.
  static constexpr std::uint32_t shadow_bytes(std::size_t lines) {
    return static_cast<std::uint32_t>(lines * 20 + 4) / 8 * 8;
  }

  std::uint32_t armed() const override { return strikes_; }
  void begin(sim::World&, sim::Run&) const override;
  sim::Verdict strike(sim::World&, sim::Run&, const sim::Target&) const override;
  bool might_strike(const sim::World&, sim::Strike, sim::AgentId, sim::TopicId, std::uint64_t base) const override;
  void moves(const sim::Model&, const sim::World&, std::vector<sim::Move>&) const override;
  std::uint64_t play(sim::World& world, sim::Run& run, const sim::Move& move) const override {
    return play(world, run, move, nullptr);
  }

  /// The same, and adds what took effect to `record` unless that is null.
  sim::Verdict strike(sim::World&, sim::Run&, const sim::Target&, std::vector<Injection>* record) const;
  std::uint64_t play(sim::World&, sim::Run&, const sim::Move&, std::vector<Injection>* record) const;

  /// The lines in force: the plan's, then the profile's.
  std::span<const Line> lines() const { return lines_; }
  /// How often each line has taken effect in a timed run.
  std::vector<std::uint32_t> struck(const sim::World&) const;
  /// Lines of the plan that have not: a run that ends with one was not the run that the plan speaks of.
  std::vector<std::size_t> unstruck(const sim::World&) const;

  /// Positions of names in the tables: of definitions and `nobody`, of topics and `reply`.
  std::uint32_t agent_column(const sim::World& world, sim::AgentId agent) const {
    return agent == sim::nobody ? nobody_column_ : index(world.agent(agent).definition);
  }
  std::uint32_t topic_column(sim::TopicId topic) const {
    if (index(topic) < topics_) return index(topic);
    return sim::is_reply(topic) ? reply_column_ : topics_;
  }

 private:
  static constexpr std::uint32_t any = 0xffff'ffffU;

  /// A matcher by positions.
  struct Columns {
    std::uint32_t from = any, to = any, topic = any, instance = any;  ///< of an agent's matcher: `from`
    bool match(std::uint32_t f, std::uint32_t t, std::uint32_t o, std::uint32_t i) const {
      return (from == any || from == f) && (to == any || to == t) && (topic == any || topic == o) &&
             (instance == any || instance == i);
    }
    friend auto operator<=>(const Columns&, const Columns&) = default;
  };
  /// What one line needs when its turn comes.
  struct Slot {
    std::uint32_t line;
    std::uint32_t nth;
    std::uint64_t threshold;  ///< of the high half of a draw
    sim::Purpose roll, draws;
    sim::Instant from, until;
    std::uint32_t at_most;
    bool planned;
  };
  /// Lines that are asked together: a rolled one by itself; those with `nth` that count the same matches, in that order.
  struct Rule {
    Columns columns;
    std::uint32_t first, last;  ///< its slots
    bool counted;
  };
  struct Roll {
    std::uint64_t threshold;
    sim::Purpose roll;
  };
  /// Rules that may match in one place. Mostly all of them are rolled and none comes up: `rolls` tells that quickly.
  struct List {
    std::vector<std::uint32_t> rules;
    std::vector<Roll> rolls;
    bool look = false;  ///< even if none comes up: something counts there, or the run has chances of its own
  };
  /// For each (acting agent's column, topic's column) the list that holds there: 0 none, `everything` all rules.
  struct Table {
    static constexpr std::uint8_t everything = 255;
    std::uint32_t width = 1;
    std::vector<std::uint8_t> marks;
    std::vector<List> lists;
  };
  /// A fault that an explored world may suffer, once for all lines that say the same.
  struct Possibility {
    Columns columns;
    Fault fault;
    std::uint64_t key;
    bool between_events;
    friend bool operator==(const Possibility&, const Possibility&) = default;
  };
  struct Counter {
    std::uint32_t seen, next;  ///< matches so far; slot of the next line that waits for its own
  };
  /// Of one world.
  struct Memory {
    std::uint64_t* thresholds;  ///< of slots; used where swarm is on
    Counter* counters;          ///< of rules
    std::uint32_t* struck;      ///< of lines
  };

  Columns columns_of(const sim::Model&, const Line&) const;
  void add_rules(const sim::Model&, std::span<const Line>, std::uint32_t first_line, bool planned);
  Table table_of(Strikes strikes, std::uint32_t rows, std::uint32_t width) const;
  List list_of(std::vector<std::uint32_t> rules) const;
  const List* list_at(const sim::World&, sim::Strike, sim::AgentId, sim::TopicId) const;
  sim::Verdict strike_listed(sim::World&, sim::Run&, const sim::Target&, const List&, std::vector<Injection>*) const;
  Memory memory_of(std::byte* shadow) const;
  bool matches(const Columns&, const sim::World&, const sim::Target&) const;
  bool try_slot(sim::World&, sim::Run&, const sim::Target&, const Slot&, const Memory&, sim::Verdict&,
                std::vector<Injection>*) const;
  sim::Verdict explore_step(sim::World&, sim::Run&, const sim::Target&) const;
  std::uint64_t play_at(sim::World&, sim::Run&, std::uint32_t slot, std::vector<Injection>*) const;
  std::uint64_t explore_move(sim::World&, sim::Run&, const sim::Move&) const;

  std::uint32_t definitions_ = 0, topics_ = 0;
  std::uint32_t nobody_column_ = 0, reply_column_ = 0;
  std::uint32_t strikes_ = 0;
  bool swarm_ = false;
  std::size_t planned_ = 0;  ///< lines of the plan
  std::vector<Line> lines_;
  std::vector<Slot> slots_;
  std::vector<Rule> rules_;
  std::vector<std::uint32_t> timed_;  ///< slots of the lines that have a time of their own
  std::vector<Possibility> possible_;
  std::vector<sim::SiteKey> keys_;  ///< of lines
  Table messages_, agents_;
};

}  // namespace squall::faults

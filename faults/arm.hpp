// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "faults/columns.hpp"
#include "faults/loops.hpp"
#include "faults/plan.hpp"
#include "faults/profile.hpp"
#include "faults/shapes.hpp"
#include "faults/tempo.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// An injection that took effect: whose line it was, and the fault with every time drawn.
struct Injection {
  std::uint32_t line;
  std::uint32_t part;  ///< of all that is armed
  Fault fault;
};

/// A plan, a profile or both, compiled for one model: what `sim` asks wherever something may go wrong.
///
/// Immutable and shared by threads. What changes in a run (how many matches a line has seen, how often it struck, who is
/// paused) lies in the shadow of the world, and which links are cut in its state, so a copied world runs on alike. In
/// timed runs a match with no line costs a byte lookup, a rolled line one draw, a plan's lines one counter for each kind
/// and matcher.
///
/// Explored worlds have neither chances nor counts nor instants: there every line says what *may* happen, as often as the
/// world's fault budget allows. Messages are lost, copied, spoilt and taken out of order in flight; links are cut and heal
/// between any two events; an agent stops at any of its steps that the line matches, or, where the line sets a time,
/// between any two events; an operation or a call that a line matches may go wrong or not.
class Armed final : public sim::Interposer {
 public:
  /// Throws std::invalid_argument with the first trouble that `check` finds, and where the model has less room for its
  /// counts than `shadow_bytes` says.
  Armed(const sim::Model& model, const Plan& plan) : Armed(model, plan, Profile{}) {}
  Armed(const sim::Model& model, const Profile& profile) : Armed(model, Plan{}, profile) {}
  /// Both: where a line of the plan takes effect, the profile does not.
  Armed(const sim::Model& model, const Plan& plan, const Profile& and_faults);

  /// What `Model::fault_shadow` must be at least, before the first world is made, for so many lines of plain kinds.
  static constexpr std::uint32_t shadow_bytes(std::size_t lines) {
    return static_cast<std::uint32_t>(Tempo::bytes + Loops::bytes + 8 + lines * 28 + 4) / 8 * 8;
  }
  /// The same for these lines: a plan's, and a profile's besides. Requires: no line has trouble.
  static std::uint32_t shadow_bytes(std::span<const Line> plan, std::span<const Line> profile) {
    return shadow_bytes(count_parts(plan) + count_parts(profile));
  }

  std::uint32_t armed() const override { return strikes_; }
  void begin(sim::World&, sim::Run&) const override;
  sim::Verdict strike(sim::World&, sim::Run&, const sim::Target&) const override;
  bool might_strike_step(const sim::World&, sim::AgentId, std::uint64_t base) const override;
  const sim::SendOdds* send_odds() const override { return &odds_; }
  void moves(const sim::Model&, const sim::World&, std::vector<sim::Move>&) const override;
  std::string move_name(const sim::Model&, const sim::World&, const sim::Move&) const override;
  /// What an explored world asks about with this purpose: the kind that may strike; empty where it is another question.
  std::string_view strike_name(sim::Purpose purpose) const;
  std::uint64_t play(sim::World& world, sim::Run& run, const sim::Move& move) const override {
    return play(world, run, move, nullptr);
  }
  sim::Instant paused_until(const sim::World&, sim::AgentId) const override;
  sim::Duration paced(const sim::World&, sim::AgentId, sim::Duration work) const override;
  bool takes_no_more(const sim::World&, sim::AgentId) const override;

  /// The same, and adds what took effect to `record` unless that is null.
  sim::Verdict strike(sim::World&, sim::Run&, const sim::Target&, std::vector<Injection>* record) const;
  std::uint64_t play(sim::World&, sim::Run&, const sim::Move&, std::vector<Injection>* record) const;

  /// The lines in force: the plan's, then the profile's.
  std::span<const Line> lines() const { return lines_; }
  /// Whom the part of an injection strikes.
  const Matcher& matcher_of(const Injection& injection) const { return parts_[injection.part].line.matcher; }
  /// How often each line has taken effect in a timed run.
  std::vector<std::uint32_t> struck(const sim::World&) const;
  /// The same where they lie: valid until the world changes. Allocates nothing.
  std::span<const std::uint32_t> struck_in(const sim::World&) const;
  /// Lines of the plan that have not: a run that ends with one was not the run that the plan speaks of.
  std::vector<std::size_t> unstruck(const sim::World&) const;

  const NameColumns& columns() const { return columns_; }

 private:
  /// What one line needs when its turn comes.
  struct Slot {
    std::uint32_t line;
    std::uint32_t part;
    std::uint32_t nth;
    std::uint64_t threshold;  ///< of the high half of a draw
    sim::Purpose roll, draws;
    sim::Instant from, until;
    std::uint32_t at_most;
    std::uint32_t burst;  ///< matches in a row; `sim::unlimited` for a persistent line
    std::uint32_t link;   ///< of kinds that cut: which bit of `Header::fault_state`
    bool planned;
    bool conditional;       ///< has a `while`
    bool goes_on;           ///< from its match on a bit of the fault state is set
    std::uint64_t content;  ///< of its fault, where nothing of that is drawn; else 0
  };
  /// Lines that are asked together: a rolled one by itself; those with `nth` that count the same matches, in that order;
  /// one with `nth` that goes on striking from there.
  struct Rule {
    Columns columns;
    std::uint32_t first, last;  ///< its slots
    bool counted;
    bool goes_on;
  };
  using Roll = sim::SendOdds::Roll;
  /// Rules that may match in one place. Mostly all of them are rolled and none comes up: `rolls` tells that quickly.
  struct List {
    std::vector<std::uint32_t> rules;
    std::vector<Roll> rolls;
    bool look = false;  ///< even if none comes up: something counts or goes on there, or the run has chances of its own
  };
  /// For each (acting agent's column, column of what it acts on) the list that holds there: 0 none, `everything` all rules.
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
    Condition holds;
    std::uint64_t key;
    std::uint32_t link;  ///< of kinds that cut
    bool between_events;
    friend bool operator==(const Possibility&, const Possibility&) = default;
  };
  /// What a line cuts while its bit is set: links, calls of a tool, or the two heads of a key from each other.
  struct Link {
    Columns columns;
    std::uint64_t key = 0;
    bool both_ways = false;
    bool drops_in_flight = false;
    bool momentary = false;  ///< what comes after passes: it sets no bit
    bool of_calls = false;
    bool of_inboxes = false;
    bool of_keys = false;    ///< two heads of a key: `columns` are who is on the one, and the key
    std::uint8_t error = 0;  ///< of calls: they fail with it
    friend bool operator==(const Link&, const Link&) = default;
  };
  struct Counter {
    std::uint32_t seen, next;  ///< matches so far; slot of the next line that waits for its own
  };
  /// Of one timed world.
  struct Memory {
    std::uint64_t* thresholds;  ///< of slots; used where swarm is on
    Counter* counters;          ///< of rules
    std::uint32_t* struck;      ///< of lines
    std::uint32_t* going_on;    ///< of slots: how many matches in a row are still to be struck
    std::uint32_t* rounds;      ///< of slots with `every`: how often its time has come
    std::byte* tempo;
    std::byte* loops;
    std::uint64_t* calm;  ///< not 0: nothing goes wrong any more
  };
  /// A state that a match has begun: it ends after so long, or never.
  struct Begun {
    std::uint32_t slot;
    std::optional<sim::Duration> lasts;
  };
  /// A slot that is asked about each send, in timed runs.
  struct Sending {
    std::uint32_t slot;
    Link link;
    std::uint32_t times;  ///< that its messages take as long; 0: it counts them
  };
  static constexpr std::size_t table_count = std::size(asked);

  /// `Move::target` in timed worlds, `Move::detail` in explored ones.
  static constexpr std::uint32_t onset = 0, heal = 1;

  // ---- arm.cpp ----
  void add_rules(std::span<const Line>, std::uint32_t first_line, bool planned);
  void add_possibility(const Line&, const Columns&, std::uint32_t link, bool timed);
  std::uint32_t link_of(const Line&, const Columns&);
  Columns heads_of(const ContextFork&, const Line&);
  void add_sending(std::uint32_t slot, const Line&, const Columns&);
  Table table_of(Strikes strikes, std::uint32_t rows, std::uint32_t width) const;
  List list_of(std::vector<std::uint32_t> rules) const;
  sim::SendOdds odds_of(const Table&) const;
  const List* list_at(sim::Strike strike, std::uint32_t agent, std::uint32_t what) const;
  Memory memory_of(std::byte* shadow) const;

  // ---- strike.cpp: what is matched ----
  Spotted spotted(const sim::World&, const sim::Target&) const;
  sim::Verdict strike_listed(sim::World&, sim::Run&, const sim::Target&, const List*, std::vector<Injection>*) const;
  void fail_in_outage(const sim::World&, const Spotted&, sim::Verdict&) const;
  /// The agent that goes round in a circle goes back once more. False where it does not.
  bool goes_round(sim::World&, const sim::Target&, const Memory&, sim::Verdict&) const;
  bool matches(const Columns&, const Spotted&, const sim::World&, const sim::Model&, const sim::Target&) const;
  /// Whether none of a rule's lines strikes here, by its dice alone: asked before it is known whether the rule is about this.
  bool never_up(const Rule&, const sim::Target&, const Memory&) const;
  bool comes_up(std::uint32_t slot, const Rule&, const sim::Target&, const Memory&) const;
  /// Inside its window, not used up, and its condition holds.
  bool is_open(const Slot&, const sim::World&, const sim::Run&, const Memory&) const;
  bool try_slot(std::uint32_t slot, const Spot&, const Memory&, sim::Verdict&, std::vector<Injection>*,
                std::optional<Begun>&) const;
  /// Its fault, with all times drawn, takes effect; false where it cannot.
  bool inject(std::uint32_t slot, const Fault&, const Spot&, const Memory&, sim::Verdict&, std::vector<Injection>*,
              std::optional<Begun>&) const;
  sim::Verdict explore_strike(sim::World&, sim::Run&, const sim::Target&) const;

  // ---- moves.cpp: what has a time of its own ----
  /// Of a line that comes again and again the round that has begun last; else 0.
  std::uint32_t round_of(const Memory&, std::uint32_t slot) const;
  bool rolled_for_run(const sim::Run&, std::uint32_t slot, const Memory&) const;
  /// The fault as it is in this round, whenever in it that is asked.
  Fault drawn_for_round(const sim::Run&, const Memory&, std::uint32_t slot) const;
  sim::Instant in_window(const sim::Run&, const Slot&) const;
  void schedule_round(sim::World&, sim::Run&, std::uint32_t slot, sim::Instant from) const;
  std::uint64_t play_at(sim::World&, sim::Run&, std::uint32_t slot, std::vector<Injection>*) const;
  std::uint64_t play_on_agents(sim::World&, sim::Run&, std::uint32_t slot, const Fault&) const;
  /// Counts an injection that took effect, on so many agents.
  void note(sim::World&, const Slot&, const Fault&, std::uint32_t how_often) const;
  void message_moves(const sim::Model&, const sim::World&, std::uint32_t possibility, std::vector<sim::Move>&) const;
  void agent_moves(const sim::World&, std::uint32_t possibility, std::vector<sim::Move>&) const;
  std::uint64_t explore_move(sim::World&, sim::Run&, const sim::Move&) const;

  /// From now on nothing goes wrong any more.
  void calm_down(sim::World&, sim::Run&, std::uint32_t slot) const;
  bool is_calm(const sim::World&) const;

  // ---- links.cpp ----
  /// What slow links and streams make of a send.
  void watch_send(sim::World&, sim::Run&, const sim::Target&, const Spotted&, sim::Verdict&) const;
  /// False where it goes on already, or is cut.
  bool begin_sending(sim::World&, sim::Run&, const Sending&, const Fault&) const;
  void end_sending(sim::World&, sim::Run&, const Sending&) const;
  const Sending* sending_of(std::uint32_t slot) const;
  /// Whether the link leads from the one side to the other; in the direction in which it cuts.
  bool goes(const Link&, std::uint32_t from, std::uint32_t to) const;
  bool crosses(const Link&, std::uint32_t from, std::uint32_t to) const;
  /// Keys of all that keeps this call from its tool now, and with which error; 0 where nothing does.
  struct Outage {
    std::uint64_t keys = 0;
    std::uint8_t error = 0;
  };
  Outage outage(const sim::World&, const Spotted&) const;
  /// Keys of all that cuts this link now; 0 where it is whole.
  std::uint64_t cut(const sim::World&, std::uint32_t from, std::uint32_t to) const;
  /// On which head of its key an operation acts, where that has two.
  void take_head(const sim::World&, const Spotted&, sim::Verdict&) const;
  /// False where it is cut already.
  bool begin_cut(sim::World&, sim::Run&, std::uint32_t link) const;
  void end_cut(sim::World&, sim::Run&, std::uint32_t link) const;
  bool is_cut(const sim::World&, std::uint32_t link) const;

  NameColumns columns_;
  std::uint32_t strikes_ = 0;
  bool swarm_ = false;
  std::size_t planned_ = 0;  ///< lines of the plan
  std::vector<Line> lines_;
  std::vector<Part> parts_;
  std::vector<Slot> slots_;
  std::vector<Rule> rules_;
  std::vector<std::uint32_t> timed_;  ///< slots of the lines that have a time of their own
  std::vector<Possibility> possible_;
  std::vector<Link> links_;
  std::vector<Sending> sending_;
  bool calms_ = false;                 ///< some line does
  std::vector<sim::SiteKey> keys_;     ///< of lines
  std::vector<std::uint32_t> acting_;  ///< of parts: column or set of the agents that act
  std::array<Table, table_count> tables_;
  sim::SendOdds odds_;  ///< what `tables_` say of sends
};

}  // namespace squall::faults

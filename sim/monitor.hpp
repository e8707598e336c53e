// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/observe.hpp"
#include "sim/time.hpp"

namespace squall::sim {

/// One broken claim. `witness` names roles, keys and topics, never seeds or times, so that the same trouble found twice
/// has one signature; `at` and `story` are of this run.
struct Violation {
  std::string invariant;
  std::vector<std::string> witness;
  Instant at{};
  std::vector<std::string>
      reasons;         ///< one sentence for each edge or step of the witness, in its order, then what follows
  bool cycle = false;  ///< the witness is a cycle: where it begins says nothing
  std::vector<std::string> members;  ///< of a cycle with reasons: who waits, by name, one for each edge
};

/// Where the canonical form of the witness begins: at the smallest rotation of a cycle, else at its start.
std::size_t canonical_start(const Violation&);

/// Hash of the invariant's name and the canonical form of the witness (a cycle: its smallest rotation; else as it stands).
std::uint64_t signature(const Violation&);

/// A claim that this run can neither confirm nor refute, and why.
struct Undecided {
  std::string invariant;
  std::string why;
  friend bool operator==(const Undecided&, const Undecided&) = default;
};

/// Something that a claim promises and that has not come yet. An endless run that owes it from some moment on breaks it.
struct Promise {
  std::uint64_t key = 0;             ///< which one, by content: the same in every state that owes it
  std::vector<std::string> witness;  ///< as of a violation
  std::vector<std::string> reasons;
};

/// Collects what monitors find. A driver owns one for each run; monitors report each trouble once.
class Violations {
 public:
  void add(Violation violation) { list_.push_back(std::move(violation)); }
  bool empty() const { return list_.empty(); }
  /// Forgets the violations: the next state of a search may have others. What was left open or came true stays.
  void clear() { list_.clear(); }
  /// Forgets everything: another run begins.
  void reset() {
    list_.clear();
    undecided_.clear();
    came_true_.clear();
  }
  const std::vector<Violation>& list() const { return list_; }
  /// The violations, which are forgotten here.
  std::vector<Violation> take() { return std::exchange(list_, {}); }

  /// A monitor cannot tell: a limit was reached first, or it had no room left. Kept once for each invariant.
  void leave_open(std::string_view invariant, std::string why) {
    for (const Undecided& known : undecided_) {
      if (known.invariant == invariant) return;
    }
    undecided_.push_back({std::string{invariant}, std::move(why)});
  }
  const std::vector<Undecided>& undecided() const { return undecided_; }

  /// What a `sometimes` claim asks for has happened. Whether it ever does is a question about many runs, so it is kept
  /// here and not in the world.
  void note_true(std::string_view claim) {
    if (!has_come_true(claim)) came_true_.emplace_back(claim);
  }
  bool has_come_true(std::string_view claim) const {
    for (const std::string& known : came_true_) {
      if (known == claim) return true;
    }
    return false;
  }
  const std::vector<std::string>& came_true() const { return came_true_; }

  /// Whether somebody reads the reasons. A search that counts signatures does not, and saves the words.
  bool wants_reasons = true;

 private:
  std::vector<Violation> list_;
  std::vector<Undecided> undecided_;
  std::vector<std::string> came_true_;
};

/// What a monitor works with whenever it is asked.
struct Judging {
  const Model& model;
  const World& world;
  const void* options;      ///< `Monitor::options`
  std::byte* memory;        ///< its own, of the whole run
  std::byte* of_instances;  ///< its own, of instance row 0; the others lie `instance_stride` bytes apart
  std::uint32_t instance_stride;
  Instant* obligation;  ///< of the world; null in untimed ones
  Violations& found;

  template <class Options>
  const Options& options_as() const {
    return *static_cast<const Options*>(options);
  }
  template <class Memory>
  Memory& memory_as() const {
    return *reinterpret_cast<Memory*>(memory);
  }
  /// What it remembers of one instance. Requires: `instance_bytes`, and a row.
  template <class Memory>
  Memory& of(Row instance) const {
    return *reinterpret_cast<Memory*>(of_instances + std::size_t{instance} * instance_stride);
  }
  /// `Monitor::due` is to be called before the first event after `deadline`. Nothing in untimed worlds.
  void oblige(Instant deadline) const {
    if (obligation != nullptr && deadline < *obligation) *obligation = deadline;
  }
  /// Virtual time; the start in untimed worlds.
  Instant now() const;
};

/// On what a monitor's judgement rests, for searches that do not go through every order of events (`explore/ample.hpp`).
enum class Rests : std::uint8_t {
  on_anything,
  /// On what it listens to, on the agent that acts there, on what is observed when it changes, and, when an instance
  /// closes, on that instance.
  on_what_it_hears,
  on_what_lasts  ///< what it finds wrong stays wrong, whatever happens afterwards
};

/// Whether what a monitor remembers names agents, for searches that take states for one which differ in who of several
/// equals is who (`explore/interchange.hpp`). What it keeps of troubles that were told does not count.
enum class Names : std::uint8_t { unknown, none, listed };

/// An invariant at work: a claim over observations, whose memory lies in the world so that exploration sees it.
/// Monitors do not know what faults were planted. A table of these is an invariant's whole interface.
///
/// Memory holds content, never row numbers, wherever an explored world could see it: it is part of the state.
struct Monitor {
  const char* name = nullptr;
  const char* claim = nullptr;  ///< a sentence, printed as it stands
  SeenMask listens = 0;
  SeenMask listens_untimed = 0;  ///< besides, in explored worlds: there every state is judged by itself
  SeenMask at_once =
      0;  ///< of these: what is told while the event happens, when rows are still what they were observed as
  std::uint32_t bytes = 0;           ///< of memory in the world's state half, zeroed at the start
  std::uint32_t instance_bytes = 0;  ///< the same for each instance, zeroed when it begins and gone with it
  const void* options = nullptr;     ///< immutable; the model keeps it alive (`Model::keep`)
  /// Once per observation that it listens to: after its event, unless it is among `at_once`.
  void (*on)(const Judging&, const Observation&) = nullptr;
  /// After each event in which something of `stirs` was observed, once: for claims about the world as it stands.
  SeenMask stirs = 0;
  void (*settled)(const Judging&) = nullptr;
  /// For claims about what lasts: looks at the world every 64th event of a timed run, and before something that may have
  /// stood still is swept away, which is when a bound ends a wait and when an agent crashes. Never called in explored worlds.
  void (*look)(const Judging&) = nullptr;
  /// An obligation has passed (`Judging::oblige`), perhaps another monitor's. The world is as it was at that instant.
  /// Those that are still to come must be said again. Timed runs only.
  void (*due)(const Judging&) = nullptr;
  /// Explored worlds: adds what is promised and has not come yet in this state. It only looks.
  void (*promises)(const Judging&, std::vector<Promise>&) = nullptr;
  /// At the end of the run: nothing can happen any more (or a limit was reached: `undecided`).
  void (*end)(const Judging&, bool undecided) = nullptr;

  // What searches may leave out in spite of it. Of a monitor that does not say, everything is assumed.
  Rests rests = Rests::on_anything;
  Names names = Names::unknown;
  std::span<const std::uint16_t> instance_names =
      {};  ///< listed: where its memory of an instance holds 32 bits that are
           ///< an agent's number + 1, in bytes from its start
  std::span<const std::uint16_t> instance_sets =
      {};  ///< listed: where 64 bits are a set of agents, by number modulo 64
};

}  // namespace squall::sim

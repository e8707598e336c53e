// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
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

/// Collects what monitors find. A driver owns one for each run; monitors report each trouble once.
class Violations {
 public:
  void add(Violation violation) { list_.push_back(std::move(violation)); }
  bool empty() const { return list_.empty(); }
  void clear() { list_.clear(); }
  const std::vector<Violation>& list() const { return list_; }

  /// Whether somebody reads the reasons. A search that counts signatures does not, and saves the words.
  bool wants_reasons = true;

 private:
  std::vector<Violation> list_;
};

/// An invariant at work: a claim over observations, whose memory lies in the world so that exploration sees it.
/// Monitors do not know what faults were planted. A table of these is an invariant's whole interface.
struct Monitor {
  const char* name = nullptr;
  const char* claim = nullptr;  ///< a sentence, printed as it stands
  SeenMask listens = 0;
  SeenMask listens_untimed = 0;  ///< besides, in explored worlds: there every state is judged by itself
  std::uint32_t bytes = 0;       ///< of memory in the world's state half, zeroed at the start
  /// After an event in which something it listens to was observed; once per observation.
  void (*on)(const Model&, const World&, const Observation&, std::byte* memory, Violations&) = nullptr;
  /// For claims about what lasts: looks at the world every 64th event of a timed run, and before something that may have
  /// stood still is swept away, which is when a bound ends a wait and when an agent crashes. Never called in explored worlds.
  void (*look)(const Model&, const World&, std::byte* memory, Violations&) = nullptr;
  /// At the end of the run: nothing can happen any more (or a limit was reached: `undecided`).
  void (*end)(const Model&, const World&, std::byte* memory, bool undecided, Violations&) = nullptr;
};

}  // namespace squall::sim

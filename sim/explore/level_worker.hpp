// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/explore/search.hpp"

namespace squall::sim::detail {

/// A piece of a level: states that wait to be expanded, packed, with their places.
struct Piece {
  explicit Piece(const World& first) : states(first) {}
  Frontier states;
};

/// What one thread made of a piece, in the order of its states and of their events.
struct Expanded {
  struct Candidate {
    std::uint64_t fingerprint;
    Visited::Place parent;
    bool violated;
  };
  struct Told {
    Visited::Place parent;
    std::optional<Step> step;   ///< nothing: the end of a run, in that state
    std::uint64_t reached = 0;  ///< under symmetry instead of a step: the fingerprint of where it led
    Violation violation;
  };
  explicit Expanded(const World& first) : worlds(first) {}

  std::vector<Candidate> candidates;  ///< successors that no earlier level has
  Frontier worlds;                    ///< the same, packed
  std::vector<Told> told;
  std::uint64_t generated = 0, terminal = 0;
};

/// Expands pieces, one after the other. One a thread; what is shared is only read.
class LevelWorker {
 public:
  LevelWorker(const Exploration& exploration, const SearchOptions& options, const World& first);
  Expanded expand(Piece& piece, const Visited& visited);
  const Violations& violations() const { return violations_; }

 private:
  void expand_state(Visited::Place place, const Visited& visited, Expanded& into);
  void apply_all(Visited::Place place, const Visited& visited, std::size_t event, Expanded& into);
  void tell(Visited::Place place, const Event* event, Expanded& into);

  const Exploration exploration_;
  const SearchOptions& options_;
  const World& first_;
  Odometer odometer_;
  Violations violations_;
  Run run_;
  Enabled enabled_;
  Content content_;
  PlainWorlds plain_;
  World parent_, child_;
  std::unique_ptr<Visited> found_;  ///< fingerprints of the piece in work
  std::vector<Event> events_;
  std::vector<Violation> known_;  ///< told by this worker, by invariant and witness
};

}  // namespace squall::sim::detail

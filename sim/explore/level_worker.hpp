// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/explore/lately_found.hpp"
#include "sim/explore/search.hpp"

namespace squall::sim::detail {

/// States that one thread has found, packed: some are to be expanded, in the next level.
struct Piece {
  static constexpr std::size_t states_max = 1024;  ///< few, so that no thread waits long for the last of a level
  explicit Piece(const World& first) : states(first) {}

  Frontier states;                     ///< their places are in `places`
  std::vector<Visited::Place> places;  ///< `no_place`: known before, or not to be expanded
};

/// What one thread made of a piece, in the order of its states and of their events.
struct Expanded {
  struct Candidate {
    std::uint64_t fingerprint;
    Visited::Place parent;
    bool violated;
  };
  /// Successors that no earlier level has.
  struct Batch {
    explicit Batch(const World& first) : piece(first) {}
    std::vector<Candidate> candidates;
    Piece piece;  ///< the same, packed; without places
  };
  struct Told {
    Visited::Place parent;
    std::optional<Step> step;   ///< by which it came to be
    std::uint64_t reached = 0;  ///< instead of a step: the fingerprint of where one led; 0: the end of a run
    Violation violation;
  };
  std::vector<std::unique_ptr<Batch>> batches;
  std::vector<Told> told;
  std::uint64_t generated = 0, terminal = 0;
};

/// Expands pieces, one after the other. One a thread.
class LevelWorker {
 public:
  LevelWorker(const Exploration& exploration, const SearchOptions& options, const World& first);
  /// `visited` has the states of this level and of all earlier ones, `found` is shared by all workers. Meanwhile what pieces
  /// before this one have led to may be inserted; whether this piece still finds it or not makes no difference.
  /// Requires: it is the piece of that `number` in its level.
  Expanded expand(Piece& piece, std::size_t number, const Visited& visited, LatelyFound& found);
  const Violations& violations() const { return violations_; }

 private:
  /// As in `Search`: two take turns, so that what the set's memory says of one comes while the other is made.
  struct Successor {
    World world;
    std::uint64_t fingerprint = 0, touched = 0;
    bool made = false, changed = false, violated = false;
  };

  void expand_state(Visited::Place place);
  bool leads_nowhere_new(const PlainWorlds::Foreseen& foreseen);
  void apply_all(std::size_t event);
  void look_up(Successor& successor);
  void judge(const Successor& successor, Expanded::Candidate& candidate);
  void tell(const Event* event, std::uint64_t reached);

  const Exploration exploration_;
  const SearchOptions& options_;
  const World& first_;
  Odometer odometer_;
  Violations violations_;
  Run run_;
  Enabled enabled_;
  Content content_;
  PlainWorlds plain_;
  World parent_;
  Visited::Place place_ = Visited::no_place;
  std::array<Successor, 2> successors_;
  std::size_t turn_ = 0;
  std::size_t number_ = 0;  ///< of the piece
  const Visited* visited_ = nullptr;
  LatelyFound* found_ = nullptr;
  Expanded into_;
  std::vector<Event> events_;
  std::vector<Violation> known_;  ///< told by this worker, by invariant and witness
};

}  // namespace squall::sim::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/observe.hpp"
#include "sim/time.hpp"

namespace squall::sim {

/// The piece of work that an observation is about, as it was then. The same row and identity are the same piece until
/// something else is made in that row.
struct WorkSeen {
  Row row = no_row;            ///< of a message's artifact, of what was made, checked, read or written; no_row: none
  std::uint64_t identity = 0;  ///< see `made_identity`
  std::uint64_t known = 0;     ///< of `made` and `reported`: bits of all that the activation had seen
  Row parent = no_row;         ///< of a branch: the activation that it is a branch of
  bool origin = false;         ///< it is unsound, and nothing that it rests on is
  bool unsound = false;        ///< it is unsound, or rests on what is
};

inline constexpr ArtifactName no_artifact{0xffff'ffffU};

/// One observation with the instant at which it was made. Ids stay readable for ever; rows only at that instant, so what
/// a reader may want of a row is copied.
struct TraceLine {
  Instant at;
  Observation seen;
  ArtifactName artifact = no_artifact;  ///< of the message, or what was made
  std::uint32_t work = 0;               ///< for `Trace::work`
};

/// Records what can be seen of one run, for people. Lies outside the world: the fast path runs without it, and a run worth
/// looking at is run again with it. A run with a trace has the digest of the run without.
class Trace final : public Sink {
 public:
  explicit Trace(SeenMask listens = ~bit(Seen::turned)) : listens_(listens) {}
  SeenMask listens() const override { return listens_; }
  void on(const Model& model, const World& world, const Observation& observation) override;
  std::span<const TraceLine> lines() const { return {lines_.data(), written_}; }
  /// What a line of this trace is about; the same for all where nothing makes anything.
  const WorkSeen& work(const TraceLine& line) const { return works_[line.work]; }
  void clear() {
    written_ = 0;
    place_ = &passing_;
    works_.resize(1);
  }

 private:
  /// The same where there is no room for this line yet, where it was written elsewhere, and where something is made, so that
  /// a line may be about work.
  void on_slowly(const Model& model, const World& world, const Observation& observation);

  SeenMask listens_;
  std::size_t written_ = 0, room_ = 0;  ///< lines that are written, and those that can be
  std::vector<TraceLine> lines_;        ///< the next one's `seen` is `place_`
  std::vector<WorkSeen> works_{1};      ///< the first one is that of lines that are about none
};

}  // namespace squall::sim

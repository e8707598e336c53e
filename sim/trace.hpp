// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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

/// One observation with the instant at which it was made. Ids stay readable for ever; rows only at that instant, so what
/// a reader may want of a row is copied.
struct TraceLine {
  Instant at;
  Observation seen;
  ArtifactName artifact{0xffff'ffffU};  ///< of the message, or what was made; 0xffff'ffff: none
  std::uint32_t work = 0;               ///< for `Trace::work`
};

/// Records what can be seen of one run, for people. Lies outside the world: the fast path runs without it, and a run worth
/// looking at is run again with it. A run with a trace has the digest of the run without.
class Trace final : public Sink {
 public:
  explicit Trace(SeenMask listens = ~bit(Seen::turned)) : listens_(listens) {}
  SeenMask listens() const override { return listens_; }
  void on(const Model& model, const World& world, const Observation& observation) override;
  const std::vector<TraceLine>& lines() const { return lines_; }
  /// What a line of this trace is about; the same for all where nothing makes anything.
  const WorkSeen& work(const TraceLine& line) const { return works_[line.work]; }
  void clear() {
    lines_.clear();
    works_.resize(1);
  }

 private:
  SeenMask listens_;
  std::vector<TraceLine> lines_;
  std::vector<WorkSeen> works_{1};  ///< the first one is that of lines that are about none
};

}  // namespace squall::sim

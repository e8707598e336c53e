// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/apply.hpp"

/// Where work comes from, without the graph: each artifact row sums up all that it derives from, so a world's size follows
/// the artifacts that are still referred to, not those ever made. The graph itself is a matter of a trace.
namespace squall::sim {

/// Lowest and highest version of one tracked key in an ancestry, each plus 1; 0 where the key was never seen.
/// `lowest != highest`: work that rests on contradictory versions.
struct VersionRange {
  std::uint32_t lowest, highest;
  friend bool operator==(const VersionRange&, const VersionRange&) = default;
};

/// The ranges of an artifact or a summary, by `KeyInfo::tracked`.
inline std::span<VersionRange> tracked(World& world, const Model& model, Row artifact) {
  return {World::after<VersionRange>(world.artifact(artifact)), model.tracked};
}
inline std::span<const VersionRange> tracked(const World& world, const Model& model, Row artifact) {
  return {World::after<VersionRange>(world.artifact(artifact)), model.tracked};
}

/// What an activation has seen, in place of something made: its `identity` is the set of what was joined, four bits for
/// each artifact (a Bloom filter). Joining is commutative, associative and idempotent, so neither the order of reading
/// nor reading again makes another state; beyond about ten different artifacts a new one may leave it as it is.
inline bool is_summary(const ArtifactRow& row) { return row.name == no_name; }

/// The bits that an artifact of this identity sets in the summaries of whoever has seen it.
constexpr std::uint64_t seen_bits(std::uint64_t identity) {
  std::uint64_t bits = 0;
  for (unsigned part = 0; part < 4; ++part) bits |= std::uint64_t{1} << (identity >> (8 * part) & 63);
  return bits;
}

/// The identity of what `producer` makes under this name of work whose bits are `parents`: a Merkle key. So whoever knows it
/// can tell which work it was made of.
std::uint64_t made_identity(const World&, const Model&, ArtifactName name, AgentId producer, std::uint64_t parents,
                            bool sound);
/// The identity of the same artifact after it was spoilt on its way.
std::uint64_t spoilt_identity(std::uint64_t identity, bool disguised);

namespace detail {

/// From now on what `activation` makes rests on this version of a tracked key. Reserves.
void see_version(World&, Run&, Row activation, std::uint16_t column, std::uint32_t version);
/// The same artifact, spoilt on its way: unsound from here on. `disguised`: no check can tell. The caller owns one
/// reference. Reserves.
Row spoil(World&, Row artifact, bool disguised = false);

}  // namespace detail
}  // namespace squall::sim

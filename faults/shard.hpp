// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "faults/tally.hpp"

namespace squall::faults {

/// The part of a campaign that lies in one file: a stretch of seeds without a gap, played to its end.
struct Shard {
  std::uint64_t first = 1;
  Tally tally;  ///< of `tally.runs` seeds

  friend bool operator==(const Shard&, const Shard&) = default;
};

/// One JSON object with a newline: the same bytes for equal shards. Seeds, digests and signatures are texts, since they have
/// more bits than the numbers of many readers.
std::string to_json(const Shard&);
/// Nothing where `text` is no such object; then `trouble` says why, as half a sentence.
std::optional<Shard> shard_of(std::string_view text, std::string& trouble);

/// Of two shards that begin with the same seed the one that holds the other. This is what makes a union of campaigns
/// associative, commutative and idempotent. Nothing where they begin elsewhere, or contradict each other: one stretch of
/// one workflow has one tally.
std::optional<Shard> joined(const Shard&, const Shard&);

}  // namespace squall::faults

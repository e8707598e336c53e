// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace squall::reports::cli {

/// Which share of a campaign's shards one process plays: every `of`-th, beginning with the `number`-th, from 1.
struct ShardChoice {
  std::uint64_t number = 1;
  std::uint64_t of = 1;
};

/// `3/8`; `auto/8` or `auto`: the place of this process in the array job of an engine, as the environment says it
/// (SLURM_ARRAY_TASK_ID with _MIN and _COUNT; JOB_COMPLETION_INDEX, from 0, which does not say of how many). Nothing where it
/// is none of these; then `trouble` says why.
std::optional<ShardChoice> shard_choice(const std::string& text, std::string& trouble);

}  // namespace squall::reports::cli

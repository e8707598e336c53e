// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/shard_choice.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "reports/cli/console.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {
namespace {

std::optional<std::uint64_t> number_in_environment(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::nullopt : number_of(text);
}

}  // namespace

std::optional<ShardChoice> shard_choice(const std::string& text, std::string& trouble) {
  const std::size_t slash = text.find('/');
  const std::string which = text.substr(0, slash);
  std::optional<std::uint64_t> number, of;
  if (slash != std::string::npos) {
    of = number_of(text.substr(slash + 1));
    if (!of || *of == 0) {
      trouble = fmt::format("'{}' does not say of how many shards", printable(text));
      return std::nullopt;
    }
  }
  if (which == "auto") {
    if (const auto task = number_in_environment("SLURM_ARRAY_TASK_ID")) {
      const std::uint64_t least = number_in_environment("SLURM_ARRAY_TASK_MIN").value_or(0);
      const std::uint64_t step = number_in_environment("SLURM_ARRAY_TASK_STEP").value_or(1);
      if (*task >= least && step != 0) number = (*task - least) / step + 1;
      if (!of) of = number_in_environment("SLURM_ARRAY_TASK_COUNT");
    } else if (const auto index = number_in_environment("JOB_COMPLETION_INDEX")) {
      number = *index + 1;
    } else {
      trouble = "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set";
      return std::nullopt;
    }
  } else {
    number = number_of(which);
  }
  if (!number || !of || *number == 0 || *number > *of) {
    trouble = of && number ? fmt::format("there is no shard {} of {}", *number, *of)
                           : fmt::format("'{}' names no shard", printable(text));
    return std::nullopt;
  }
  return ShardChoice{*number, *of};
}

}  // namespace squall::reports::cli

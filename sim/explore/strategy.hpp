// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace squall::sim {

/// How the next event of an untimed run is chosen among all that can happen.
struct Strategy {
  enum class Kind : std::uint8_t {
    uniform,  ///< all alike
    pct,      ///< by priorities of tasks that change `depth` - 1 times: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A
              ///< Randomized Scheduler with Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010)
    walk,     ///< tasks by how many events they have left: all orders alike where nothing blocks
    pos  ///< by priorities of events, drawn anew where events race: Yuan, Yang, Gu, "Partial Order Aware Concurrency
         ///< Sampling" (CAV 2018)
  };
  static constexpr std::uint32_t depth_max = 20;

  Kind kind = Kind::uniform;
  std::uint32_t depth = 1;  ///< of pct: how many orders between two events a bug needs, at least 1
  friend bool operator==(const Strategy&, const Strategy&) = default;
};

/// `uniform`, `pct:2`, `walk`, `pos`.
std::string to_text(Strategy strategy);
/// The same back; `pct` alone is `pct:3`. Nothing for any other text.
std::optional<Strategy> strategy_named(std::string_view text);

}  // namespace squall::sim

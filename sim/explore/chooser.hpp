// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/draw.hpp"
#include "sim/explore/strategy.hpp"
#include "sim/explore/task.hpp"

namespace squall::sim {

/// What runs of a model are like, as far as strategies must know it beforehand.
struct Forecast {
  std::uint64_t steps = 1;                                  ///< of the longest one
  std::vector<std::pair<SiteKey, std::uint32_t>> events{};  ///< of each task, at most, by its key
  /// 0 for a task that was never seen.
  std::uint32_t of(SiteKey task) const;
};

/// Chooses the next event of a run. What it chooses is a function of the run's key and of the choices that it was given:
/// every draw is named by a task or a step, none by a row. For one thread; keeps its memory from run to run.
class Chooser {
 public:
  virtual ~Chooser() = default;
  /// A run with this key begins.
  virtual void begin(std::uint64_t run) = 0;
  /// Which of `choices` comes next, as number `step` from 0. Requires: there are some.
  virtual std::size_t choose(std::uint64_t step, std::span<const Choice> choices) = 0;
};

/// `forecast` must outlive it.
std::unique_ptr<Chooser> make_chooser(Strategy strategy, const Forecast& forecast);

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/draw.hpp"
#include "sim/site.hpp"

namespace squall::sim {

/// One question to a decider: which draw, named by content, for the how-many-th time.
struct Question {
  SiteKey site = 0;            ///< with the activation's key folded in
  std::uint32_t instance = 0;  ///< number in the load
  std::uint32_t occurrence = 0;
};

/// Answers the discrete questions that arise while an event is applied. Durations are not asked in untimed worlds.
class Decider {
 public:
  virtual ~Decider() = default;
  /// One of 0..n-1; `weights` (may be null: equal) are parts of their sum. Requires n > 0.
  virtual std::uint32_t choose(const Question&, Purpose, std::uint32_t n, const std::uint32_t* weights) = 0;
};

/// The answer that `value` stands for: one of 0..n-1 by its weight, all alike where `weights` is null, 0 where all are 0.
constexpr std::uint32_t weighted(std::uint64_t value, std::uint32_t n, const std::uint32_t* weights) {
  if (weights == nullptr) return below(value, n);
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < n; ++i) sum += weights[i];
  if (sum == 0) return 0;
  std::uint64_t mark = scale(value, sum);
  for (std::uint32_t i = 0; i + 1 < n; ++i) {
    if (mark < weights[i]) return i;
    mark -= weights[i];
  }
  return n - 1;
}

/// Answers by named draws: a pure function of the run's key and the question. `Run` calls `draw_base` itself on hot paths.
class Named final : public Decider {
 public:
  explicit Named(Seed seed) : run_(run_key(seed)) {}
  std::uint64_t run() const { return run_; }
  std::uint32_t choose(const Question& q, Purpose purpose, std::uint32_t n, const std::uint32_t* weights) override {
    return weighted(draw_value(draw_base(run_, q.site, q.instance, q.occurrence), purpose), n, weights);
  }

 private:
  std::uint64_t run_;
};

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

/// What counts say about rates. For reports only: nothing that is decided depends on it.
namespace squall::reports {

/// Bounds between which a value lies in 95 of 100 such experiments.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Of the rate of something that `count` of `runs` runs showed (Wilson, "Probable Inference, the Law of Succession, and
/// Statistical Inference", 1927): holds for rare and for sure things too, where the textbook interval has no width. All of
/// 0..1 where nothing was run.
Interval wilson(std::uint64_t count, std::uint64_t runs);

/// Mean of paired differences and its interval, by the normal approximation. Of fewer than two values the interval is the
/// value itself.
struct Mean {
  double mean = 0;
  Interval interval;
};
Mean mean_of(std::span<const double> values);

/// `0 %`, `0.012 %`, `3.4 %`, `100 %`: three digits that say something. `share` is from 0 to 1.
std::string percent_text(double share);

/// How likely the next run is to show something new, where a single one of `runs` showed each of `once`: `of about 2 %` by
/// Good and Turing. With nothing seen once they say 0; that three runs of n might have shown it is the honest bound (rule of
/// three): `below about 3 %`. Requires: runs > 0.
std::string chance_of_new(std::uint64_t once, std::uint64_t runs);

/// `1,234,567`.
std::string grouped(std::uint64_t number);

/// `1 run`, `10,000 runs`.
std::string counted(std::uint64_t number, const char* one, const char* many);

}  // namespace squall::reports

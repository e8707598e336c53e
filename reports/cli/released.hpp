// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

/// What `squall bench` showed when the last release was made, on one named machine. Another machine is another clock: the
/// figures say what is ordinary, and nothing is judged by them. `bench/README.md` says how to renew them.
namespace squall::reports::cli::released {

inline constexpr std::string_view version = "0.1.0";
inline constexpr std::string_view machine = "a virtual machine with 2 cores of an Intel Xeon, g++ 12.2 -O3";

struct Figure {
  std::string_view workload;
  double rate;  ///< units a second; the best of five repeats, since that machine had other work as well
};
inline constexpr Figure figures[] = {
    {"feature-team", 216'000},   {"w6", 39'400},     {"phold-16", 5'700'000}, {"phold-1000", 4'890'000},
    {"phold-100000", 1'490'000}, {"2pc-6", 365'000},
};

/// Nothing for a workload that the last release did not have.
constexpr std::optional<double> rate_of(std::string_view workload) {
  for (const Figure& figure : figures) {
    if (figure.workload == workload) return figure.rate;
  }
  return std::nullopt;
}

}  // namespace squall::reports::cli::released

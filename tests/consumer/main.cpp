// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "sim/draw.hpp"
#include "sim/site.hpp"
#include "sim/time.hpp"

int main() {
  using namespace squall::sim;
  using namespace std::chrono_literals;
  const bool keys_differ = site_key("a") != site_key("b");
  const bool time_adds_up = later(start_of_time, 90s) == Instant{90s};
  // Out of the library itself, not of a header.
  const bool draws_are_linked = sample(Distribution::exponential(1s), 1) >= Duration::zero();
  std::puts(keys_differ && time_adds_up && draws_are_linked ? "squall is there" : "squall is not what it says");
  return keys_differ && time_adds_up && draws_are_linked ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
#include "faults/profile.hpp"

#include <algorithm>

namespace squall::faults {

std::vector<Trouble> check(const sim::Model& model, const Profile& profile) {
  return check_lines(model, profile.lines);
}

std::optional<sim::Probability> swarm_chance(std::uint64_t run, sim::SiteKey line, sim::Probability written) {
  const sim::Draw draw{sim::draw_base(run, line, 0, 0)};
  if (draw.below(sim::purpose("swarm"), 2) == 0) return std::nullopt;
  if (written.ppm == 1'000'000) return written;  // always, or at a place of its own: there is nothing to scale
  const std::uint32_t strength = draw.below(sim::purpose("swarm strength"), 5);
  const std::uint64_t scaled = (std::uint64_t{written.ppm} << strength) / 4;
  return sim::Probability{static_cast<std::uint32_t>(std::min<std::uint64_t>(scaled, 1'000'000))};
}

}  // namespace squall::faults

// SPDX-License-Identifier: Apache-2.0
#include "sim/trace.hpp"

#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

constexpr SeenMask about_messages = bits(Seen::sent, Seen::lost, Seen::delivered, Seen::dead_letter, Seen::dropped,
                                         Seen::consumed, Seen::discarded, Seen::late_reply, Seen::acked);

}  // namespace

void Trace::on(const Model&, const World& world, const Observation& observation) {
  TraceLine line{.at = world.timed() ? world.clock().now : start_of_time, .seen = observation};
  if (observation.row != no_row) {
    Row artifact = no_row;
    if ((about_messages & bit(observation.kind)) != 0) artifact = world.message(observation.row).artifact;
    if (observation.kind == Seen::made || observation.kind == Seen::validated) artifact = observation.row;
    if (artifact != no_row) line.artifact = world.artifact(artifact).name;
  }
  lines_.push_back(line);
}

}  // namespace squall::sim

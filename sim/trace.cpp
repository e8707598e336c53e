// SPDX-License-Identifier: Apache-2.0
#include "sim/trace.hpp"

#include "sim/context.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

constexpr SeenMask about_messages = bits(Seen::sent, Seen::lost, Seen::delivered, Seen::dead_letter, Seen::dropped,
                                         Seen::consumed, Seen::discarded, Seen::late_reply, Seen::acked);

/// The artifact that an observation is about. Of a context operation that of the version.
Row artifact_of(const Model& model, const World& world, const Observation& seen) {
  if (seen.row == no_row) return no_row;
  if ((about_messages & bit(seen.kind)) != 0) return world.message(seen.row).artifact;
  switch (seen.kind) {
    case Seen::made:
    case Seen::validated:
    case Seen::read: return seen.row;
    case Seen::wrote: {
      const KeyView key = key_of(world, model, KeyId{static_cast<std::uint16_t>(seen.detail)}, seen.instance);
      return key.version(seen.row).artifact;
    }
    default: return no_row;
  }
}

void note_activation(const World& world, const Observation& seen, WorkSeen& work) {
  if (seen.activation >= world.used(Pool::activations)) return;
  const ActivationRow& row = world.activation(seen.activation);
  if ((row.flags & activation_flag::branch) != 0) work.parent = row.parent;
  if ((seen.kind == Seen::made || seen.kind == Seen::reported) && row.seen != no_row)
    work.known = world.artifact(row.seen).identity;
}

}  // namespace

void Trace::on(const Model& model, const World& world, const Observation& observation) {
  TraceLine line{.at = world.timed() ? world.clock().now : start_of_time, .seen = observation};
  note_activation(world, observation, line.work);
  if (const Row work = artifact_of(model, world, observation); work != no_row) {
    const ArtifactRow& artifact = world.artifact(work);
    // What was read and written is told by its key.
    if (observation.kind != Seen::read && observation.kind != Seen::wrote) line.artifact = artifact.name;
    line.work.row = work;
    line.work.identity = artifact.identity;
    line.work.origin = artifact.first_unsound == work;
    line.work.unsound = artifact.first_unsound != no_row;
  }
  lines_.push_back(line);
}

}  // namespace squall::sim

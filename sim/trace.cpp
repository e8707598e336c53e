// SPDX-License-Identifier: Apache-2.0
#include "sim/trace.hpp"

#include <algorithm>

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

/// `name`: of the artifact, where the line tells it by that.
WorkSeen work_of(const Model& model, const World& world, const Observation& seen, ArtifactName& name) {
  WorkSeen work;
  if (seen.activation < world.used(Pool::activations)) {
    const ActivationRow& row = world.activation(seen.activation);
    if ((row.flags & activation_flag::branch) != 0) work.parent = row.parent;
    if ((seen.kind == Seen::made || seen.kind == Seen::reported) && row.seen != no_row)
      work.known = world.artifact(row.seen).identity;
  }
  work.row = artifact_of(model, world, seen);
  if (work.row == no_row) return work;
  const ArtifactRow& artifact = world.artifact(work.row);
  // What was read and written is told by its key.
  if (seen.kind != Seen::read && seen.kind != Seen::wrote) name = artifact.name;
  work.identity = artifact.identity;
  work.origin = artifact.first_unsound == work.row;
  work.unsound = artifact.first_unsound != no_row;
  return work;
}

}  // namespace

void Trace::on(const Model& model, const World& world, const Observation& observation) {
  if (&observation != place_ || place_ == &passing_) [[unlikely]]
    return on_slowly(model, world, observation);
  TraceLine& line = lines_[written_++];
  line.at = world.timed() ? world.clock().now : start_of_time;
  line.artifact = no_artifact;
  line.work = 0;
  place_ = written_ != room_ ? &(&line)[1].seen : &passing_;
}

void Trace::on_slowly(const Model& model, const World& world, const Observation& observation) {
  if (written_ == lines_.size()) lines_.resize(std::max<std::size_t>(1'024, 2 * lines_.size()));
  room_ = lines_.size();
  TraceLine& line = lines_[written_];
  line.seen = observation;
  place_ = &line.seen;
  on(model, world, line.seen);
  if (model.artifact_names.empty()) return;
  line.work = static_cast<std::uint32_t>(works_.size());
  works_.push_back(work_of(model, world, line.seen, line.artifact));
  place_ = &passing_;
}

}  // namespace squall::sim

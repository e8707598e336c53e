// SPDX-License-Identifier: Apache-2.0
#include "sim/lineage.hpp"

#include <algorithm>

#include "sim/detail/ask_faults.hpp"

namespace squall::sim {
namespace detail {
namespace {

std::uint64_t bits_of(const ArtifactRow& row) { return is_summary(row) ? row.identity : seen_bits(row.identity); }

VersionRange joined(VersionRange a, VersionRange b) {
  if (a.lowest == 0) return b;
  if (b.lowest == 0) return a;
  return {std::min(a.lowest, b.lowest), std::max(a.highest, b.highest)};
}

std::uint32_t columns(const World& world) {
  return static_cast<std::uint32_t>((world.stride(Pool::artifacts) - sizeof(ArtifactRow)) / sizeof(VersionRange));
}

/// Joins `from` into `into`. True where that changes it, or where it would (`look`: nothing is changed).
bool join(World& world, Row into, Row from, bool look) {
  ArtifactRow& target = world.artifact(into);
  const ArtifactRow& source = world.artifact(from);
  bool changes = (bits_of(source) & ~target.identity) != 0 || (target.sound != 0 && source.sound == 0) ||
                 (target.first_unsound == no_row && source.first_unsound != no_row);
  VersionRange* ranges = World::after<VersionRange>(target);
  const VersionRange* others = World::after<VersionRange>(source);
  for (std::uint32_t c = 0; c < columns(world); ++c) {
    const VersionRange both = joined(ranges[c], others[c]);
    changes = changes || both != ranges[c];
    if (!look) ranges[c] = both;
  }
  if (look) return changes;
  target.identity |= bits_of(source);
  target.sound = target.sound & source.sound;
  if (target.first_unsound == no_row && source.first_unsound != no_row) {
    target.first_unsound = source.first_unsound;
    retain_artifact(world, source.first_unsound);
  }
  return changes;
}

Row new_summary(World& world) {
  world.reserve(Pool::artifacts, 1);
  const Row row = world.take(Pool::artifacts);
  ArtifactRow& summary = world.artifact(row);
  summary.name = no_name;
  summary.producer = nobody;
  summary.references = 1;
  summary.first_unsound = no_row;
  summary.sound = 1;
  return row;
}

Row copy_of(World& world, Row artifact) {
  world.reserve(Pool::artifacts, 1);
  const Row row = world.take_raw(Pool::artifacts);
  std::memcpy(static_cast<void*>(&world.artifact(row)), &world.artifact(artifact), world.stride(Pool::artifacts));
  world.artifact(row).references = 1;
  if (world.artifact(row).first_unsound != no_row) retain_artifact(world, world.artifact(row).first_unsound);
  return row;
}

/// The summary of `activation`, not shared with anybody: branches and checkpoints refer to the same row until one changes it.
Row own_summary(World& world, Run& run, Row activation) {
  run.idle = false;
  const Row seen = world.activation(activation).seen;
  if (seen == no_row) return world.activation(activation).seen = new_summary(world);
  if (world.artifact(seen).references == 1) return seen;
  const Row own = copy_of(world, seen);
  release_artifact(world, seen);
  return world.activation(activation).seen = own;
}

}  // namespace

void retain_artifact(World& world, Row artifact) { ++world.artifact(artifact).references; }

void release_artifact(World& world, Row artifact) {
  while (artifact != no_row && --world.artifact(artifact).references == 0) {
    const Row ancestor = world.artifact(artifact).first_unsound;
    const Row next = ancestor == artifact ? no_row : ancestor;  // nobody refers to himself
    world.give(Pool::artifacts, artifact);
    artifact = next;
  }
}

void see(World& world, Run& run, Row activation, Row artifact) {
  const Row seen = world.activation(activation).seen;
  if (seen == artifact || (seen != no_row && !join(world, seen, artifact, true))) return;
  join(world, own_summary(world, run, activation), artifact, false);
}

void see_version(World& world, Run& run, Row activation, std::uint16_t column, std::uint32_t version) {
  const VersionRange one{version + 1, version + 1};
  const Row seen = world.activation(activation).seen;
  if (seen != no_row) {
    const VersionRange had = World::after<VersionRange>(world.artifact(seen))[column];
    if (joined(had, one) == had) return;
  }
  const Row own = own_summary(world, run, activation);
  VersionRange& range = World::after<VersionRange>(world.artifact(own))[column];
  range = joined(range, one);
}

Row spoil(World& world, Row artifact, bool disguised) {
  const Row row = copy_of(world, artifact);
  ArtifactRow& spoilt = world.artifact(row);
  spoilt.identity = spoilt_identity(spoilt.identity, disguised);
  spoilt.sound = 0;
  spoilt.disguised = disguised ? 1 : 0;
  if (spoilt.first_unsound == no_row) spoilt.first_unsound = row;
  return row;
}

}  // namespace detail

std::uint64_t made_identity(const World& world, const Model& model, ArtifactName name, AgentId producer,
                            std::uint64_t parents, bool sound) {
  const AgentRow& row = world.agent(producer);
  const std::uint64_t by = child_key(model.definition(row.definition).key, row.member);
  return child_key(child_key(child_key(model.artifact_keys[index(name)], by), parents), sound ? 1 : 0);
}

std::uint64_t spoilt_identity(std::uint64_t identity, bool disguised) {
  return child_key(identity, site_key(disguised ? "spoilt in disguise" : "spoilt"));
}

bool Turn::artifact_struck(Operation operation, ArtifactName name, Row artifact, bool unsound, const Question& q) {
  SiteKey origin = detail::origin_of(q);
  if (run.timed && q.site == 0) {
    const std::uint32_t before = instance == no_row ? 0 : world.instance(instance).made;
    origin = child_key(child_key(world.activation_shadow(activation).key, model().artifact_keys[index(name)]), before);
  }
  return detail::ask_faults(world, run,
                            {.strike = Strike::artifact,
                             .agent = self,
                             .activation = activation,
                             .instance = instance,
                             .row = artifact,
                             .detail = index(name),
                             .operation = operation,
                             .unsound = unsound},
                            origin, q.instance)
      .wrong;
}

Row Turn::make(ArtifactName name, std::span<const Row> from, bool sound, const Question& q) {
  if (detail::armed(world, Strike::artifact)) [[unlikely]]
    sound = !artifact_struck(Operation::make, name, no_row, !sound, q) && sound;
  const Row row = detail::new_summary(world);
  if (from.empty()) {
    const Row seen = world.activation(activation).seen;
    if (seen != no_row) detail::join(world, row, seen, false);
  }
  for (const Row parent : from) detail::join(world, row, parent, false);
  ArtifactRow& artifact = world.artifact(row);
  artifact.name = name;
  artifact.producer = self;
  artifact.version = instance == no_row ? 0 : ++world.instance(instance).made;
  if (!sound) {
    artifact.sound = 0;
    if (artifact.first_unsound == no_row) artifact.first_unsound = row;
  }
  artifact.identity = made_identity(world, model(), name, self, artifact.identity, artifact.sound != 0);
  run.idle = false;
  observe({.kind = Seen::made,
           .agent = self,
           .activation = activation,
           .instance = instance,
           .row = row,
           .detail = index(name),
           .value = artifact.version});
  return row;
}

void Turn::see(Row artifact) { detail::see(world, run, activation, artifact); }
void Turn::retain_artifact(Row artifact) { detail::retain_artifact(world, artifact); }
void Turn::release_artifact(Row artifact) { detail::release_artifact(world, artifact); }

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "sim/context.hpp"
#include "sim/detail/consistency.hpp"
#include "sim/resources.hpp"

/// Where shared things lie, and what they are at the start and at the end of an instance.
namespace squall::sim::detail {
namespace {

constexpr std::uint16_t versions_default = 8;

void number_columns(Model& model) {
  std::uint16_t floor = 0, tracked = 0;
  for (const Consistency consistency : {Consistency::causal, Consistency::eventual}) {
    for (KeyInfo& key : model.keys) {
      if (key.consistency == consistency) key.floor = floor++;
    }
    if (consistency == Consistency::causal) model.causal = floor;
  }
  model.floors = floor;
  for (KeyInfo& key : model.keys) {
    if (key.tracked != untracked) key.tracked = tracked++;
    if (key.versions == 0) key.versions = key.consistency == Consistency::strong ? 1 : versions_default;
  }
  model.tracked = tracked;
}

/// A resource's token is worth remembering where somebody looks at it later, or where the grant can be lost.
bool keeps_token(const Model& model, ResourceId id) {
  if (model.resource(id).kind == ResourceInfo::Kind::lease) return true;
  for (const KeyInfo& key : model.keys) {
    if (key.fenced_by == id) return true;
  }
  for (const ToolInfo& tool : model.tools) {
    if (tool.fenced_by == id) return true;
  }
  return false;
}

void number_session(Model& model) {
  std::uint16_t words = model.resources.empty() ? 0 : 1;
  for (std::uint16_t r = 0; r < model.resources.size(); ++r) {
    if (keeps_token(model, ResourceId{r})) model.resources[r].token = words++;
  }
  for (KeyInfo& key : model.keys) {
    if (key.last_read != untracked) key.last_read = words++;
  }
  model.snapshot = words;
  std::uint16_t bases = 3;
  for (KeyInfo& key : model.keys) {
    if (key.consistency == Consistency::snapshot) key.base = static_cast<std::uint16_t>(words + bases++);
  }
  model.session_words = bases == 3 ? words : words + bases;
}

void place_keys(Model& model, bool shared, std::uint32_t& bytes, std::uint32_t& shadow) {
  for (KeyInfo& key : model.keys) {
    if (key.shared != shared) continue;
    if (bytes == 0) bytes = sizeof(ContextHead);
    key.offset = bytes;
    bytes += key_bytes(key, model.causal);
    key.shadow_offset = shadow;
    shadow += static_cast<std::uint32_t>(sizeof(Instant)) * key.versions;
  }
}

}  // namespace

void lay_out_context(Model& model) {
  number_columns(model);
  number_session(model);
  model.instance_keys_bytes = model.shared_keys_bytes = model.instance_shadow_bytes = model.shared_shadow_bytes = 0;
  place_keys(model, false, model.instance_keys_bytes, model.instance_shadow_bytes);
  place_keys(model, true, model.shared_keys_bytes, model.shared_shadow_bytes);
  for (ToolInfo& tool : model.tools) {
    if (model.shared_keys_bytes == 0) model.shared_keys_bytes = sizeof(ContextHead);
    tool.offset = model.shared_keys_bytes;
    model.shared_keys_bytes += sizeof(ToolState);
    if (!tool.limited) continue;
    tool.shadow_offset = model.shared_shadow_bytes;
    model.shared_shadow_bytes += sizeof(Limiter);
  }
  if (!model.tools.empty() && model.keeps_effects) {
    model.effects_offset = model.shared_keys_bytes;
    model.shared_keys_bytes += effect_lists * sizeof(Row);
  }
  for (ResourceInfo& resource : model.resources) {
    if (!is_limiter(resource)) continue;
    resource.shadow_offset = model.shared_shadow_bytes;
    model.shared_shadow_bytes += sizeof(Limiter);
  }
}

void begin_context(World& world, const Model& model, Row instance) {
  for (std::uint16_t k = 0; k < model.keys.size(); ++k) {
    const KeyInfo& info = model.keys[k];
    if (info.shared != (instance == no_row)) continue;
    key_of(world, model, KeyId{k}, instance).version(0) = {.value = info.initial,
                                                           .writer = nobody,
                                                           .artifact = no_row,
                                                           .stamp = 0,
                                                           .has_value = info.has_initial,
                                                           .head = 0,
                                                           .spare = {}};
  }
}

void begin_session(World& world, const Model& model, Row activation) {
  std::memset(session_of(world, model, activation), 0, std::size_t{4} * model.session_words);
}

void close_context(World& world, Run& run, Row instance) {
  const Model& model = run.model;
  if (model.instance_keys_bytes == 0) return;
  for (std::uint16_t k = 0; k < model.keys.size(); ++k) {
    if (model.keys[k].shared) continue;
    const Key key = key_of(world, model, KeyId{k}, instance);
    for (std::uint32_t number = key.oldest(); number <= key.newest(); ++number) {
      if (key.version(number).artifact != no_row) release_artifact(world, key.version(number).artifact);
      key.version(number).artifact = no_row;
    }
  }
  if (model.floors != 0) free_floors(world, instance);
}

namespace {

std::vector<bool> free_rows(const World& world, Pool pool) {
  std::vector<bool> free(world.used(pool), false);
  for (Row row = world.header().pools[static_cast<std::size_t>(pool)].free; row != no_row;) {
    free[row] = true;
    std::memcpy(&row, world.at(pool) + std::size_t{row} * world.stride(pool), sizeof(Row));
  }
  return free;
}

void for_each_cell(std::span<const CellType> types, const std::int64_t* cells, const World& world,
                   const std::function<void(CellType, Row)>& visit) {
  for (std::size_t c = 0; c < types.size(); ++c) {
    if (cells[c] == 0) continue;
    const Row row = static_cast<Row>(cells[c] - 1);
    if (types[c] == CellType::message || types[c] == CellType::artifact) visit(types[c], row);
    if (types[c] != CellType::messages) continue;
    for (Row m = row; m != no_row; m = world.message(m).next) visit(CellType::message, m);
  }
}

}  // namespace

void for_each_reference(const World& world, const Model& model, const std::function<void(CellType, Row)>& visit) {
  const auto artifact = [&](Row row) {
    if (row != no_row) visit(CellType::artifact, row);
  };
  const auto keys = [&](Row instance) {
    for (std::uint16_t k = 0; k < model.keys.size(); ++k) {
      if (model.keys[k].shared != (instance == no_row)) continue;
      const KeyView key = sim::key_of(world, model, KeyId{k}, instance);
      for (std::uint32_t number = key.oldest(); number <= key.newest(); ++number)
        artifact(key.version(number).artifact);
    }
  };
  keys(no_row);
  const std::vector<bool> no_instance = free_rows(world, Pool::instances);
  for (Row i = 0; i < no_instance.size(); ++i) {
    if (!no_instance[i]) keys(i);
  }
  const std::vector<bool> no_artifact = free_rows(world, Pool::artifacts);
  for (Row a = 0; a < no_artifact.size(); ++a) {
    if (!no_artifact[a] && world.artifact(a).first_unsound != a) artifact(world.artifact(a).first_unsound);
  }
  const std::vector<bool> no_checkpoint = free_rows(world, Pool::checkpoints);
  for (Row c = 0; c < no_checkpoint.size(); ++c) {
    if (no_checkpoint[c]) continue;
    const CheckpointRow& row = world.checkpoint(c);
    const Behaviour& behaviour = *model.definition(world.agent(row.agent).definition).behaviour;
    const auto* saved = World::after<ActivationRow>(row);
    const auto* locals = reinterpret_cast<const std::int64_t*>(saved + 1);
    artifact(saved->seen);
    if (saved->message != no_row) visit(CellType::message, saved->message);
    for_each_cell(behaviour.local_types, locals, world, visit);
    // Only here: a model whose agents do not resume from checkpoints has no room for cells.
    if (row.saved == CheckpointRow::Saved::variables || row.saved == CheckpointRow::Saved::variables_before)
      for_each_cell(behaviour.cell_types, locals + model.locals, world, visit);
  }
  for (Row d = 0; d < world.used(Pool::deliveries); ++d) {
    const Row message = world.delivery(d).message;  // no_row: free
    if (message != no_row && world.message(message).place == Place::held) visit(CellType::message, message);
  }
}

}  // namespace squall::sim::detail

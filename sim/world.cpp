// SPDX-License-Identifier: Apache-2.0
#include "sim/world.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "sim/model.hpp"

namespace squall::sim {
namespace {

constexpr std::size_t line_bytes = 64;
constexpr std::size_t whole_lines(std::size_t bytes) { return (bytes + line_bytes - 1) / line_bytes * line_bytes; }

/// Where a pool of so many bytes may begin, at `offset` or later. In a large world each row is a cache miss, so none lies
/// across two lines that fits into one; in a small one the gaps would cost more.
constexpr std::size_t aligned(std::size_t offset, std::size_t bytes) {
  constexpr std::size_t large_bytes = 4096;
  return bytes >= large_bytes ? whole_lines(offset) : (offset + 7) / 8 * 8;
}

/// Blocks beyond this size ask for huge pages: a large world is touched all over, and would miss the TLB at each event.
constexpr std::size_t huge_page_bytes = std::size_t{1} << 21;

std::byte* new_block(std::size_t bytes) {
  const std::size_t alignment = bytes >= 2 * huge_page_bytes ? huge_page_bytes : line_bytes;
  auto* block = static_cast<std::byte*>(std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment));
  if (block == nullptr) throw std::bad_alloc{};
#ifdef MADV_HUGEPAGE
  if (bytes >= 2 * huge_page_bytes) madvise(block, bytes, MADV_HUGEPAGE);  // a wish: refused, it only costs time
#endif
  return block;
}
void delete_block(std::byte* block) { std::free(block); }

constexpr Pool pool_of_part[] = {Pool::agents, Pool::activations, Pool::messages, Pool::instances,
                                 Pool::calls,  Pool::effects,     Pool::count,    Pool::count};

}  // namespace

World::World(const Model& model, Half half)
    : turn_emits_(model.capacities.turn_emits), has_shadow_(half == Half::state_and_shadow) {
  const auto set = [&](Pool pool, std::size_t stride, std::uint32_t rows) {
    stride_[static_cast<std::size_t>(pool)] = static_cast<std::uint32_t>(stride);
    capacity_[static_cast<std::size_t>(pool)] = rows;
  };
  const Capacities& hint = model.capacities;
  const auto used_if = [](bool is, std::uint32_t rows) { return is ? rows : 0U; };
  set(Pool::agents, sizeof(AgentRow), model.members);
  set(Pool::activations,
      sizeof(ActivationRow) + std::size_t{8} * model.locals + (std::size_t{4} * model.session_words + 7) / 8 * 8,
      // With room for the first event's, so that a world of very many agents is not doubled at once.
      std::max(model.members, hint.activations) + hint.turn_emits);
  set(Pool::cells, sizeof(std::int64_t), model.cells);
  set(Pool::messages, sizeof(MessageRow) + std::size_t{8} * model.fields, std::max(8U, hint.messages));
  set(Pool::timers, sizeof(TimerRow), std::max(4U, hint.timers));
  set(Pool::instances, sizeof(InstanceRow) + model.instance_keys_bytes + model.instance_monitor_memory, 1);
  set(Pool::shared_keys, 8, (model.shared_keys_bytes + 7) / 8);
  set(Pool::readers, 8, 0);  // one `Row`; every stride is a multiple of 8: the frontier packs words
  set(Pool::floors, sizeof(FloorRow) + (std::size_t{4} * model.floors + 7) / 8 * 8, 0);
  set(Pool::artifacts, sizeof(ArtifactRow) + std::size_t{8} * model.tracked,
      used_if(!model.artifact_names.empty(), std::max(8U, hint.artifacts)));
  set(Pool::resources, sizeof(ResourceRow), static_cast<std::uint32_t>(model.resources.size()));
  set(Pool::holds, sizeof(HoldRow), used_if(!model.resources.empty(), 4));
  set(Pool::calls, sizeof(CallRow), used_if(!model.tools.empty(), 4));
  set(Pool::effects, sizeof(EffectRow), used_if(!model.tools.empty() && model.keeps_effects, 4));
  set(Pool::watches, sizeof(WatchRow), 0);
  set(Pool::subscriptions, sizeof(SubscriptionRow), 0);
  set(Pool::deliveries, sizeof(DeliveryRow), 0);
  set(Pool::checkpoints,
      sizeof(CheckpointRow) + sizeof(ActivationRow) + std::size_t{8} * (model.locals + model.checkpoint_cells), 0);
  set(Pool::channels, sizeof(ChannelRow), model.channels);
  set(Pool::memory, 8, (model.monitor_memory + model.fault_memory + 7) / 8);
  activation_shadow_stride_ =
      static_cast<std::uint32_t>(sizeof(ActivationShadow) + (std::size_t{4} * model.sites + 7) / 8 * 8);
  instance_shadow_stride_ = (model.instance_shadow_bytes + 7) / 8 * 8;
  shared_shadow_bytes_ = (model.shared_shadow_bytes + 7) / 8 * 8;
  memory_shadow_bytes_ = (model.fault_shadow + 7) / 8 * 8 + (pin_bytes(model) + 7) / 8 * 8;

  std::uint32_t capacity[pool_count];
  std::copy(std::begin(capacity_), std::end(capacity_), capacity);
  allocate(capacity);
  std::memset(block_, 0, sizeof(Header));
  for (std::size_t p = 0; p < pool_count; ++p) header().pools[p] = {0, no_row};
  // These stand from the start; the other pools begin empty.
  for (const Pool pool :
       {Pool::agents, Pool::cells, Pool::shared_keys, Pool::resources, Pool::channels, Pool::memory}) {
    header().pools[static_cast<std::size_t>(pool)].used = this->capacity(pool);
    std::memset(at(pool), 0, std::size_t{stride(pool)} * this->capacity(pool));
  }
  if (has_shadow_) {
    std::memset(static_cast<void*>(&clock()), 0, sizeof(Clock));
    clock().ready = no_row;
    clock().obligation = end_of_time;
    std::memset(shadow_at_[agents_shadow], 0, sizeof(AgentShadow) * model.members);
    std::memset(shared_shadow(), 0, shared_shadow_bytes_);
    std::memset(memory_shadow(), 0, memory_shadow_bytes_);
  }
  for (std::uint32_t r = 0; r < model.resources.size(); ++r) {
    resource(ResourceId{static_cast<std::uint16_t>(r)}) = {
        .head = no_row, .tail = no_row, .holds = no_row, .fence = 0, .taken = 0, .timer = no_row};
  }
  for (std::uint32_t c = 0; c < model.channels; ++c) {
    channel(c) = {.head = no_row, .tail = no_row, .subscriptions = no_row, .taker = nobody};
  }
  Row cell = 0;
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    const auto cells = static_cast<std::uint32_t>(definition.behaviour->cell_types.size());
    for (std::uint32_t m = 0; m < definition.replicas; ++m, cell += cells) {
      const AgentId id{index(definition.first) + m};
      agent(id) = AgentRow{.definition = DefinitionId{d},
                           .handlers = 0,
                           .member = m,
                           .box_head = no_row,
                           .box_tail = no_row,
                           .first = no_row,
                           .last = no_row,
                           .cells = cell,
                           .box_count = 0,
                           .state = definition.left_out ? AgentState::ended : AgentState::up};
      if (cells != 0) std::memcpy(this->cells(id), definition.behaviour->initial_cells.data(), std::size_t{8} * cells);
    }
  }
}

void World::allocate(const std::uint32_t (&capacity)[pool_count]) {
  std::size_t offset = sizeof(Header);
  std::size_t offsets[pool_count];
  for (std::size_t p = 0; p < pool_count; ++p) {
    const std::size_t bytes = std::size_t{stride_[p]} * capacity[p];
    offset = aligned(offset, bytes);
    offsets[p] = offset;
    capacity_[p] = capacity[p];
    offset += bytes;
  }
  state_bytes_ = whole_lines(offset);
  shadow_bytes_ = 0;
  std::size_t shadow_offsets[shadow_parts] = {};
  if (has_shadow_) {
    std::size_t shadow = sizeof(Clock);
    for (std::size_t part = 0; part < shadow_parts; ++part) {
      const std::size_t bytes = shadow_stride(part) * shadow_rows(part, true);
      shadow = aligned(shadow, bytes);
      shadow_offsets[part] = shadow;
      shadow += bytes;
    }
    shadow_bytes_ = whole_lines(shadow);
  }
  block_ = new_block(state_bytes_ + shadow_bytes_);
  clock_ = reinterpret_cast<Clock*>(block_ + state_bytes_);
  for (std::size_t p = 0; p < pool_count; ++p) at_[p] = block_ + offsets[p];
  for (std::size_t part = 0; part < shadow_parts; ++part)
    shadow_at_[part] = block_ + state_bytes_ + shadow_offsets[part];
}

std::size_t World::shadow_stride(std::size_t part) const {
  switch (part) {
    case agents_shadow: return sizeof(AgentShadow);
    case activations_shadow: return activation_shadow_stride_;
    case messages_shadow: return sizeof(MessageShadow);
    case instances_shadow: return instance_shadow_stride_;
    case calls_shadow: return sizeof(CallShadow);
    case effects_shadow: return sizeof(EffectShadow);
    case shared_shadow_: return shared_shadow_bytes_;
    default: return memory_shadow_bytes_;
  }
}

std::size_t World::shadow_rows(std::size_t part, bool all) const {
  const Pool pool = pool_of_part[part];
  if (pool == Pool::count) return 1;
  return all ? capacity(pool) : used(pool);
}

bool World::same_layout(const World& other) const {
  return has_shadow_ == other.has_shadow_ && std::equal(std::begin(stride_), std::end(stride_), other.stride_) &&
         activation_shadow_stride_ == other.activation_shadow_stride_ &&
         instance_shadow_stride_ == other.instance_shadow_stride_ &&
         shared_shadow_bytes_ == other.shared_shadow_bytes_ && memory_shadow_bytes_ == other.memory_shadow_bytes_;
}

bool World::holds(const World& other) const {
  for (std::size_t p = 0; p < pool_count; ++p) {
    if (other.header().pools[p].used > capacity_[p]) return false;
  }
  return true;
}

void World::copy_rows(const World& from) {
  std::memcpy(block_, from.block_, sizeof(Header));
  for (std::size_t p = 0; p < pool_count; ++p) {
    if (const std::size_t bytes = std::size_t{stride_[p]} * from.header().pools[p].used; bytes != 0) {
      std::memcpy(at_[p], from.at_[p], bytes);
    }
  }
  if (!has_shadow_) return;
  std::memcpy(static_cast<void*>(&clock()), &from.clock(), sizeof(Clock));
  for (std::size_t part = 0; part < shadow_parts; ++part) {
    if (const std::size_t bytes = shadow_stride(part) * from.shadow_rows(part, false); bytes != 0) {
      std::memcpy(shadow_at_[part], from.shadow_at_[part], bytes);
    }
  }
}

World::World(const World& other) { *this = other; }

World& World::operator=(const World& other) {
  if (this == &other) return *this;
  if (block_ == nullptr || !same_layout(other) || !holds(other)) {
    delete_block(block_);
    block_ = nullptr;
    std::copy(std::begin(other.stride_), std::end(other.stride_), stride_);
    activation_shadow_stride_ = other.activation_shadow_stride_;
    instance_shadow_stride_ = other.instance_shadow_stride_;
    shared_shadow_bytes_ = other.shared_shadow_bytes_;
    memory_shadow_bytes_ = other.memory_shadow_bytes_;
    has_shadow_ = other.has_shadow_;
    allocate(other.capacity_);
  }
  copy_rows(other);
  acting = {};
  turn_emits_ = other.turn_emits_;
  tight_ = true;  // its capacities are its own
  if (has_shadow_) {
    calendar = other.calendar;
    links = other.links;
    by_instance = other.by_instance;
  }
  return *this;
}

World::World(World&& other) noexcept { *this = std::move(other); }

World& World::operator=(World&& other) noexcept {
  if (this == &other) return *this;
  std::swap(block_, other.block_);
  std::swap(clock_, other.clock_);
  std::swap(at_, other.at_);
  std::swap(shadow_at_, other.shadow_at_);
  std::swap(stride_, other.stride_);
  std::swap(capacity_, other.capacity_);
  std::swap(activation_shadow_stride_, other.activation_shadow_stride_);
  std::swap(instance_shadow_stride_, other.instance_shadow_stride_);
  std::swap(shared_shadow_bytes_, other.shared_shadow_bytes_);
  std::swap(memory_shadow_bytes_, other.memory_shadow_bytes_);
  std::swap(turn_emits_, other.turn_emits_);
  std::swap(tight_, other.tight_);
  std::swap(has_shadow_, other.has_shadow_);
  std::swap(state_bytes_, other.state_bytes_);
  std::swap(shadow_bytes_, other.shadow_bytes_);
  std::swap(calendar, other.calendar);
  std::swap(links, other.links);
  std::swap(by_instance, other.by_instance);
  acting = other.acting = {};
  return *this;
}

World::~World() { delete_block(block_); }

std::size_t World::state_bytes_used() const {
  std::size_t bytes = sizeof(Header);
  for (std::size_t p = 0; p < pool_count; ++p) bytes += std::size_t{stride_[p]} * header().pools[p].used;
  return bytes;
}

std::size_t World::bytes_used() const {
  std::size_t bytes = state_bytes_used();
  if (!has_shadow_) return bytes;
  bytes += sizeof(Clock);
  for (std::size_t part = 0; part < shadow_parts; ++part) bytes += shadow_stride(part) * shadow_rows(part, false);
  return bytes + calendar.size() * 16;
}

Row World::take(Pool pool) {
  const Row taken = take_raw(pool);
  std::memset(at(pool) + std::size_t{taken} * stride(pool), 0, stride(pool));
  return taken;
}

void World::make_room() {
  for (const Pool pool : {Pool::messages, Pool::timers, Pool::activations}) reserve(pool, turn_emits_);
  tight_ = false;
}

void World::grow(Pool pool, std::uint32_t rows) {
  World larger;
  std::copy(std::begin(stride_), std::end(stride_), larger.stride_);
  larger.activation_shadow_stride_ = activation_shadow_stride_;
  larger.instance_shadow_stride_ = instance_shadow_stride_;
  larger.shared_shadow_bytes_ = shared_shadow_bytes_;
  larger.memory_shadow_bytes_ = memory_shadow_bytes_;
  larger.has_shadow_ = has_shadow_;
  std::uint32_t capacity[pool_count];
  std::copy(std::begin(capacity_), std::end(capacity_), capacity);
  std::uint32_t& wanted = capacity[static_cast<std::size_t>(pool)];
  wanted = std::max({wanted * 2, used(pool) + rows, 8U});
  larger.allocate(capacity);
  larger.copy_rows(*this);
  std::swap(block_, larger.block_);
  std::swap(clock_, larger.clock_);
  std::swap(at_, larger.at_);
  std::swap(shadow_at_, larger.shadow_at_);
  std::swap(capacity_, larger.capacity_);
  std::swap(state_bytes_, larger.state_bytes_);
  std::swap(shadow_bytes_, larger.shadow_bytes_);
  // `larger` has the old rows now, by whose places those are told that act.
  const auto moved = [&]<class R>(R* row, std::byte* from, std::byte* to) {
    return row == nullptr ? nullptr : reinterpret_cast<R*>(to + (reinterpret_cast<std::byte*>(row) - from));
  };
  acting = {.row = moved(acting.row, larger.at(Pool::activations), at(Pool::activations)),
            .shadow = moved(acting.shadow, larger.shadow_at_[activations_shadow], shadow_at_[activations_shadow]),
            .owner = moved(acting.owner, larger.at(Pool::agents), at(Pool::agents)),
            .of = moved(acting.of, larger.at(Pool::instances), at(Pool::instances))};
}

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

#include "sim/by_instance.hpp"
#include "sim/calendar.hpp"
#include "sim/links.hpp"
#include "sim/rows.hpp"

namespace squall::sim {

struct Model;

/// Which halves a world has: an explored world has no shadow, hence no clock, no draws and no digest.
enum class Half : std::uint8_t { state_only, state_and_shadow };

/// Where the rows of the activation whose turn runs lie, and of whom it acts for: looked up once for the turn, and anew when
/// the world grows meanwhile. Between turns it means nothing.
struct Acting {
  ActivationRow* row = nullptr;
  ActivationShadow* shadow = nullptr;  ///< nothing in an explored world
  AgentRow* owner = nullptr;
  InstanceRow* of = nullptr;  ///< nothing where there is no instance
  std::uint32_t number() const { return of == nullptr ? 0 : of->number; }
};

/// Everything that can differ between two moments of a run, as one block of plain data.
///
/// A world is a value: copying it costs a memcpy of its used bytes, and a copy runs on like the original. It holds row
/// numbers and ids only; names, programs and settings are in the `Model`, which is immutable and shared.
/// Rows are taken and given back by `apply` alone. A reference to a row is valid until the next `reserve`.
class World {
 public:
  /// The initial world of `model`: nothing has happened, first events are pending.
  World(const Model& model, Half half);
  World(const World& other);
  World& operator=(const World& other);  ///< reuses its own block when the layouts agree: then it never allocates
  World(World&& other) noexcept;
  World& operator=(World&& other) noexcept;
  ~World();

  bool timed() const { return shadow_bytes_ != 0; }
  /// Bytes of the block in use: what a copy has to move.
  std::size_t bytes_used() const;
  /// Bytes of the state half in use.
  std::size_t state_bytes_used() const;
  std::size_t bytes_allocated() const {
    return state_bytes_ + shadow_bytes_ + calendar.bytes() + links.bytes() + by_instance.bytes();
  }

  Header& header() { return *reinterpret_cast<Header*>(block_); }
  const Header& header() const { return *reinterpret_cast<const Header*>(block_); }
  Clock& clock() { return *clock_; }
  const Clock& clock() const { return *clock_; }

  template <class T>
  T& row(Pool pool, Row row) {
    return *reinterpret_cast<T*>(at(pool) + std::size_t{row} * stride(pool));
  }
  template <class T>
  const T& row(Pool pool, Row row) const {
    return *reinterpret_cast<const T*>(at(pool) + std::size_t{row} * stride(pool));
  }

#define SQUALL_ROWS(name, Type, pool)                    \
  Type& name(Row r) { return row<Type>(Pool::pool, r); } \
  const Type& name(Row r) const { return row<Type>(Pool::pool, r); }
// Rows that nothing follows have a stride known at compile time.
#define SQUALL_PLAIN_ROWS(name, Type, pool)                                \
  Type& name(Row r) { return reinterpret_cast<Type*>(at(Pool::pool))[r]; } \
  const Type& name(Row r) const { return reinterpret_cast<const Type*>(at(Pool::pool))[r]; }
  SQUALL_ROWS(activation, ActivationRow, activations)
  SQUALL_ROWS(message, MessageRow, messages)
  SQUALL_PLAIN_ROWS(timer, TimerRow, timers)
  SQUALL_ROWS(instance, InstanceRow, instances)
  SQUALL_ROWS(artifact, ArtifactRow, artifacts)
  SQUALL_PLAIN_ROWS(hold, HoldRow, holds)
  SQUALL_PLAIN_ROWS(call, CallRow, calls)
  SQUALL_PLAIN_ROWS(effect, EffectRow, effects)
  SQUALL_ROWS(floor, FloorRow, floors)
  SQUALL_PLAIN_ROWS(watch, WatchRow, watches)
  SQUALL_ROWS(subscription, SubscriptionRow, subscriptions)
  SQUALL_ROWS(delivery, DeliveryRow, deliveries)
  SQUALL_ROWS(checkpoint, CheckpointRow, checkpoints)
#undef SQUALL_PLAIN_ROWS
#undef SQUALL_ROWS
  AgentRow& agent(AgentId id) { return reinterpret_cast<AgentRow*>(at(Pool::agents))[index(id)]; }
  const AgentRow& agent(AgentId id) const { return reinterpret_cast<const AgentRow*>(at(Pool::agents))[index(id)]; }
  ResourceRow& resource(ResourceId id) { return row<ResourceRow>(Pool::resources, index(id)); }
  const ResourceRow& resource(ResourceId id) const { return row<ResourceRow>(Pool::resources, index(id)); }
  ChannelRow& channel(std::uint32_t number) { return row<ChannelRow>(Pool::channels, number); }
  const ChannelRow& channel(std::uint32_t number) const { return row<ChannelRow>(Pool::channels, number); }

  /// Variables of an agent (program) or its struct (struct agent).
  std::int64_t* cells(AgentId id) { return cells(agent(id)); }
  const std::int64_t* cells(AgentId id) const { return const_cast<World*>(this)->cells(id); }
  std::int64_t* cells(const AgentRow& agent) {
    return reinterpret_cast<std::int64_t*>(at(Pool::cells)) + std::size_t{agent.cells};
  }
  std::int64_t* locals(Row activation_row) { return after<std::int64_t>(activation(activation_row)); }
  const std::int64_t* locals(Row activation_row) const { return after<std::int64_t>(activation(activation_row)); }
  std::int64_t* fields(Row message_row) { return after<std::int64_t>(message(message_row)); }
  const std::int64_t* fields(Row message_row) const { return after<std::int64_t>(message(message_row)); }
  std::byte* memory() { return at(Pool::memory); }  ///< of monitors and faults; `Model` says where each one's begins
  const std::byte* memory() const { return at(Pool::memory); }

  /// Bytes of the row that follow its fixed part, as `T`s.
  template <class T, class R>
  static T* after(R& row) {
    return reinterpret_cast<T*>(&row + 1);
  }
  template <class T, class R>
  static const T* after(const R& row) {
    return reinterpret_cast<const T*>(&row + 1);
  }

  // Shadow rows; only where timed().
  AgentShadow& shadow(AgentId id) {
    return *reinterpret_cast<AgentShadow*>(shadow_at_[agents_shadow] + std::size_t{index(id)} * sizeof(AgentShadow));
  }
  const AgentShadow& shadow(AgentId id) const { return const_cast<World*>(this)->shadow(id); }
  ActivationShadow& activation_shadow(Row r) {
    return *reinterpret_cast<ActivationShadow*>(shadow_at_[activations_shadow] +
                                                std::size_t{r} * activation_shadow_stride_);
  }
  const ActivationShadow& activation_shadow(Row r) const { return const_cast<World*>(this)->activation_shadow(r); }
  std::uint32_t* occurrences(Row r) { return after<std::uint32_t>(activation_shadow(r)); }
  MessageShadow& message_shadow(Row r) {
    return *reinterpret_cast<MessageShadow*>(shadow_at_[messages_shadow] + std::size_t{r} * sizeof(MessageShadow));
  }
  const MessageShadow& message_shadow(Row r) const { return const_cast<World*>(this)->message_shadow(r); }
  CallShadow& call_shadow(Row r) { return reinterpret_cast<CallShadow*>(shadow_at_[calls_shadow])[r]; }
  const CallShadow& call_shadow(Row r) const { return const_cast<World*>(this)->call_shadow(r); }
  EffectShadow& effect_shadow(Row r) { return reinterpret_cast<EffectShadow*>(shadow_at_[effects_shadow])[r]; }
  const EffectShadow& effect_shadow(Row r) const { return const_cast<World*>(this)->effect_shadow(r); }
  /// Instants that belong to an instance's context keys: when each version was written, same places as the versions.
  std::byte* instance_shadow(Row r) { return shadow_at_[instances_shadow] + std::size_t{r} * instance_shadow_stride_; }
  const std::byte* instance_shadow(Row r) const { return const_cast<World*>(this)->instance_shadow(r); }
  std::uint32_t stride_of_instance_shadow() const { return instance_shadow_stride_; }
  std::byte* shared_shadow() { return shadow_at_[shared_shadow_]; }
  const std::byte* shared_shadow() const { return const_cast<World*>(this)->shared_shadow(); }
  std::byte* memory_shadow() { return shadow_at_[memory_shadow_]; }
  const std::byte* memory_shadow() const { return const_cast<World*>(this)->memory_shadow(); }

  std::uint32_t used(Pool pool) const { return header().pools[static_cast<std::size_t>(pool)].used; }
  std::uint32_t stride(Pool pool) const { return stride_[static_cast<std::size_t>(pool)]; }
  std::uint32_t capacity(Pool pool) const { return capacity_[static_cast<std::size_t>(pool)]; }
  std::byte* at(Pool pool) { return at_[static_cast<std::size_t>(pool)]; }
  const std::byte* at(Pool pool) const { return at_[static_cast<std::size_t>(pool)]; }

  /// Makes room for `rows` more rows in `pool`; may move the block. The only place where a world grows.
  void reserve(Pool pool, std::uint32_t rows) {
    const std::size_t p = static_cast<std::size_t>(pool);
    if (header().pools[p].used + rows > capacity_[p]) [[unlikely]]
      grow(pool, rows);
  }
  /// A zeroed row. Requires: reserved.
  Row take(Pool pool);
  /// As `take`, without clearing it: for rows whose every byte is written at once.
  Row take_raw(Pool pool) {
    PoolState& state = header().pools[static_cast<std::size_t>(pool)];
    if (state.free != no_row) {
      const Row taken = state.free;
      std::memcpy(&state.free, at(pool) + std::size_t{taken} * stride(pool), sizeof(Row));
      return taken;
    }
    if (state.used + turn_emits_ >= capacity(pool)) tight_ = true;
    return state.used++;
  }
  /// True if a pool might not hold what one more event takes: only rows never taken before can use a pool up.
  bool tight() const { return tight_; }
  /// Makes room for all that one event's turn may take (`Capacities::turn_emits`) from the pools that grow in most runs.
  void make_room();
  /// Gives a row back. Its first four bytes become the free list's link, the rest stays: owners mark it free themselves.
  void give(Pool pool, Row row) {
    PoolState& state = header().pools[static_cast<std::size_t>(pool)];
    std::memcpy(at(pool) + std::size_t{row} * stride(pool), &state.free, sizeof(Row));
    state.free = row;
  }
  /// The same where the row is at hand.
  template <class R>
  void give(Pool pool, Row row, R& at_hand) {
    PoolState& state = header().pools[static_cast<std::size_t>(pool)];
    std::memcpy(static_cast<void*>(&at_hand), &state.free, sizeof(Row));
    state.free = row;
  }

  /// The turn of `activation`, an activation of `agent`, begins; it acts for `instance`.
  void act(Row activation_row, AgentId agent_id, Row instance_row) {
    acting = {.row = &activation(activation_row),
              .shadow = has_shadow_ ? &activation_shadow(activation_row) : nullptr,
              .owner = &agent(agent_id),
              .of = instance_row == no_row ? nullptr : &instance(instance_row)};
  }
  Acting acting;

  /// Pending rows in virtual time; empty in an explored world. Entries are `Event`s' rows.
  Calendar calendar;
  /// Of FIFO links; empty in an explored world, where `MessageRow::order` tells it.
  Links links;
  /// Activations and mailboxes of very many instances; off in an explored world.
  ByInstance by_instance;

 private:
  World() = default;
  enum ShadowPart : std::uint8_t {
    agents_shadow,
    activations_shadow,
    messages_shadow,
    instances_shadow,
    calls_shadow,
    effects_shadow,
    shared_shadow_,
    memory_shadow_,
    shadow_parts
  };
  /// Offsets of pools and shadow parts for these capacities; a fresh block.
  void allocate(const std::uint32_t (&capacity)[pool_count]);
  void grow(Pool pool, std::uint32_t rows);
  std::size_t shadow_stride(std::size_t part) const;
  std::size_t shadow_rows(std::size_t part, bool all) const;
  bool same_layout(const World& other) const;
  bool holds(const World& other) const;  ///< its capacities suffice for what `other` uses
  void copy_rows(const World& from);

  std::byte* block_ = nullptr;
  Clock* clock_ = nullptr;  ///< head of the shadow half, in the block; nothing where there is none
  std::byte* at_[pool_count] = {};
  std::byte* shadow_at_[shadow_parts] = {};
  std::uint32_t stride_[pool_count] = {};
  std::uint32_t capacity_[pool_count] = {};
  std::uint32_t activation_shadow_stride_ = 0;
  std::uint32_t instance_shadow_stride_ = 0;
  std::uint32_t shared_shadow_bytes_ = 0;
  std::uint32_t memory_shadow_bytes_ = 0;
  std::uint32_t turn_emits_ = 0;
  bool tight_ = true;
  bool has_shadow_ = false;
  std::size_t state_bytes_ = 0;  ///< allocated, a multiple of 64
  std::size_t shadow_bytes_ = 0;
};

}  // namespace squall::sim

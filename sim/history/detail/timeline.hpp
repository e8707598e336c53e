// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/history/call.hpp"

namespace squall::sim::history::detail {

/// Which calls are under way before each return, forwards and backwards. Calls that return take a slot while they are
/// under way, so that a set of them is a few bits; calls that never do are counted by kind. Calls of one kind do the same.
class Timeline {
 public:
  static constexpr std::uint32_t nobody_there = 0xffff'ffffU;

  explicit Timeline(std::span<const Call> calls);

  std::uint32_t events() const { return static_cast<std::uint32_t>(returns_.size()); }  ///< returns, in their order
  std::uint32_t returning(std::uint32_t event) const { return returns_[event]; }
  std::uint32_t slots() const { return slots_; }
  std::uint32_t slot_of(std::uint32_t call) const { return slot_[call]; }
  std::uint32_t kind_of(std::uint32_t call) const { return kind_[call]; }
  std::uint32_t kinds() const { return static_cast<std::uint32_t>(first_of_kind_.size()); }
  /// A call of this kind that never returns. Requires: there is one.
  std::uint32_t example(std::uint32_t kind) const { return endless_example_[kind]; }

  /// Goes to the moment before the return number `event`, or behind the last one.
  void seek(std::uint32_t event);
  /// The calls that came under way between the return before `event` and `event`.
  std::uint32_t opened_from(std::uint32_t event) const { return event == 0 ? 0 : opened_[event - 1]; }
  std::uint32_t opened_to(std::uint32_t event) const { return opened_[event]; }
  /// The call in a slot here; `nobody_there` where it is free.
  std::uint32_t occupant(std::uint32_t slot) const { return occupant_[slot]; }
  /// Kinds of which a call is under way here that never returns, in the order of their first invocation.
  std::span<const std::uint32_t> endless() const { return std::span{endless_}.first(endless_known_); }
  std::uint32_t endless_of(std::uint32_t kind) const { return endless_count_[kind]; }

 private:
  void open(std::uint32_t call);
  void close_again(std::uint32_t call);

  std::span<const Call> calls_;
  std::vector<std::uint32_t> returns_, opened_, slot_, kind_, first_of_kind_;
  std::vector<std::uint32_t> occupant_, endless_, endless_count_, endless_example_;
  std::uint32_t slots_ = 0, here_ = 0, endless_known_ = 0;
};

}  // namespace squall::sim::history::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/history/consistency/consistency.hpp"

namespace squall::sim::history {

/// One call to one of the registers, as a session sees it.
struct RegisterAccess {
  std::uint32_t object = 0;
  Call call;
  std::uint32_t session = 0;
  std::uint32_t index = 0;  ///< position in its session, from 0

  bool reads() const { return call.act != Act::write; }
  bool writes() const { return call.act != Act::read; }
  ValueId seen() const { return call.a; }
  ValueId written() const { return call.act == Act::cas ? call.b : call.a; }
};

/// The number of no access.
constexpr std::uint32_t no_access = 0xffff'ffffU;

/// All calls to all registers, and who wrote what. A write of unknown end is among them where somebody saw it.
class RegisterAccesses {
 public:
  static constexpr std::uint32_t nobody_wrote = 0xffff'ffffU;
  static constexpr std::uint32_t initially = 0xffff'fffeU;

  RegisterAccesses(History& history, const ModelOptions& options);

  const std::vector<HistoryTrouble>& troubles() const { return troubles_; }
  std::span<const RegisterAccess> all() const { return accesses_; }
  const RegisterAccess& operator[](std::uint32_t access) const { return accesses_[access]; }
  std::uint32_t sessions() const { return static_cast<std::uint32_t>(by_session_.size()); }
  /// The accesses of a session in its order.
  std::span<const std::uint32_t> session(std::uint32_t session) const { return by_session_[session]; }
  /// What a session of one call of unknown end came after; nothing where it is none, or came first.
  std::optional<std::uint32_t> came_after(std::uint32_t session) const { return came_after_[session]; }
  std::size_t objects() const { return keys_.size(); }
  /// Who wrote what `access` saw, or `initially`, or `nobody_wrote`.
  std::uint32_t source(std::uint32_t access) const { return source_[access]; }

  /// `write 3`, `read x -> 3`.
  std::string text(std::uint32_t access) const;
  std::string object_text(std::uint32_t object) const;
  std::string value_text(ValueId value) const { return history_.values.text(value, 60); }
  const Operation& operation(std::uint32_t access) const {
    return history_.operations[accesses_[access].call.operation];
  }

 private:
  std::uint32_t writer(std::uint32_t object, ValueId value) const;
  void find_writers();

  History& history_;
  ModelOptions options_;
  std::vector<HistoryTrouble> troubles_;
  std::vector<ValueId> keys_;
  std::vector<RegisterAccess> accesses_;
  std::vector<std::vector<std::uint32_t>> by_session_;
  std::vector<std::optional<std::uint32_t>> came_after_;
  std::vector<std::uint32_t> source_, writers_;
  FlatIndex index_;
};

}  // namespace squall::sim::history

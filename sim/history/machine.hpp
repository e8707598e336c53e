// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/history/call.hpp"

namespace squall::sim::history {

/// A sequential object: what its calls do and answer when they come one at a time. States are numbers that the machine
/// gives out; equal states have equal numbers.
class Machine {
 public:
  using State = std::uint32_t;
  static constexpr State impossible = 0xffff'ffffU;

  virtual ~Machine() = default;
  virtual State initial() = 0;
  /// From now on, steps happen at this moment. Most machines do not care. For one that does, what is possible must stay
  /// possible later, as long as the state stays.
  virtual void at(Moment) {}
  /// The state behind `call`; `impossible` where the object would have answered otherwise.
  virtual State step(State state, const Call& call) = 0;
  /// The call is possible in every state, and the state behind it is always the same one.
  virtual bool overwrites(const Call&) const { return false; }
  /// The call never changes the state.
  virtual bool observes(const Call&) const { return false; }
  /// Every state the object can have been in, whatever its past: what a part of a history is judged from. Empty where
  /// those cannot be listed.
  virtual std::vector<State> any_state(const std::vector<Call>&) { return {}; }
  /// Half a sentence: "holds 3", "is held by 2", "is empty".
  virtual std::string state_text(State state) const = 0;
};

}  // namespace squall::sim::history

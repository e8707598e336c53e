// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/decide.hpp"

namespace squall::sim {

/// A decider that gives, one run after the other, every sequence of answers to the questions met while an event is applied.
/// Which questions are asked may depend on earlier answers: the odometer learns them as it goes. Answers of weight 0 are
/// left out.
///
///     Odometer odometer;
///     do {
///       world = parent;
///       apply(world, event, run);  // run.decide is the odometer
///     } while (odometer.next());
class Odometer final : public Decider {
 public:
  /// Ends one run and moves on to the next sequence of answers. False when all were given: then it is as new.
  bool next() {
    asked_ = 0;
    while (!digits_.empty() && digits_.back().answer == digits_.back().last) digits_.pop_back();
    if (digits_.empty()) return false;
    ++digits_.back().answer;
    return true;
  }
  /// Forgets what was asked: the next run is the first of another event.
  void reset() {
    digits_.clear();
    asked_ = 0;
  }
  /// Whether this run has asked anything so far.
  bool asked() const { return asked_ != 0; }
  /// Answers of this run so far, in the order of its questions.
  std::vector<std::uint32_t> answers() const {
    std::vector<std::uint32_t> given;
    for (std::size_t i = 0; i < asked_; ++i) given.push_back(digits_[i].answer);
    return given;
  }

  std::uint32_t choose(const Question&, Purpose, std::uint32_t n, const std::uint32_t* weights) override {
    if (asked_ == digits_.size()) {
      std::uint32_t last = n - 1;
      if (weights != nullptr) {
        while (last > 0 && weights[last] == 0) --last;
      }
      digits_.push_back({0, last});
    }
    Digit& digit = digits_[asked_++];
    if (weights != nullptr) {
      while (digit.answer < digit.last && weights[digit.answer] == 0) ++digit.answer;
    }
    return digit.answer;
  }

 private:
  struct Digit {
    std::uint32_t answer, last;
  };
  std::vector<Digit> digits_;
  std::size_t asked_ = 0;
};

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <ctime>

namespace squall::bench {

inline double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// For simulators that run by themselves: counts events, and tells when the warm-up and the measured ones are over.
class EventCount {
 public:
  EventCount(std::uint64_t warm_up, std::uint64_t measured) : warm_up_(warm_up), measured_(measured) {}

  /// One more event. True: it was the last one.
  bool is_last() {
    if (++events_ == warm_up_) begin_ = processor_seconds();
    if (events_ != warm_up_ + measured_) return false;
    seconds_ = processor_seconds() - begin_;
    return true;
  }
  /// Nanoseconds an event, as one line: what `bench/side_by_side` reads.
  void print() const { std::printf("%.3f\n", seconds_ * 1e9 / static_cast<double>(measured_)); }

 private:
  std::uint64_t warm_up_, measured_, events_ = 0;
  double begin_ = processor_seconds(), seconds_ = 0;
};

}  // namespace squall::bench

// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/transition_cache.hpp"

#include <utility>

namespace squall::sim {

void TransitionCache::put(const Transition& transition) {
  std::size_t at = transition.key & (slots_.size() - 1);
  while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = transition;
  ++used_;
}

void TransitionCache::remember(Transition transition, std::span<const std::uint64_t> sent) {
  if (used_ == slots_.size() / 2) {
    if (slots_.size() == std::size_t{1} << bits_max) return;
    std::vector<Transition> before(slots_.size() * 2);
    std::swap(before, slots_);
    used_ = 0;
    for (const Transition& known : before) {
      if (known.key != 0) put(known);
    }
  }
  transition.sent_at = static_cast<std::uint32_t>(sent_.size());
  transition.sent_count = static_cast<std::uint32_t>(sent.size());
  sent_.insert(sent_.end(), sent.begin(), sent.end());
  put(transition);
}

}  // namespace squall::sim

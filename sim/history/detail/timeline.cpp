// SPDX-License-Identifier: Apache-2.0
#include "sim/history/detail/timeline.hpp"

#include <algorithm>

#include "sim/history/flat_index.hpp"
#include "sim/site.hpp"

namespace squall::sim::history::detail {

Timeline::Timeline(std::span<const Call> calls) : calls_{calls} {
  const auto count = static_cast<std::uint32_t>(calls.size());
  kind_.reserve(count);
  FlatIndex kinds;
  for (std::uint32_t c = 0; c < count; ++c) {
    const Call& call = calls[c];
    const std::uint64_t hash =
        moremur(child_key(static_cast<std::uint64_t>(call.act), std::uint64_t{call.a} << 32 | call.b));
    std::uint32_t kind = kinds.find(hash, [&](std::uint32_t k) {
      const Call& other = calls[first_of_kind_[k]];
      return other.act == call.act && other.a == call.a && other.b == call.b;
    });
    if (kind == FlatIndex::none) {
      kind = static_cast<std::uint32_t>(first_of_kind_.size());
      first_of_kind_.push_back(c);
      kinds.add(hash, kind);
    }
    kind_.push_back(kind);
    if (!call.optional()) returns_.push_back(c);
  }
  std::ranges::sort(returns_, {}, [&](std::uint32_t c) { return calls[c].returned; });

  slot_.assign(count, nobody_there);
  std::vector<std::uint32_t> free;
  std::uint32_t next = 0;
  const auto take = [&](std::uint32_t call) {
    if (calls_[call].optional()) return;
    if (free.empty()) free.push_back(slots_++);
    slot_[call] = free.back();
    free.pop_back();
  };
  for (const std::uint32_t returning : returns_) {
    for (; next < count && calls[next].invoked < calls[returning].returned; ++next) take(next);
    opened_.push_back(next);
    free.push_back(slot_[returning]);
  }
  opened_.push_back(count);  // whatever comes behind the last return never returns

  occupant_.assign(slots_, nobody_there);
  endless_count_.assign(kinds.size(), 0);
  endless_example_.assign(kinds.size(), nobody_there);
  for (std::uint32_t c = 0; c < count; ++c) {
    if (!calls[c].optional() || endless_example_[kind_[c]] != nobody_there) continue;
    endless_example_[kind_[c]] = c;
    endless_.push_back(kind_[c]);
  }
  for (std::uint32_t c = 0; c < opened_[0]; ++c) open(c);
}

void Timeline::open(std::uint32_t call) {
  if (calls_[call].optional()) {
    if (endless_count_[kind_[call]]++ == 0) ++endless_known_;
  } else {
    occupant_[slot_[call]] = call;
  }
}

void Timeline::close_again(std::uint32_t call) {
  if (calls_[call].optional()) {
    if (--endless_count_[kind_[call]] == 0) --endless_known_;
  } else {
    occupant_[slot_[call]] = nobody_there;
  }
}

void Timeline::seek(std::uint32_t event) {
  for (; here_ < event; ++here_) {
    occupant_[slot_[returns_[here_]]] = nobody_there;
    for (std::uint32_t c = opened_[here_]; c < opened_[here_ + 1]; ++c) open(c);
  }
  for (; here_ > event; --here_) {
    for (std::uint32_t c = opened_[here_]; c-- > opened_[here_ - 1];) close_again(c);
    occupant_[slot_[returns_[here_ - 1]]] = returns_[here_ - 1];
  }
}

}  // namespace squall::sim::history::detail

// SPDX-License-Identifier: Apache-2.0
#include "faults/campaign.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

namespace squall::faults {
namespace {

/// Hands out blocks of seeds and adds up what comes back.
class Dealer {
 public:
  Dealer(std::uint64_t first, std::uint64_t seeds, const Hooks& hooks) : next_(first), left_(seeds), hooks_(hooks) {}

  struct Block {
    std::uint64_t first = 0, seeds = 0;
  };

  /// Nothing is left, or somebody says stop: a block of no seeds.
  Block take() {
    const std::lock_guard lock{mutex_};
    if (left_ == 0 || failure_ || (hooks_.stop && hooks_.stop())) {
      left_ = 0;
      return {};
    }
    const Block block{next_, std::min(left_, block_size())};
    next_ += block.seeds;
    left_ -= block.seeds;
    return block;
  }

  void give(const Tally& tally) {
    const std::lock_guard lock{mutex_};
    total_.add(tally);
    if (hooks_.tick) hooks_.tick({total_.runs, total_.violated, total_.events, total_.findings.size()});
  }

  void fail(std::exception_ptr failure) {
    const std::lock_guard lock{mutex_};
    if (!failure_) failure_ = std::move(failure);
  }

  Tally result() {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(total_);
  }

 private:
  /// Events stand in for time: so many take some ten milliseconds, which is how long a stop is waited for. Sums do not depend
  /// on where blocks end, so the size may follow what has been seen.
  std::uint64_t block_size() const {
    constexpr std::uint64_t events_in_a_block = 100'000, seeds_at_first = 16, seeds_at_most = 4'096;
    if (total_.events == 0) return seeds_at_first;
    const std::uint64_t of_a_run = std::max<std::uint64_t>(1, total_.events / total_.runs);
    return std::clamp<std::uint64_t>(events_in_a_block / of_a_run, 1, seeds_at_most);
  }

  std::mutex mutex_;
  std::uint64_t next_, left_;
  const Hooks& hooks_;
  Tally total_;
  std::exception_ptr failure_;
};

void work(Dealer& dealer, Player& player) {
  try {
    Tally tally;
    Signatures signatures;
    for (;;) {
      const Dealer::Block block = dealer.take();
      if (block.seeds == 0) return;
      for (std::uint64_t s = 0; s < block.seeds; ++s)
        tally.add(block.first + s, player.play(block.first + s), signatures);
      dealer.give(tally);
      tally.clear();
    }
  } catch (...) {
    dealer.fail(std::current_exception());
  }
}

}  // namespace

Campaign::Campaign(const MakePlayer& make, unsigned jobs) {
  for (unsigned j = 0; j < jobs; ++j) players_.push_back(make());
}

Tally Campaign::run(std::uint64_t first, std::uint64_t seeds, const Hooks& hooks) {
  Dealer dealer{first, seeds, hooks};
  {
    std::vector<std::jthread> others;
    for (std::size_t p = 1; p < players_.size(); ++p) {
      others.emplace_back([&dealer, &player = *players_[p]] { work(dealer, player); });
    }
    work(dealer, *players_.front());
  }
  return dealer.result();
}

}  // namespace squall::faults

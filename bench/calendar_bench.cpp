// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdint>
#include <queue>
#include <vector>

#include "sim/calendar.hpp"
#include "sim/draw.hpp"

// HOLD (Vaucher and Duval, "A Comparison of Simulation Event List Algorithms", 1975): n rows are pending; the earliest is
// taken out and pushed again after an exponential delay. Compared only within one run, in rounds that take turns:
// --benchmark_enable_random_interleaving=true --benchmark_repetitions=5
namespace {

using namespace squall::sim;
using namespace std::chrono_literals;

/// Delays drawn beforehand: what is measured is the queue.
const std::vector<Duration>& delays() {
  static const std::vector<Duration> drawn = [] {
    std::vector<Duration> made(1U << 20);
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = 1ns + sample(Distribution::exponential(1ms), draw_base(run_key(Seed{42}), site_key("hold"), 0, i));
    return made;
  }();
  return drawn;
}

/// The obvious queue, as a reference: std::priority_queue of (instant, serial number, row).
class Heap {
 public:
  void push(Instant due, Row row) { queue_.push({due, serial_++, row}); }
  Calendar::Entry pop() {
    const Item item = queue_.top();
    queue_.pop();
    return {item.due, item.row};
  }
  std::size_t bytes() const { return queue_.size() * sizeof(Item); }

 private:
  struct Item {
    Instant due;
    std::uint64_t serial;
    Row row;
    bool operator<(const Item& other) const { return due != other.due ? due > other.due : serial > other.serial; }
  };
  std::priority_queue<Item> queue_;
  std::uint64_t serial_ = 0;
};

template <class Queue>
void hold(benchmark::State& state) {
  const auto n = static_cast<Row>(state.range(0));
  Queue queue;
  std::size_t next = 0;
  const auto delay = [&] { return delays()[next++ % delays().size()]; };
  const auto turn = [&] {
    const Calendar::Entry entry = queue.pop();
    queue.push(later(entry.at, delay()), entry.row);
    return entry.row;
  };
  for (Row row = 0; row < n; ++row) queue.push(start_of_time + delay(), row);
  for (Row i = 0; i < 2 * n; ++i) turn();
  for (auto _ : state) benchmark::DoNotOptimize(turn());
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes/row"] = static_cast<double>(queue.bytes()) / n;
}
BENCHMARK(hold<Calendar>)->Name("hold/calendar")->Arg(10)->Arg(20)->Arg(100)->Arg(1000)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(hold<Heap>)->Name("hold/priority_queue")->Arg(10)->Arg(20)->Arg(100)->Arg(1000)->Arg(10'000)->Arg(1'000'000);

/// A world begins each run as a copy of its image.
void copy(benchmark::State& state) {
  const auto n = static_cast<Row>(state.range(0));
  Calendar image;
  for (Row row = 0; row < n; ++row) image.push(start_of_time + delays()[row], row);
  Calendar world;
  for (auto _ : state) {
    world = image;
    benchmark::DoNotOptimize(world.peek_row());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(copy)->Name("copy/calendar")->Arg(10)->Arg(60)->Arg(1000);

}  // namespace

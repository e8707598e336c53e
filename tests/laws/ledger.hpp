// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/monitor.hpp"
#include "tests/laws/play.hpp"

namespace squall::laws {

/// From whom to whom, by names of definitions; messages of a queue belong to it, since their receiver changes on the way.
using Link = std::pair<std::string, std::string>;
using Counts = std::map<Link, std::int64_t>;

/// Books of the messages of one run, by link, kept by what its sink is told alone.
class Ledger final : public sim::Sink {
 public:
  struct Account {
    std::int64_t sent = 0, consumed = 0, lost = 0, dead = 0, dropped = 0, discarded = 0, late = 0, left_over = 0;
    std::int64_t gone() const { return consumed + lost + dead + dropped + discarded + late + left_over; }
  };

  sim::SeenMask listens() const override;
  void on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) override;

  std::map<Link, Account> accounts;

 private:
  void close(const sim::Model& model, const sim::World& world, sim::Row instance);
};

/// Messages that are somewhere: under way, in a mailbox, in a queue.
Counts somewhere(const sim::Model& model, const sim::World& world);

/// Law 2 in sum, of a run at any instant: what was sent, and copies of it, are gone in a way that was told, or somewhere.
/// Empty where it holds.
std::string unaccounted(const Play& play, const Ledger& ledger);

}  // namespace squall::laws

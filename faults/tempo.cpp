// SPDX-License-Identifier: Apache-2.0
#include "faults/tempo.hpp"

#include <algorithm>
#include <span>

namespace squall::faults {

bool Tempo::set(sim::AgentId agent, std::uint32_t times, sim::Instant now, sim::Instant until) {
  if (until <= now) return false;
  Entry* place = nullptr;
  for (Entry& entry : std::span{table_->entries}.first(table_->count)) {
    if (entry.agent == agent && entry.times == times) {
      if (entry.until >= until) return false;
      entry.until = until;
      return true;
    }
    if (entry.until <= now && place == nullptr) place = &entry;
  }
  if (place == nullptr) {
    if (table_->count == agents_max) return false;
    place = &table_->entries[table_->count++];
  }
  *place = {agent, times, until};
  return true;
}

sim::Instant Tempo::paused_until(sim::AgentId agent) const {
  for (const Entry& entry : std::span{table_->entries}.first(table_->count)) {
    if (entry.agent == agent && entry.times == paused) return entry.until;
  }
  return sim::start_of_time;
}

std::uint32_t Tempo::times(sim::AgentId agent, sim::Instant now) const {
  std::uint32_t most = 1;
  for (const Entry& entry : std::span{table_->entries}.first(table_->count)) {
    if (entry.agent == agent && entry.until > now) most = std::max(most, entry.times);
  }
  return most;
}

}  // namespace squall::faults

// SPDX-License-Identifier: Apache-2.0
#include "faults/tally.hpp"

#include <algorithm>

#include "sim/site.hpp"

namespace squall::faults {
namespace {

/// One more run for each position that is not zero.
template <class Flag>
void count(std::vector<std::uint64_t>& runs, std::span<const Flag> flags) {
  if (runs.size() < flags.size()) runs.resize(flags.size());
  for (std::size_t i = 0; i < flags.size(); ++i) runs[i] += flags[i] != 0 ? 1 : 0;
}

void add_each(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
}

}  // namespace

void Tally::add(std::uint64_t seed, const Played& played) {
  Signatures signatures;
  add(seed, played, signatures);
}

void Tally::add(std::uint64_t seed, const Played& played, Signatures& signatures) {
  ++runs;
  events += played.events;
  digest += sim::child_key(seed, played.digest);
  undecided += played.undecided ? 1 : 0;
  violated += played.violations.empty() ? 0 : 1;
  for (std::size_t v = 0; v < played.violations.size(); ++v) {
    const std::uint64_t key = signatures.of(played.violations[v]);
    bool again = false;  // a run counts once for each signature
    for (std::size_t before = 0; before < v && !again; ++before)
      again = signatures.of(played.violations[before]) == key;
    if (again) continue;
    const auto [place, fresh] = findings.try_emplace(key);
    Finding& finding = place->second;
    if (fresh) {
      finding.invariant = played.violations[v].invariant;
      finding.witness = normalised(played.violations[v]);
      finding.first_seed = seed;
    }
    ++finding.count;
    finding.first_seed = std::min(finding.first_seed, seed);
  }
  count(struck, played.struck);
  count(came_true, played.came_true);
  count(ran, played.ran);
  if (played.virtual_ns >= 0 && !played.undecided)
    (played.violations.empty() ? held_times : violated_times).add(played.virtual_ns);
}

void Tally::add(const Tally& other) {
  runs += other.runs;
  violated += other.violated;
  undecided += other.undecided;
  events += other.events;
  digest += other.digest;
  for (const auto& [key, theirs] : other.findings) {
    const auto [place, fresh] = findings.try_emplace(key, theirs);
    if (fresh) continue;
    place->second.count += theirs.count;
    place->second.first_seed = std::min(place->second.first_seed, theirs.first_seed);
  }
  add_each(struck, other.struck);
  add_each(came_true, other.came_true);
  add_each(ran, other.ran);
  held_times.add(other.held_times);
  violated_times.add(other.violated_times);
}

void Tally::clear() {
  runs = violated = undecided = events = digest = 0;
  findings.clear();
  for (auto* counts : {&struck, &came_true, &ran}) std::ranges::fill(*counts, 0);
  held_times = violated_times = {};
}

std::uint64_t Tally::seen_once() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(findings, [](const auto& each) { return each.second.count == 1; }));
}

}  // namespace squall::faults

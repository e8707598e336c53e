// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "sim/history/detail/causality.hpp"

namespace squall::sim::history::detail {

Causality::Causality(const RegisterAccesses& accesses)
    : accesses_{accesses}, writes_(accesses.sessions()), reads_(accesses.sessions()) {
  const std::span<const RegisterAccess> all = accesses.all();
  for (std::uint32_t a = 0; a < all.size(); ++a) {
    const ByObject row{all[a].object, all[a].index, a};
    if (all[a].writes()) writes_[all[a].session].push_back(row);
    if (all[a].reads()) reads_[all[a].session].push_back(row);
  }
  for (auto* lists : {&writes_, &reads_}) {
    for (auto& list : *lists)
      std::ranges::sort(list, {}, [](const ByObject& row) { return std::tuple{row.object, row.index}; });
  }
  order();
}

std::optional<std::uint32_t> Causality::last_before(std::uint32_t session, std::uint32_t object, std::uint32_t count,
                                                    bool reading) const {
  const std::vector<ByObject>& list = reading ? reads_[session] : writes_[session];
  const auto end = std::ranges::lower_bound(list, std::tuple{object, count}, {}, [](const ByObject& row) {
    return std::tuple{row.object, row.index};
  });
  if (end == list.begin() || std::prev(end)->object != object) return std::nullopt;
  return std::prev(end)->access;
}

/// Clocks in an order in which causes come first (Kahn, 1962); what is left over lies on a circle or behind one.
void Causality::order() {
  const std::span<const RegisterAccess> all = accesses_.all();
  const auto count = static_cast<std::uint32_t>(all.size());
  const std::uint32_t sessions = accesses_.sessions();
  // At most two causes each: what came before in the session, and who wrote what was seen.
  const auto previous = [&](std::uint32_t a) {
    if (all[a].index != 0) return accesses_.session(all[a].session)[all[a].index - 1];
    return accesses_.came_after(all[a].session).value_or(no_access);
  };
  const auto source = [&](std::uint32_t a) {
    return accesses_.source(a) < RegisterAccesses::initially ? accesses_.source(a) : no_access;
  };
  std::vector<std::uint32_t> first(count + 1, 0), effects, waits(count, 0);
  for (std::uint32_t a = 0; a < count; ++a) {
    for (const std::uint32_t cause : {previous(a), source(a)}) {
      if (cause == no_access) continue;
      ++first[cause + 1];
      ++waits[a];
    }
  }
  for (std::uint32_t a = 0; a < count; ++a) first[a + 1] += first[a];
  effects.resize(first[count]);
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::uint32_t a = 0; a < count; ++a) {
    for (const std::uint32_t cause : {previous(a), source(a)}) {
      if (cause != no_access) effects[next[cause]++] = a;
    }
  }
  clocks_.assign(std::size_t{count} * sessions, 0);
  std::vector<std::uint32_t> ready;
  for (std::uint32_t a = 0; a < count; ++a) {
    if (waits[a] == 0) ready.push_back(a);
  }
  std::uint32_t done = 0;
  for (; !ready.empty(); ++done) {
    const std::uint32_t a = ready.back();
    ready.pop_back();
    std::uint32_t* clock = &clocks_[std::size_t{a} * sessions];
    for (const std::uint32_t cause : {previous(a), source(a)}) {
      if (cause == no_access) continue;
      const std::uint32_t* of = &clocks_[std::size_t{cause} * sessions];
      for (std::uint32_t s = 0; s < sessions; ++s) clock[s] = std::max(clock[s], of[s]);
    }
    clock[all[a].session] = all[a].index + 1;
    for (std::uint32_t e = first[a]; e < first[a + 1]; ++e) {
      if (--waits[effects[e]] == 0) ready.push_back(effects[e]);
    }
  }
  if (done == count) return;
  // From any that is left, causes that are left lead round a circle.
  std::uint32_t at = 0;
  while (waits[at] == 0) ++at;
  std::vector<bool> met(count, false);
  std::vector<std::uint32_t> path;
  for (; !met[at]; at = previous(at) != no_access && waits[previous(at)] != 0 ? previous(at) : source(at)) {
    met[at] = true;
    path.push_back(at);
  }
  circle_.assign(std::ranges::find(path, at), path.end());
  std::ranges::reverse(circle_);
}

}  // namespace squall::sim::history::detail

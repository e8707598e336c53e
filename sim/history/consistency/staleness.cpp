// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/history/detail/consistency_parts.hpp"

namespace squall::sim::history::detail {

void check_staleness(const RegisterAccesses& accesses, std::int64_t bound_ns, ConsistencyCheck& result) {
  // Of each register, the writes by their invocation, and of each of them and all later ones, which returned first: what
  // was written before any of them was invoked is certainly gone by then.
  struct Row {
    std::uint32_t object;
    Moment invoked;
    std::uint32_t write, first_to_return;
  };
  std::vector<Row> rows;
  for (std::uint32_t a = 0; a < accesses.all().size(); ++a) {
    const Operation& operation = accesses.operation(a);
    if (operation.invoked_ns < 0 || (operation.outcome == Outcome::ok && operation.returned_ns < 0)) {
      result.troubles.push_back({accesses[a].call.operation, "there is no 'time', and staleness is measured by it",
                                 "write \"time\" in nanoseconds into every line"});
      return;
    }
    if (accesses[a].writes()) rows.push_back({accesses[a].object, accesses[a].call.invoked, a, a});
  }
  std::ranges::stable_sort(rows, {}, &Row::object);  // they come by invocation
  for (std::size_t r = rows.size(); r-- > 1;) {
    Row& row = rows[r - 1];
    const Row& later = rows[r];
    if (row.object == later.object &&
        accesses[later.first_to_return].call.returned < accesses[row.first_to_return].call.returned)
      row.first_to_return = later.first_to_return;
  }
  for (std::uint32_t a = 0; a < accesses.all().size(); ++a) {
    if (!accesses[a].reads()) continue;
    const std::uint32_t source = accesses.source(a);
    const bool first = source == RegisterAccesses::initially;
    if (!first && accesses[a].call.returned < accesses[source].call.invoked)
      return violated_by(accesses, {a, source}, {"T1 saw what T2 wrote, and returned before T2 was asked for."},
                         result);
    const Moment gone = first ? 0 : accesses[source].call.returned;
    if (gone == never) continue;
    const auto next = std::ranges::lower_bound(rows, std::pair{accesses[a].object, gone}, {}, [](const Row& row) {
      return std::pair{row.object, row.invoked};
    });
    if (next == rows.end() || next->object != accesses[a].object) continue;
    const std::uint32_t newer = next->first_to_return;
    if (accesses[newer].call.returned > accesses[a].call.invoked) continue;
    const std::int64_t age = accesses.operation(a).invoked_ns - accesses.operation(newer).returned_ns;
    if (age <= bound_ns) continue;
    return violated_by(accesses, {a, newer},
                       {fmt::format("T1 saw {}, which T2 had replaced by the time it returned.",
                                    accesses.value_text(accesses[a].seen())),
                        fmt::format("That was {} ns before T1 was asked for; {} ns are allowed.", age, bound_ns)},
                       result);
  }
}

}  // namespace squall::sim::history::detail

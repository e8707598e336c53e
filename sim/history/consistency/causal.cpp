// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/history/detail/causality.hpp"
#include "sim/history/detail/consistency_parts.hpp"

namespace squall::sim::history::detail {
namespace {

void tell_circle(const RegisterAccesses& accesses, const Causality& causality, ConsistencyCheck& result) {
  std::vector<std::string> story;
  const std::vector<std::uint32_t>& circle = causality.circle();
  for (std::size_t c = 0; c < circle.size(); ++c) {
    const std::size_t next = (c + 1) % circle.size();
    const bool read = accesses.source(circle[next]) == circle[c];
    story.push_back(read ? fmt::format("T{} saw what T{} wrote.", next + 1, c + 1)
                         : fmt::format("T{} came after T{} in the same process.", next + 1, c + 1));
  }
  story.emplace_back("So T1 came after itself, which no order allows.");
  violated_by(accesses, circle, std::move(story), result);
}

}  // namespace

void check_causal(const RegisterAccesses& accesses, ConsistencyCheck& result) {
  const Causality causality{accesses};
  if (!causality.circle().empty()) return tell_circle(accesses, causality, result);
  for (std::uint32_t read = 0; read < accesses.all().size(); ++read) {
    if (!accesses[read].reads()) continue;
    const std::uint32_t source = accesses.source(read);
    for (std::uint32_t session = 0; session < accesses.sessions(); ++session) {
      // Of the writes that the read could know of, the last of each session: if any of them replaced what was read, that
      // one did, or an even later one.
      const bool own = session == accesses[read].session;
      const std::uint32_t known = causality.known(read, session) - (own ? 1 : 0);
      const auto newer = causality.last_before(session, accesses[read].object, known);
      if (!newer || *newer == source) continue;
      if (source != RegisterAccesses::initially && !causality.knows(*newer, source)) continue;
      const std::string value = accesses.value_text(accesses[read].seen());
      if (source == RegisterAccesses::initially)
        return violated_by(accesses, {read, *newer},
                           {fmt::format("T1 saw {}, which was there at first.", value),
                            "T1 could know of T2: it came after it, or after somebody who had seen it.",
                            "T2 had replaced the first value."},
                           result);
      return violated_by(accesses, {read, *newer, source},
                         {fmt::format("T1 saw {}, which T3 wrote.", value),
                          "T1 could know of T2: it came after it, or after somebody who had seen it.",
                          "T2 could know of T3, so it replaced what T3 wrote."},
                         result);
    }
  }
}

}  // namespace squall::sim::history::detail

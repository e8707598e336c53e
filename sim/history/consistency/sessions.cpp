// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/history/detail/causality.hpp"
#include "sim/history/detail/consistency_parts.hpp"

namespace squall::sim::history::detail {
namespace {

/// Goes through each session and asks of each read whether it is older than what the guarantee lets expect.
class SessionCheck {
 public:
  SessionCheck(const RegisterAccesses& accesses, Consistency guarantee, ConsistencyCheck& result)
      : accesses_{accesses}, causality_{accesses}, guarantee_{guarantee}, result_{result} {}

  void run() {
    // Where causes lie in a circle, nothing is older than anything: that is no session's fault.
    if (!causality_.circle().empty()) {
      result_.verdict = HistoryVerdict::unknown;
      result_.unknown = "who could know of whom goes round in a circle (see causal)";
      return;
    }
    for (std::uint32_t session = 0; session < accesses_.sessions() && !found_; ++session) go_through(session);
  }

 private:
  /// Whether the version that `read` saw is older than the one that `expected` wrote. That of the beginning is older than all.
  bool older(std::uint32_t read, std::uint32_t expected) const {
    const std::uint32_t source = accesses_.source(read);
    if (source == expected) return false;
    return source == RegisterAccesses::initially || causality_.knows(expected, source);
  }

  void violated(std::uint32_t read, std::uint32_t expected, const std::string& why) {
    found_ = true;
    const std::uint32_t source = accesses_.source(read);
    std::vector<std::uint32_t> which{read, expected};
    std::vector<std::string> story{why};
    if (source == RegisterAccesses::initially) {
      story.push_back(
          fmt::format("T1 saw {}, which was there at first.", accesses_.value_text(accesses_[read].seen())));
    } else {
      which.push_back(source);
      story.push_back(fmt::format("T1 saw {}, which T3 wrote, and T2 could know of T3.",
                                  accesses_.value_text(accesses_[read].seen())));
    }
    violated_by(accesses_, which, std::move(story), result_);
  }

  void go_through(std::uint32_t session) {
    std::map<std::uint32_t, std::uint32_t> read_last;  // by object: the last read
    std::map<std::uint32_t, std::set<ValueId>> read_ever;
    std::vector<std::uint32_t> seen(accesses_.sessions(), 0);  // of each session, up to which of its writes was seen
    for (const std::uint32_t access : accesses_.session(session)) {
      const RegisterAccess& one = accesses_[access];
      if (one.reads()) {
        if (guarantee_ == Consistency::read_your_writes) {
          const auto own = causality_.last_before(session, one.object, one.index);
          if (own && older(access, *own))
            return violated(access, *own, "T2 is a write of the same process as T1, and came before it.");
        } else if (guarantee_ == Consistency::monotonic_reads) {
          if (!went_on(access, read_last, read_ever)) return;
        } else if (!carried(access, seen)) {
          return;
        }
        const std::uint32_t source = accesses_.source(access);
        if (source < RegisterAccesses::initially)
          seen[accesses_[source].session] = std::max(seen[accesses_[source].session], accesses_[source].index + 1);
      }
    }
  }

  bool went_on(std::uint32_t access, std::map<std::uint32_t, std::uint32_t>& read_last,
               std::map<std::uint32_t, std::set<ValueId>>& read_ever) {
    const RegisterAccess& one = accesses_[access];
    const auto last = read_last.find(one.object);
    if (last != read_last.end() && accesses_[last->second].seen() != one.seen()) {
      const std::uint32_t before = last->second;
      const std::uint32_t newer = accesses_.source(before);
      if (newer < RegisterAccesses::initially && older(access, newer)) {
        violated(access, newer, "The process of T1 had seen what T2 wrote before.");
        return false;
      }
      if (read_ever[one.object].contains(one.seen())) {
        found_ = true;
        violated_by(accesses_, {access, before},
                    {fmt::format("The process of T1 had seen {} before T2, and then saw {} in T2.",
                                 accesses_.value_text(one.seen()), accesses_.value_text(accesses_[before].seen())),
                     "In T1 it went back to what had been replaced."},
                    result_);
        return false;
      }
    }
    read_last[one.object] = access;
    read_ever[one.object].insert(one.seen());
    return true;
  }

  /// What came with the writes that the session has seen: what their sessions wrote, or read, before them.
  bool carried(std::uint32_t access, const std::vector<std::uint32_t>& seen) {
    const bool reading = guarantee_ == Consistency::writes_follow_reads;
    for (std::uint32_t other = 0; other < accesses_.sessions(); ++other) {
      if (seen[other] == 0) continue;
      const auto with = causality_.last_before(other, accesses_[access].object, seen[other] - 1, reading);
      if (!with) continue;
      const std::uint32_t expected = reading ? accesses_.source(*with) : *with;
      if (expected >= RegisterAccesses::initially || !older(access, expected)) continue;
      violated(access, expected,
               reading ? "The process of T1 had seen a write of a process that had read what T2 wrote before it wrote."
                       : "The process of T1 had seen a later write of the process of T2.");
      return false;
    }
    return true;
  }

  const RegisterAccesses& accesses_;
  Causality causality_;
  Consistency guarantee_;
  ConsistencyCheck& result_;
  bool found_ = false;
};

}  // namespace

void check_session(const RegisterAccesses& accesses, Consistency guarantee, ConsistencyCheck& result) {
  SessionCheck{accesses, guarantee, result}.run();
}

}  // namespace squall::sim::history::detail

// SPDX-License-Identifier: Apache-2.0
#include "sim/history/transactions/anomalies.hpp"

#include <algorithm>
#include <array>

#include "sim/history/detail/circles.hpp"
#include "sim/history/detail/sentences.hpp"

namespace squall::sim::history {
namespace {

constexpr std::array rows{
    AnomalyRow{AnomalyKind::g0, "G0", "writes of these transactions follow each other in a circle"},
    AnomalyRow{AnomalyKind::g1a, "G1a", "what a transaction wrote that was given up was read (aborted read)"},
    AnomalyRow{AnomalyKind::g1b, "G1b", "what its writer went on to change was read (intermediate read)"},
    AnomalyRow{AnomalyKind::g1c, "G1c", "each of these transactions saw or overwrote another one, in a circle"},
    AnomalyRow{AnomalyKind::g_single, "G-single", "a transaction saw one part of another one and missed another part"},
    AnomalyRow{AnomalyKind::g2_item, "G2-item", "these transactions missed each other's writes, in a circle"},
    AnomalyRow{AnomalyKind::write_skew, "write skew", "two transactions each missed what the other one wrote"},
    AnomalyRow{AnomalyKind::lost_update, "lost update", "two transactions changed the same version"},
    AnomalyRow{AnomalyKind::internal, "internal", "a transaction does not see what it has read or written itself"},
    AnomalyRow{AnomalyKind::duplicate, "duplicate elements", "what was appended once stands in a list twice"},
    AnomalyRow{AnomalyKind::incompatible, "incompatible order", "two reads of one list do not begin alike"},
    AnomalyRow{AnomalyKind::unwritten, "unwritten read", "what nobody wrote was read"},
    AnomalyRow{AnomalyKind::cyclic_versions, "cyclic versions", "versions of one key follow each other in a circle"},
    AnomalyRow{AnomalyKind::real_time, "real time", "a circle is closed by who came first in real time"},
};

constexpr std::array levels{
    IsolationRow{Isolation::read_uncommitted, "read-uncommitted"},
    IsolationRow{Isolation::read_committed, "read-committed"},
    IsolationRow{Isolation::snapshot, "snapshot-isolation"},
    IsolationRow{Isolation::repeatable_read, "repeatable-read"},
    IsolationRow{Isolation::serializable, "serializable"},
    IsolationRow{Isolation::strict_serializable, "strict-serializable"},
};

AnomalyKind kind_of(Oddity oddity) {
  switch (oddity) {
    case Oddity::aborted_read: return AnomalyKind::g1a;
    case Oddity::intermediate_read: return AnomalyKind::g1b;
    case Oddity::internal: return AnomalyKind::internal;
    case Oddity::duplicate: return AnomalyKind::duplicate;
    case Oddity::incompatible: return AnomalyKind::incompatible;
    case Oddity::unwritten: return AnomalyKind::unwritten;
    case Oddity::cyclic_versions: return AnomalyKind::cyclic_versions;
    case Oddity::lost_update: break;
  }
  return AnomalyKind::lost_update;
}

}  // namespace

const AnomalyRow& anomaly_row(AnomalyKind kind) { return rows[static_cast<std::size_t>(kind)]; }

std::span<const IsolationRow> isolations() { return levels; }

std::optional<Isolation> isolation_named(std::string_view name) {
  const auto* row = std::ranges::find(levels, name, &IsolationRow::name);
  if (row == levels.end()) return std::nullopt;
  return row->level;
}

bool forbids(Isolation level, AnomalyKind kind) {
  switch (kind) {
    case AnomalyKind::g0:
    case AnomalyKind::duplicate:
    case AnomalyKind::incompatible:
    case AnomalyKind::unwritten:
    case AnomalyKind::cyclic_versions: return true;
    case AnomalyKind::g1a:
    case AnomalyKind::g1b:
    case AnomalyKind::g1c: return level >= Isolation::read_committed;
    case AnomalyKind::g_single:
    case AnomalyKind::lost_update:
    case AnomalyKind::internal: return level >= Isolation::snapshot;
    case AnomalyKind::g2_item:
    case AnomalyKind::write_skew: return level >= Isolation::repeatable_read;
    case AnomalyKind::real_time: return level == Isolation::strict_serializable;
  }
  return true;
}

TransactionsCheck check_transactions(const Transactions& transactions, Isolation level, ValueId initial) {
  TransactionsCheck result;
  result.transactions = transactions.size();
  result.troubles = transactions.troubles();
  if (result.troubles.empty()) {
    Dependencies found = dependencies_of(transactions, initial);
    result.troubles = std::move(found.troubles);
    if (result.troubles.empty()) {
      for (const OddFinding& odd : found.oddities) {
        const AnomalyKind kind = kind_of(odd.kind);
        const auto known = std::ranges::find(result.anomalies, kind, &Anomaly::kind);
        if (known != result.anomalies.end()) {
          ++known->count;
          continue;
        }
        Anomaly anomaly{.kind = kind, .transactions = {odd.transaction}, .edges = {}, .story = {}};
        if (odd.other != odd.transaction) anomaly.transactions.push_back(odd.other);
        anomaly.story = detail::sentences_of(transactions, odd);
        result.anomalies.push_back(std::move(anomaly));
      }
      result.edges = found.edges.size();
      detail::find_circles(transactions.size(), found.edges, result.anomalies);
      if (level == Isolation::strict_serializable) {
        add_processes(transactions, found.edges);
        add_real_time(transactions, found.edges);
        result.edges = found.edges.size();
        detail::find_real_time_circle(transactions.size(), found.edges, result.anomalies);
      }
      for (Anomaly& anomaly : result.anomalies) {
        if (!anomaly.edges.empty()) anomaly.story = detail::sentences_of(transactions, anomaly.edges);
      }
    }
  }
  std::ranges::stable_sort(result.anomalies, {}, &Anomaly::kind);
  const bool violated =
      std::ranges::any_of(result.anomalies, [&](const Anomaly& anomaly) { return forbids(level, anomaly.kind); });
  result.verdict = !result.troubles.empty() ? HistoryVerdict::unknown
                   : violated               ? HistoryVerdict::violated
                                            : HistoryVerdict::holds;
  return result;
}

}  // namespace squall::sim::history

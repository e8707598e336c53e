// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/catalogue.hpp"

namespace squall::sim {
namespace {

template <class Built>
InvariantRow row(std::string_view family) {
  Built initial{};
  InvariantRow result{.family = family,
                      .name = Built::name,
                      .claim = Built::claim,
                      .witness = Built::witness,
                      .options = {},
                      .initial = initial};
  Built::fields(initial, [&]<class Value>(const Field& field, Value&) {
    static_assert(!takes<Value>.empty(), "an option of a new type: say what may be written there");
    result.options.push_back({field, takes<Value>});
  });
  return result;
}

std::vector<InvariantRow> all_rows() {
  std::vector<InvariantRow> rows;
  const auto add = [&](InvariantRow one) { rows.push_back(std::move(one)); };

  add(row<DeadlockFreedom>("waiting"));
  add(row<NoOrphanedWait>("waiting"));
  add(row<LivelockFreedom>("waiting"));
  add(row<Termination>("waiting"));
  add(row<BoundedWaits>("waiting"));
  add(row<NoDeadStep>("waiting"));
  add(row<Fairness>("waiting"));

  add(row<ProperCompletion>("completion"));
  add(row<HonestOutcome>("completion"));
  add(row<Delivery>("completion"));
  add(row<NoOrphans>("completion"));
  add(row<Release>("completion"));

  add(row<ExactlyOnce>("effects and ownership"));
  add(row<NoRepeat>("effects and ownership"));
  add(row<SingleOwner>("effects and ownership"));
  add(row<GuardBeforeEffect>("effects and ownership"));
  add(row<Compensation>("effects and ownership"));

  add(row<NoLostUpdate>("shared state"));
  add(row<Freshness>("shared state"));
  add(row<ReadYourWrites>("shared state"));
  add(row<MonotonicReads>("shared state"));
  add(row<MonotonicWrites>("shared state"));
  add(row<WritesFollowReads>("shared state"));
  add(row<Causal>("shared state"));
  add(row<Sequential>("shared state"));
  add(row<Linearizable>("shared state"));
  add(row<Agreement>("shared state"));
  add(row<Isolation>("shared state"));
  add(row<NoFork>("shared state"));

  add(row<Containment>("content"));
  add(row<Verified>("content"));
  add(row<Roles>("content"));

  add(row<Budget>("cost"));
  add(row<Deadline>("cost"));
  add(row<RetryAmplification>("cost"));
  add(row<Recovery>("cost"));
  add(row<QueueBounds>("cost"));
  return rows;
}

}  // namespace

std::span<const InvariantRow> invariants() {
  static const std::vector<InvariantRow> rows = all_rows();
  return rows;
}

const InvariantRow* find_invariant(std::string_view name) {
  for (const InvariantRow& one : invariants()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::span<const Invariant> default_invariants() {
  static const std::vector<Invariant> all{DeadlockFreedom{}, NoOrphanedWait{}, ProperCompletion{}, HonestOutcome{}};
  return all;
}

}  // namespace squall::sim

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

InvariantRow later_row(std::string_view family, std::string_view name, std::string_view claim, std::string_view witness,
                       std::vector<InvariantOption> options = {}) {
  return {family, name, claim, witness, std::move(options), std::nullopt};
}

InvariantOption keys_option() { return {{"keys", "all", "that are judged"}, takes<KeyNames>}; }

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
  add(later_row("shared state", "read-your-writes", "who has written a version reads no older one",
                "the key and the reader: plan read by coder", {keys_option()}));
  add(later_row("shared state", "monotonic-reads", "who has read a version reads no older one",
                "the key and the reader: plan read by coder", {keys_option()}));
  add(later_row("shared state", "monotonic-writes", "the writes of one agent are seen in their order",
                "the key, the writer and the reader: plan of planner at coder", {keys_option()}));
  add(later_row("shared state", "writes-follow-reads", "what rests on a read is seen after what was read",
                "both keys and the reader: plan before code at docs", {keys_option()}));
  add(later_row("shared state", "causal", "nobody sees an effect before its cause", "both keys and the reader",
                {keys_option()}));
  add(later_row("shared state", "sequential", "there is one order of all operations that every agent's own agrees with",
                "the key and the operation that fits nowhere", {keys_option()}));
  add(later_row("shared state", "linearizable",
                "every operation takes effect at one moment between its start and its end",
                "the key and the operation that fits nowhere", {keys_option()}));
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

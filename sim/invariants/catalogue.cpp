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
  add(later_row("waiting", "bounded-waits", "every wait for another agent has a bound",
                "the step without one: coder/receive report"));
  add(later_row("waiting", "no-dead-step", "every step runs in some run of a campaign",
                "the step: coder/send docs code"));
  add(later_row("waiting", "fairness", "nobody is passed over again and again", "who is, and for what: reader for db",
                {{{"passed", "100", "so often in a row at most"}, takes<std::uint32_t>}}));

  add(row<ProperCompletion>("completion"));
  add(row<HonestOutcome>("completion"));
  add(row<Delivery>("completion"));
  add(row<NoOrphans>("completion"));
  add(row<Release>("completion"));

  add(row<ExactlyOnce>("effects and ownership"));
  add(row<NoRepeat>("effects and ownership"));
  add(row<SingleOwner>("effects and ownership"));
  add(later_row("effects and ownership", "guard-before-effect", "no effect happens before what guards it",
                "the tool and who called it: deploy by coder",
                {{{"tools", "all", "whose effects are guarded"}, takes<ToolNames>},
                 {{"guard", "", "the agent whose acceptance comes first"}, takes<AgentNames>}}));
  add(later_row("effects and ownership", "compensation", "what was done for an instance that failed is undone",
                "the tool and whose effect is left: booking for traveller"));

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
  add(later_row("shared state", "isolation", "no instance reads what another has written",
                "the key and both: plan of another instance read by coder", {keys_option()}));
  add(later_row("shared state", "no-fork", "a history has one head", "the key and both writers: log by lead and worker",
                {keys_option()}));

  add(row<Containment>("content"));
  add(later_row("content", "verified", "every piece of work is checked before the end",
                "the work and whose it is: code of coder", {{{"by", "", "who checks it"}, takes<AgentNames>}}));
  add(later_row("content", "roles", "nobody does what is not among the things it may do",
                "who does what: tester sends code"));

  add(later_row("cost", "budget", "a run costs no more than it may",
                "what ran out, and who used most of it: calls, coder",
                {{{"calls", "", "of tools, at most"}, takes<std::uint32_t>},
                 {{"messages", "", "at most"}, takes<std::uint32_t>},
                 {{"time", "", "of work, all agents together, at most"}, takes<Duration>}}));
  add(later_row("cost", "deadline", "every instance reports its outcome in time", "who had not ended: coder",
                {{{"within", "", "from its arrival"}, takes<Duration>}}));
  add(later_row("cost", "retry-amplification", "retries do not multiply the load",
                "the tool and who calls it: search by coder",
                {{{"times", "3", "calls for one purpose, at most"}, takes<std::uint32_t>}}));
  add(later_row("cost", "recovery", "load is normal again some time after a trouble is over",
                "where it is not: queue jobs", {{{"within", "", "after the trouble"}, takes<Duration>}}));
  add(later_row("cost", "queue-bounds", "no mailbox and no queue grows beyond its bound",
                "which one does: mailbox of coder",
                {{{"length", "100", "messages that wait, at most"}, takes<std::uint32_t>}}));
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

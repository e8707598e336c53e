// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/rules.hpp"

#include <algorithm>

namespace squall::scenarios {
namespace {

using enum Severity;

constexpr LintRule rules[] = {
    {"L01", "join-over-choice", "a join waits for two ways of which a router takes one", "B01 B02 B18", warning,
     "proper-completion"},
    {"L02", "join-on-back-edge", "a join waits for an edge that is come to only through it", "B05 B06", warning,
     "proper-completion"},
    {"L03", "join-unequal-depth", "branches of unequal length start a node once for each", "B15", warning, "no-repeat"},
    {"L04", "fork-without-join", "branches of a fork start one node once for each", "B11 B12", warning, "no-repeat"},
    {"L04", "join-misses-branch", "a join does not wait for a branch of the fork before it", "", note, ""},
    {"L05", "unread-topic", "a message is sent that nobody comes to take", "B04 B45", note, "proper-completion"},
    {"L05", "unfed-wait", "somebody waits for what nobody sends", "B04 B45", warning, "no-orphaned-wait"},
    {"L06", "exclusive-and-collected", "one step takes singly what another collects", "B16", warning,
     "no-orphaned-wait"},
    {"L07", "parallel-writers", "two steps that may run at once write one key, and nothing keeps both writes",
     "B28 B30 B31", warning, "no-lost-update"},
    {"L08", "unbounded-wait", "a wait has no bound, and nothing around it has one", "B25", note, "no-orphaned-wait"},
    {"L09", "retried-effect-without-key", "what has an effect may be done again, and nothing tells the second time",
     "B52 B64", warning, "exactly-once"},
    {"L10", "key-includes-volatile", "an idempotency key changes from one attempt to the next", "B55 B59", warning,
     "exactly-once"},
    {"L11", "lease-shorter-than-work", "what is held runs out before the work under it is done", "B52 B57", warning,
     "exactly-once, single-owner"},
    {"L12", "retry-product", "retries around retries multiply, or all of them fall into one window of the limiter",
     "B77 B78", warning, "retry-amplification"},
    {"L13", "retry-without-jitter", "those whom a limiter rejects together come again together", "B76", warning,
     "retry-amplification"},
    {"L14", "unbounded-cycle", "something goes round without a bound", "B71", warning, "termination"},
    {"L14", "limit-ends-cycle", "what goes round ends by the graph's limit alone, and there the graph fails", "B72",
     note, "a claim that the graph does not fail"},
    {"L15", "stop-tree-unbounded", "each way to the end needs somebody to say so", "B73", warning, "termination"},
    {"L16", "lock-order", "resources are taken in circles", "B21", warning, "deadlock-freedom"},
    {"L17", "self-wait", "a step waits for what its own scope holds", "B62", warning, "deadlock-freedom"},
    {"L18", "spawn-without-cancel", "a child is started that nobody stops when its parent is over", "B63", warning,
     "no-orphans"},
    {"L19", "guard-beside-effect", "a guard and what it guards begin at once", "B65", warning, "guard-before-effect"},
    {"L20", "checkpoint-gap", "a restart repeats an effect, or has forgotten what it needs", "B04b B07 B54 B67",
     warning, "exactly-once"},
    {"L21", "subscribe-after-snapshot", "what happens between a look and the subscription is never heard of",
     "B40 B41 B42", warning, "no-orphaned-wait"},
    {"L22", "dead-step", "a step is in no run", "B26", warning, ""},
    {"L22", "unreachable-end", "a program that should end cannot", "B26", warning, "proper-completion"},
    {"L23", "claim-without-capability", "work may be taken by somebody who may not do it", "B61", warning, "roles"},
    {"L24", "empty-fanout", "a fan-out may have nobody in it, and the join does not know that", "B17", warning,
     "no-orphaned-wait"},
    {"L25", "wait-cycle", "each waits for what another sends only after its own wait", "B20", warning,
     "deadlock-freedom"},
    {"L26", "unreleased", "what is taken is not given back on every way", "", note, "release"},
};

/// Threads of which only the id is known stand without one.
constexpr Evidence threads[] = {
    {"B01", "langchain-ai/langgraphjs#2666"},
    {"B02", "microsoft/agent-framework#2157"},
    {"B04", "microsoft/agent-framework#4884"},
    {"B04b", "microsoft/agent-framework#6372"},
    {"B07", "microsoft/autogen#7043"},
    {"B06", "microsoft/autogen#6643"},
    {"B11", "langgenius/dify#14308"},
    {"B12", "langgenius/dify#12536"},
    {"B15", "langchain-ai/langgraph#6005"},
    {"B17", "celery/celery#3597"},
    {"B18", "apache/airflow#46297"},
    {"B21", "apache/airflow#23361"},
    {"B25", "modelcontextprotocol/python-sdk#1577"},
    {"B28", "langchain-ai/langgraph#8115"},
    {"B30", "langchain-ai/deepagentsjs#144"},
    {"B40", "mezmo/aura#145"},
    {"B41", "a2aproject/a2a-python#832"},
    {"B42", "a2aproject/a2a-java#782"},
    {"B45", "FoundationAgents/MetaGPT#2130"},
    {"B52", "celery/celery#5935"},
    {"B54", "langchain-ai/langgraph#7780"},
    {"B55", "PrefectHQ/prefect#18894"},
    {"B59", "temporalio/temporal#6375"},
    {"B63", "Kilo-Org/kilocode#11758"},
    {"B64", "agentscope-ai/agentscope-java#1783"},
    {"B65", "openai/openai-agents-python#624"},
    {"B67", "langchain-ai/open-swe#1604"},
    {"B71", "crewAIInc/crewAI#330"},
    {"B72", "langchain-ai/langgraph-swarm-py#6"},
    {"B73", "microsoft/autogen#7071"},
    {"B76", "bytedance/deer-flow#4290"},
    {"B78", "builderz-labs/marketing-dashboard#11"},
};

}  // namespace

std::span<const LintRule> lint_rules() { return rules; }

const LintRule* find_lint_rule(std::string_view name) {
  const auto* found = std::ranges::find(rules, name, &LintRule::name);
  return found == std::end(rules) ? nullptr : found;
}

std::vector<Evidence> evidence_of(const LintRule& rule) {
  std::vector<Evidence> all;
  for (std::string_view rest = rule.evidence; !rest.empty();) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    const std::string_view id = rest.substr(0, blank);
    const auto* found = std::ranges::find(threads, id, &Evidence::id);
    all.push_back(found == std::end(threads) ? Evidence{id, ""} : *found);
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  return all;
}

}  // namespace squall::scenarios

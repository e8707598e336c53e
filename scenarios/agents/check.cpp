// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/check.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace squall::scenarios {
namespace {

using Errors = std::vector<BuildError>;

/// A name of the language: a letter, then letters, digits, `_` and `-`.
bool is_name(const std::string& name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

/// Whether steps stand in steps more than `left` times.
bool deeper_than(const Program& program, std::uint32_t left) {
  if (program.steps.empty()) return false;
  if (left == 0) return true;
  bool deep = false;
  for (const Step& step : program.steps) {
    for_each_part(step, [&](const Program& part) { deep = deep || deeper_than(part, left - 1); });
  }
  return deep;
}

template <class Spec>
void check_names(const Workflow::Declared<Spec>& declared, const std::string& what, Errors& errors) {
  std::set<std::string> seen;
  for (const auto& [name, spec] : declared) {
    if (!seen.insert(name).second)
      errors.push_back({name, "two " + what + " have this name", "give one of them another name"});
  }
  if (declared.size() > declared_max) {
    errors.push_back({what, "there are " + std::to_string(declared.size()) + " of them",
                      "declare at most " + std::to_string(declared_max)});
  }
}

void check_agent(const std::string& name, const AgentSpec& spec, Errors& errors) {
  if (!is_name(name))
    errors.push_back({name, "is not a name", "begin with a small letter; then small letters, digits, _ and -"});
  if (spec.program.steps.empty() && spec.on.empty())
    errors.push_back({name, "does nothing", "give it steps, or handlers"});
  if (spec.replicas == 0)
    errors.push_back({name, "has no members", "write 1 or more replicas, or start it by `spawn`"});
  if (spec.concurrency == 0) errors.push_back({name, "can handle nothing", "write a concurrency of 1 or more"});
  if (spec.concurrency > handlers_at_once_max) {
    errors.push_back({name, "handles " + std::to_string(spec.concurrency) + " messages at once",
                      "write a concurrency of at most " + std::to_string(handlers_at_once_max) + ", or more replicas"});
  }
  if (spec.mailbox.capacity == 0)
    errors.push_back({name, "its mailbox holds nothing", "write a capacity of 1 or more"});
  if (spec.start_after < sim::Duration::zero())
    errors.push_back({name, "starts before its instance", "write a start of 0s or later"});
  std::set<std::string> topics;
  for (const auto& [topic, program] : spec.on) {
    if (topic.empty()) errors.push_back({name, "handles a topic without a name", "name the topic"});
    if (!topics.insert(topic).second)
      errors.push_back({name, "handles '" + topic + "' twice", "write one handler for each topic"});
  }
}

void check_resource(const std::string& name, const ResourceSpec& spec, Errors& errors) {
  using Kind = sim::ResourceInfo::Kind;
  const bool is_rate = spec.kind == Kind::bucket || spec.kind == Kind::window || spec.kind == Kind::queue;
  if (spec.slots == 0) errors.push_back({name, "nobody can ever have it", "write a limit of 1 or more"});
  if (is_rate && spec.period <= sim::Duration::zero())
    errors.push_back({name, "its limit is counted over no time", "write a `per` of more than 0s"});
  if (spec.kind == Kind::lease && spec.period <= sim::Duration::zero())
    errors.push_back({name, "its lease runs out at once", "write a `ttl` of more than 0s"});
}

void check_tool(const std::string& name, const ToolSpec& spec, Errors& errors) {
  const auto add = [&](const std::optional<Complaint>& wrong) {
    if (wrong) errors.push_back({name, wrong->first, wrong->second});
  };
  add(complaint(spec.latency));
  add(complaint(spec.error));
  if (spec.dedup < sim::Duration::zero())
    errors.push_back({name, "its dedup window is negative", "write a window of 0s or more"});
  if (spec.limit && (spec.limit->first == 0 || spec.limit->second <= sim::Duration::zero()))
    errors.push_back({name, "its limit lets nothing pass", "write 1 call or more per time of more than 0s"});
}

void check_shared_names(const Workflow& workflow, Errors& errors) {
  static constexpr std::string_view an_agent = "an agent", a_key = "a key";
  std::map<std::string, std::string_view> taken;
  for (const auto& [name, spec] : workflow.agents()) taken.emplace(name, an_agent);
  for (const auto& [name, spec] : workflow.keys()) {
    const auto [other, fresh] = taken.emplace(name, a_key);
    if (!fresh && other->second != a_key)
      errors.push_back({name, "an agent and a key have this name", "give one of them another name"});
  }
  for (const auto& [agent, spec] : workflow.agents()) {
    for (const auto& [variable, initial] : spec.vars) {
      if (const auto found = taken.find(variable); found != taken.end())
        errors.push_back({agent, "its variable '" + variable + "' has the name of " + std::string{found->second},
                          "use another name"});
    }
  }
}

void check_sizes(const Workflow& workflow, Errors& errors) {
  if (workflow.agents().size() > agents_max) {
    errors.push_back({"agents", "there are " + std::to_string(workflow.agents().size()) + " of them",
                      "declare at most " + std::to_string(agents_max) + ", or one with replicas"});
  }
  std::uint64_t members = 0;
  for (const auto& [name, spec] : workflow.agents()) members += spec.start == sim::Start::spawned ? 0 : spec.replicas;
  if (members > members_max) {
    errors.push_back({"agents", "their replicas are " + std::to_string(members) + " in all",
                      "write at most " + std::to_string(members_max)});
  }
}

}  // namespace

std::optional<Complaint> complaint(const sim::Distribution& time) {
  using Kind = sim::Distribution::Kind;
  switch (time.kind) {
    case Kind::uniform:
      if (time.a > time.b) return Complaint{"its shortest time is above its longest", "write `a..b` with a <= b"};
      break;
    case Kind::lognormal:
      if (time.a <= 0 || time.a > time.b)
        return Complaint{"its p50 is not between 0 and its p99", "write 0 < p50 <= p99"};
      break;
    default: break;
  }
  if (time.a < 0) return Complaint{"its time is negative", "write 0s or more"};
  return std::nullopt;
}

std::optional<Complaint> complaint(sim::Probability chance) {
  if (chance.ppm <= 1'000'000) return std::nullopt;
  return Complaint{"its chance is above 100 %", "write 0 % to 100 %"};
}

bool check_declarations(const Workflow& workflow, Errors& errors) {
  check_sizes(workflow, errors);
  check_names(workflow.topics(), "topics", errors);
  check_names(workflow.keys(), "keys", errors);
  check_names(workflow.tools(), "tools", errors);
  check_names(workflow.resources(), "resources", errors);
  check_shared_names(workflow, errors);
  bool can_go_on = true;
  for (const auto& [name, spec] : workflow.agents()) {
    check_agent(name, spec, errors);
    bool deep = deeper_than(spec.program, nesting_max);
    for (const auto& handler : spec.on) deep = deep || deeper_than(handler.second, nesting_max);
    if (!deep) continue;
    can_go_on = false;
    errors.push_back({name, "its steps are nested more than " + std::to_string(nesting_max) + " deep",
                      "move the inner ones into an agent of their own"});
  }
  for (const auto& [name, spec] : workflow.resources()) check_resource(name, spec, errors);
  for (const auto& [name, spec] : workflow.tools()) check_tool(name, spec, errors);
  for (const auto& [name, spec] : workflow.keys()) {
    for (const auto& time : {spec.latency, spec.lag}) {
      if (const auto wrong = complaint(time)) errors.push_back({name, wrong->first, wrong->second});
    }
  }
  for (const auto& [name, spec] : workflow.topics()) {
    if (name.empty()) errors.push_back({"topics", "one has no name", "name it"});
    if (spec.redeliver_after < sim::Duration::zero())
      errors.push_back({name, "is redelivered after a negative time", "write 0s or more"});
  }
  return can_go_on;
}

}  // namespace squall::scenarios

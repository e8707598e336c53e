// SPDX-License-Identifier: Apache-2.0
#include "scenarios/claims/world_compiler.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/predicate.hpp"

namespace squall::scenarios {
namespace {

using Does = sim::Instruction::Code;
using Kind = Expression::Kind;

constexpr auto of_candidate = static_cast<std::uint16_t>(sim::MessageRef::candidate);
constexpr std::string_view states[] = {"down", "ended", "idle", "waiting", "working"};
constexpr std::string_view outcomes[] = {"none", "success", "failure"};

std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

std::optional<Does> binary(Kind kind) {
  switch (kind) {
    case Kind::add: return Does::add;
    case Kind::subtract: return Does::subtract;
    case Kind::multiply: return Does::multiply;
    case Kind::divide: return Does::divide;
    case Kind::remainder: return Does::remainder;
    case Kind::less: return Does::less;
    case Kind::less_equal: return Does::less_equal;
    case Kind::greater: return Does::greater;
    case Kind::greater_equal: return Does::greater_equal;
    case Kind::minimum: return Does::minimum;
    case Kind::maximum: return Does::maximum;
    default: return std::nullopt;
  }
}

/// Calls `visit(path)` for each name in the expression but those of a fold's own item.
template <class Visit>
void for_each_name(const Expression& e, const Visit& visit) {
  if (e.kind() == Kind::every || e.kind() == Kind::some || e.kind() == Kind::count) return;
  if (e.kind() == Kind::name) visit(e.text());
  for (const Expression& operand : e.operands()) for_each_name(operand, visit);
}

}  // namespace

std::vector<sim::Instruction> WorldCompiler::compile(const Expression& expression, Sees sees, std::size_t patterns) {
  sees_ = sees;
  patterns_ = patterns;
  code_.clear();
  depth_ = deepest_ = 0;
  push(expression);
  if (deepest_ > sim::predicate_stack)
    error("the condition needs more than " + std::to_string(sim::predicate_stack) + " values at once",
          "make two of it");
  return std::exchange(code_, {});
}

std::vector<std::pair<std::string, std::vector<sim::Instruction>>> WorldCompiler::parts(const Expression& expression) {
  std::vector<std::pair<std::string, std::vector<sim::Instruction>>> found;
  for_each_name(expression, [&](const std::string& path) {
    if (path.starts_with("count.") || path == "now" || names_.agent(path) != nullptr) return;
    if (std::ranges::any_of(found, [&](const auto& part) { return part.first == path; })) return;
    found.emplace_back(path, compile(var(path), Sees::world, patterns_));
  });
  return found;
}

void WorldCompiler::put(sim::Instruction instruction, int depth) {
  code_.push_back(instruction);
  // `negate` stands on two values for a moment, its own and a zero.
  deepest_ = std::max(deepest_, depth_ + (instruction.code == Does::negate ? 1 : 0));
  depth_ += static_cast<std::size_t>(depth);
  deepest_ = std::max(deepest_, depth_);
}

void WorldCompiler::error(std::string what, std::string fix) {
  BuildError found{where_, std::move(what), std::move(fix), mark_};
  if (std::ranges::find(errors_, found) == errors_.end()) errors_.push_back(std::move(found));
}

void WorldCompiler::mistaken(std::string what, std::string fix) {
  error(std::move(what), std::move(fix));
  put({.code = Does::constant}, 1);
}

void WorldCompiler::push(const Expression& e) {
  const auto& parts = e.operands();
  switch (e.kind()) {
    case Kind::integer: return put({.code = Does::constant, .value = e.number()}, 1);
    case Kind::text: return put({.code = Does::constant, .value = names_.text(e.text())}, 1);
    case Kind::name: return push_name(e.text(), false);
    case Kind::has: return push_name(e.text(), true);
    case Kind::negation: push(parts[0]); return put({.code = Does::negation}, 0);
    case Kind::minus: push(parts[0]); return put({.code = Does::negate}, 0);
    case Kind::equal: return push_comparison(parts[0], parts[1], Does::equal);
    case Kind::not_equal: return push_comparison(parts[0], parts[1], Does::not_equal);
    case Kind::both:
    case Kind::either: {
      push(parts[0]);
      const std::size_t skip = code_.size();
      put({.code = e.kind() == Kind::both ? Does::and_then : Does::or_else}, -1);
      push(parts[1]);
      put({.code = Does::truth}, 0);
      code_[skip].b = static_cast<std::uint32_t>(code_.size());
      return;
    }
    case Kind::conditional: {
      push(parts[0]);
      const std::size_t to_no = code_.size();
      put({.code = Does::jump_if_false}, -1);
      push(parts[1]);
      const std::size_t to_end = code_.size();
      put({.code = Does::jump}, -1);
      code_[to_no].b = static_cast<std::uint32_t>(code_.size());
      push(parts[2]);
      code_[to_end].b = static_cast<std::uint32_t>(code_.size());
      return;
    }
    case Kind::one_of: {
      if (parts.size() == 1) return put({.code = Does::constant}, 1);
      std::vector<std::size_t> skips;
      for (std::size_t i = 1; i < parts.size(); ++i) {
        push_comparison(parts[0], parts[i], Does::equal);
        if (i + 1 == parts.size()) break;
        skips.push_back(code_.size());
        put({.code = Does::or_else}, -1);
      }
      for (const std::size_t skip : skips) code_[skip].b = static_cast<std::uint32_t>(code_.size());
      return;
    }
    case Kind::size:
    case Kind::every:
    case Kind::some:
    case Kind::count: return push_fold(e);
    default: break;
  }
  push(parts[0]);
  push(parts[1]);
  put({.code = *binary(e.kind())}, -1);
}

void WorldCompiler::push_fold(const Expression& e) {
  if (e.text() != "agents" || e.kind() == Kind::size || !item_.empty())
    return mistaken("'" + e.text() + "' is not a list that can be asked here", "ask of `agents`, one list at a time");
  const std::size_t fold = code_.size();
  put({.code = e.kind() == Kind::every  ? Does::all_agents
               : e.kind() == Kind::some ? Does::some_agent
                                        : Does::count_agents},
      0);
  item_ = e.item();
  push(e.operands()[0]);
  item_.clear();
  code_[fold].b = static_cast<std::uint32_t>(code_.size());
}

void WorldCompiler::push_comparison(const Expression& left, const Expression& right, Does code) {
  push_side(left, right);
  push_side(right, left);
  put({.code = code}, -1);
}

/// A text on one side means what the other side can be: a topic, a state, an outcome, the name of an agent.
void WorldCompiler::push_side(const Expression& side, const Expression& other) {
  if (side.kind() != Kind::text || other.kind() != Kind::name) return push(side);
  const std::string& path = other.text();
  const auto word_of = [&](std::span<const std::string_view> words, const char* what) {
    const auto found = std::ranges::find(words, side.text());
    if (found != words.end())
      return put({.code = Does::constant, .value = static_cast<std::int64_t>(found - words.begin())}, 1);
    std::string all;
    for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string{word};
    mistaken("'" + side.text() + "' is no " + what, "write one of: " + all);
  };
  if (path == "outcome") return word_of(outcomes, "outcome");
  if (path.ends_with(".state")) return word_of(states, "state of an agent");
  if (path == "event.topic") {
    if (names_.has_topic(side.text()))
      return put({.code = Does::constant, .value = index(names_.topic(side.text()))}, 1);
    return mistaken("no topic is called '" + side.text() + "'", "compare with a topic that is sent");
  }
  const bool by_name = !item_.empty() && path == item_ + ".name";
  if (by_name || path == "event.from" || path == "event.to") {
    const auto* agent = names_.agent(side.text());
    if (agent == nullptr)
      return mistaken("no agent is called '" + side.text() + "'", names_.instead_of_agent(side.text()));
    if (by_name) return put({.code = Does::constant, .value = index(agent->id)}, 1);
    return push_name(side.text(), false);
  }
  push(side);
}

void WorldCompiler::push_event(const std::string& field, bool asks_presence) {
  if (sees_ != Sees::event) return mistaken("there is no event here", "ask of it in the `where` of a pattern");
  if (const auto position = names_.field(field)) {
    return put({.code = asks_presence ? Does::has_field : Does::field, .a = of_candidate, .b = *position}, 1);
  }
  const Does about = field == "from"    ? Does::event_from
                     : field == "to"    ? Does::event_to
                     : field == "topic" ? Does::event_topic
                     : field == "value" ? Does::event_value
                                        : Does::constant;
  if (about == Does::constant)
    return mistaken("no message carries a field '" + field + "'",
                    "give it in the `with` of a send, or use from, to, topic, value");
  put({.code = about}, 1);
}

void WorldCompiler::push_key(const std::string& rest, bool asks_presence) {
  const auto [name, field] = split(rest);
  const auto key = names_.key(name);
  if (!key) return mistaken("no key is called '" + name + "'", names_.instead_of_key(name));
  if (!field.empty() && field != "version" && field != "value")
    return mistaken("a key has no '" + field + "'", "use its value, or `.version`");
  const Does code = field == "version" ? Does::key_version : asks_presence ? Does::has_key_value : Does::key_value;
  put({.code = code, .a = static_cast<std::uint16_t>(index(*key))}, 1);
}

void WorldCompiler::push_agent(std::uint32_t agent, const std::string& name, const std::string& field) {
  if (field == "state") return put({.code = Does::agent_state, .b = agent}, 1);
  if (field == "inbox") return put({.code = Does::agent_inbox, .b = agent}, 1);
  if (field == "name") return put({.code = Does::agent_definition, .b = agent}, 1);
  const auto [vars, variable] = split(field);
  const auto* declared = names_.agent(name);
  if (vars == "vars" && declared != nullptr) {
    const auto& known = declared->spec->vars;
    const auto found = std::ranges::find(known, variable, &Named::value_type::first);
    if (found == known.end())
      return mistaken("'" + name + "' has no variable '" + variable + "'", "declare it in the agent's `vars`");
    return put({.code = Does::agent_variable, .a = static_cast<std::uint16_t>(found - known.begin()), .b = agent}, 1);
  }
  mistaken("an agent has no '" + field + "'", "use state, inbox, or vars.NAME of a single agent");
}

void WorldCompiler::push_name(const std::string& path, bool asks_presence) {
  const auto [base, rest] = split(path);
  if (base == "event" && !rest.empty()) return push_event(rest, asks_presence);
  if (base == "context" && !rest.empty()) return push_key(rest, asks_presence);
  if (asks_presence) return mistaken("'" + path + "' is always there", "ask `has` of a key or a message field");
  if (path == "now") return put({.code = Does::now}, 1);
  if (path == "outcome") return put({.code = Does::outcome}, 1);
  if (path == "instance") return put({.code = Does::instance}, 1);
  if (!item_.empty() && base == item_) return push_agent(sim::element_agent, {}, rest);
  if (base == "agents" && !rest.empty()) {
    const auto [name, field] = split(rest);
    const auto* agent = names_.agent(name);
    if (agent == nullptr) return mistaken("no agent is called '" + name + "'", names_.instead_of_agent(name));
    if (agent->members != 1)
      return mistaken("'" + name + "' is not one agent", "ask of all: `agents.all(a, …)` with `a.name`");
    return push_agent(index(agent->first), name, field);
  }
  if (base == "resources" && !rest.empty()) {
    const auto [name, field] = split(rest);
    const auto resource = names_.resource(name);
    if (!resource) return mistaken("no resource is called '" + name + "'", names_.instead_of_resource(name));
    if (field != "held") return mistaken("a resource has no '" + field + "'", "use `.held`");
    return put({.code = Does::held, .a = static_cast<std::uint16_t>(index(*resource))}, 1);
  }
  if (base == "effects" && !rest.empty()) {
    const auto tool = names_.tool(rest);
    if (!tool) return mistaken("no tool is called '" + rest + "'", names_.instead_of_tool(rest));
    counts_effects_ = true;
    return put({.code = Does::effects, .a = static_cast<std::uint16_t>(index(*tool))}, 1);
  }
  if (base == "count" && !rest.empty()) {
    std::uint16_t number = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (read.ec != std::errc{} || number >= patterns_)
      return mistaken("there is no pattern to count here", "write the pattern into `count(…)` of an always or a never");
    return put({.code = Does::counter, .a = number}, 1);
  }
  if (const auto* agent = names_.agent(path); agent != nullptr && agent->members == 1)
    return put({.code = Does::constant, .value = std::int64_t{index(agent->first)} + 1}, 1);
  mistaken("nothing is called '" + path + "' here",
           "use now, outcome, agents.NAME, context.KEY, resources.NAME.held, effects or count");
}

}  // namespace squall::scenarios

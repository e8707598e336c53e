// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression/types.hpp"

#include <set>

#include <fmt/format.h>

#include "scenarios/expression/type_table.hpp"

namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;
using Place = TypeTable::Place;

/// Walks over all expressions of a workflow twice: what a later step determines is known to an earlier one the second time,
/// and only then mistakes are told.
class TypeChecker {
 public:
  TypeChecker(const Workflow& workflow, std::span<const Expression> conditions)
      : workflow_(workflow), conditions_(conditions) {
    for (const auto& agent : workflow.agents()) agents_.insert(agent.first);
  }

  std::vector<BuildError> run() {
    everything();
    errors_.clear();
    everything();
    return std::move(errors_);
  }

 private:
  void everything() {
    agent_.clear();
    for (const auto& [name, spec] : workflow_.keys()) {
      if (spec.initial) demand(*spec.initial, table_.named("key " + name), "holds");
    }
    for (const auto& [name, spec] : workflow_.agents()) {
      agent_ = name;
      for (const auto& [variable, initial] : spec.vars) demand(initial, local(variable), "holds");
      names_of_results(spec.program);
      for (const auto& on : spec.on) names_of_results(on.second);
      program(spec.program);
      for (const auto& on : spec.on) program(on.second);
    }
    about_the_world();
  }

  // ---- claims, goal, conditions: they see no single program ----

  void about_the_world() {
    agent_.clear();
    in_world_ = true;
    if (workflow_.real_outcome()) condition(*workflow_.real_outcome(), "a goal");
    for (const Claim& claim : workflow_.claims()) {
      if (const auto* that = std::get_if<Condition>(&claim.that)) {
        condition(*that, fmt::format("'{}'", keyword(claim.kind)));
      } else {
        pattern(std::get<Pattern>(claim.that));
      }
      if (claim.then) pattern(*claim.then);
      if (claim.after) pattern(*claim.after);
    }
    for (const Expression& each : conditions_) demand(each, Type::boolean, "a condition");
    in_world_ = false;
  }
  void condition(const Condition& condition, std::string_view where) {
    demand(condition.expression, Type::boolean, where);
    for (const Pattern& counted : condition.patterns) pattern(counted);
  }
  void pattern(const Pattern& pattern) { demand(pattern.property, Type::boolean, "'where'"); }

  /// What a claim can name. An agent is compared with its name as well as with another agent: of such nothing is known.
  Place of_world(const std::string& path) {
    const auto behind = [&](std::string_view base) { return path.substr(base.size()); };
    if (path == "now") return table_.fresh(Type::duration);
    if (path == "instance") return table_.fresh(Type::integer);
    if (path.starts_with("agents.")) {
      const std::string whole = behind("agents.");
      const std::size_t vars = whole.find(".vars.");
      if (vars != std::string::npos) return table_.named(whole.substr(0, vars) + "/" + whole.substr(vars + 6));
    }
    if (path == "outcome" || path == "event.topic" || path.ends_with(".state")) return table_.fresh(Type::text);
    if (path.ends_with(".inbox") || path.ends_with(".held") || path.ends_with(".version") ||
        path.starts_with("effects.") || path.starts_with("count.")) {
      return table_.fresh(Type::integer);
    }
    if (path.starts_with("context.")) {
      const std::string key = behind("context.");
      return table_.named("key " + key.substr(0, key.find('.')));
    }
    if (path.starts_with("event.") && path != "event.from" && path != "event.to" && path != "event.value")
      return field(behind("event."));
    return table_.fresh();
  }

  // ---- names ----

  Place local(const std::string& name) { return table_.named(agent_ + "/" + name); }
  Place field(const std::string& name) {
    // The kernel fills these in; what they are compared with is not ours to say.
    if (name == "outcome" || name == "error") return table_.fresh();
    if (name == "agent") return table_.fresh(Type::agent);
    return table_.named("field " + name);
  }

  /// What `as` and its like name: a type, or a record of the step's kind.
  void names_of_results(const Program& steps) {
    for_each_step(steps, [&](const Step& step) {
      const std::string& as = step.fields.as;
      if (const auto* map = std::get_if<steps::Map>(&step.action); map != nullptr && !map->over.item.empty())
        table_.unite(local(map->over.item), map->over.list.empty() ? Type::integer : Type::message);
      if (as.empty()) return;
      if (const auto* receive = std::get_if<steps::Receive>(&step.action)) {
        table_.unite(local(as), receive->demand.is_list() ? Type::messages : Type::message);
      } else if (std::holds_alternative<steps::Ask>(step.action)) {
        table_.unite(local(as), Type::message);
      } else if (std::holds_alternative<steps::Spawn>(step.action)) {
        table_.unite(local(as), Type::agent);
      } else if (const auto* read = std::get_if<steps::Read>(&step.action)) {
        table_.unite(local(as + ".value"), table_.named("key " + read->key));
        table_.unite(local(as + ".version"), Type::integer);
      } else if (std::holds_alternative<steps::Acquire>(step.action)) {
        table_.unite(local(as + ".token"), Type::integer);
        table_.unite(local(as + ".until"), Type::duration);
      } else if (std::holds_alternative<steps::Parallel>(step.action) ||
                 std::holds_alternative<steps::Map>(step.action)) {
        table_.unite(local(as + ".ok"), Type::integer);
        table_.unite(local(as + ".failed"), Type::integer);
        error_lists_.insert(agent_ + "/" + as + ".errors");
      }
    });
  }

  Place name(const std::string& path) {
    if (in_world_) return of_world(path);
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) {
      if (path == "now") return table_.fresh(Type::duration);
      if (path == "instance") return table_.fresh(Type::integer);
      if (path == "self") return table_.fresh(Type::agent);
      const Place held = local(path);
      if (table_.type(held) == Type::unknown && agents_.contains(path)) return table_.fresh(Type::agent);
      return held;
    }
    const std::string base = path.substr(0, dot), part = path.substr(dot + 1);
    if (base == "self") return table_.fresh(part == "index" ? Type::integer : Type::text);
    if (base == "error")
      return table_.fresh(part == "from" ? Type::agent : part == "retry_after" ? Type::duration : Type::text);
    const bool message = base == "msg" || items_.contains(base) || table_.type(local(base)) == Type::message;
    if (!message) return local(path);
    if (part == "from") return table_.fresh(Type::agent);
    if (part == "topic") return table_.fresh(Type::text);
    if (part == "artifact") return table_.fresh(Type::artifact);
    if (part == "request" || part == "attempt" || part == "seq") return table_.fresh(Type::integer);
    return field(part);
  }

  // ---- mistakes ----

  void error(const Expression& at, std::string what, std::string fix) {
    errors_.push_back({agent_ + "/expression", std::move(what), std::move(fix), at.mark()});
  }

  /// `e` must be of the type of `place`, since something `verb` it.
  void demand(const Expression& e, Place place, std::string_view verb) {
    const Place given = type_of(e);
    if (table_.unite(given, place)) return;
    error(e, fmt::format("{} where something {} {}", name_of(table_.type(given)), verb, name_of(table_.type(place))),
          fmt::format("write {}", name_of(table_.type(place))));
  }
  void demand(const std::optional<Expression>& e, Type type, std::string_view where) {
    if (e) demand(*e, type, where);
  }
  void demand(const Expression& e, Type type, std::string_view where) {
    const Place given = type_of(e);
    if (table_.unite(given, type)) return;
    const char* fix = type == Type::boolean ? "compare it: x == y, x > 0" : "write one of that kind";
    error(e, fmt::format("{} takes {}, and this is {}", where, name_of(type), name_of(table_.type(given))), fix);
  }

  /// Both sides of an operator are of one type.
  bool alike(const Expression& e, Place left, Place right, std::string_view does) {
    if (table_.unite(left, right)) return true;
    error(e,
          fmt::format("{} {} {} {}", does, name_of(table_.type(left)), does == "adds" ? "to" : "and",
                      name_of(table_.type(right))),
          table_.type(left) == Type::duration || table_.type(right) == Type::duration
              ? "give the number a unit, such as 5s"
              : "bring both sides to one type");
    return false;
  }

  bool numeric(const Expression& e, Place place, std::string_view does) {
    const Type type = table_.type(place);
    if (type == Type::unknown || type == Type::integer || type == Type::duration) return true;
    error(e, fmt::format("{} {}", does, name_of(type)), "use numbers or durations there");
    return false;
  }

  // ---- expressions ----

  Place type_of(const Expression& e) {
    const auto& parts = e.operands();
    switch (e.kind()) {
      case Kind::integer:
        return table_.fresh(e.literal() == Expression::Literal::boolean    ? Type::boolean
                            : e.literal() == Expression::Literal::duration ? Type::duration
                                                                           : Type::integer);
      case Kind::text: return table_.fresh(Type::text);
      case Kind::name: return name(e.text());
      case Kind::has: return table_.fresh(Type::boolean);
      case Kind::size: return table_.fresh(Type::integer);
      case Kind::negation: demand(parts[0], Type::boolean, "'!'"); return table_.fresh(Type::boolean);
      case Kind::both:
      case Kind::either:
        for (const Expression& part : parts) demand(part, Type::boolean, e.kind() == Kind::both ? "'&&'" : "'||'");
        return table_.fresh(Type::boolean);
      case Kind::minus: {
        const Place operand = type_of(parts[0]);
        return numeric(e, operand, "'-' negates") ? operand : table_.fresh();
      }
      case Kind::equal:
      case Kind::not_equal: {
        const Place left = type_of(parts[0]), right = type_of(parts[1]);
        alike(e, left, right, "this compares");
        return table_.fresh(Type::boolean);
      }
      case Kind::less:
      case Kind::less_equal:
      case Kind::greater:
      case Kind::greater_equal: {
        const Place left = type_of(parts[0]), right = type_of(parts[1]);
        if (alike(e, left, right, "this compares")) numeric(e, left, "this asks for the order of");
        return table_.fresh(Type::boolean);
      }
      case Kind::add:
      case Kind::subtract:
      case Kind::remainder:
      case Kind::minimum:
      case Kind::maximum: {
        const Place left = type_of(parts[0]), right = type_of(parts[1]);
        const bool fine = alike(e, left, right, "this computes with") && numeric(e, left, "this computes with");
        return fine ? left : table_.fresh();
      }
      case Kind::multiply:
      case Kind::divide: return product(e);
      case Kind::conditional: {
        demand(parts[0], Type::boolean, "'?'");
        const Place yes = type_of(parts[1]), no = type_of(parts[2]);
        return alike(e, yes, no, "this yields") ? yes : table_.fresh();
      }
      case Kind::one_of: {
        const Place value = type_of(parts[0]);
        for (std::size_t i = 1; i < parts.size(); ++i) alike(parts[i], value, type_of(parts[i]), "this compares");
        return table_.fresh(Type::boolean);
      }
      case Kind::every:
      case Kind::some:
      case Kind::count: {
        const bool fresh = items_.insert(e.item()).second;
        if (error_lists_.contains(agent_ + "/" + e.text())) table_.unite(local(e.item()), Type::text);
        demand(parts[0], Type::boolean, "a question about each element");
        if (fresh) items_.erase(e.item());
        return table_.fresh(e.kind() == Kind::count ? Type::integer : Type::boolean);
      }
    }
    return table_.fresh();
  }

  /// A duration may be multiplied and divided by a number, and divided by a duration.
  Place product(const Expression& e) {
    const Place left = type_of(e.operands()[0]), right = type_of(e.operands()[1]);
    if (!numeric(e, left, "this computes with") || !numeric(e, right, "this computes with")) return table_.fresh();
    const Type a = table_.type(left), b = table_.type(right);
    if (e.kind() == Kind::multiply && a == Type::duration && b == Type::duration) {
      error(e, "this multiplies a duration by a duration", "multiply by a number");
      return table_.fresh();
    }
    if (e.kind() == Kind::divide && a == Type::integer && b == Type::duration) {
      error(e, "this divides a number by a duration", "divide a duration by a duration, or by a number");
      return table_.fresh();
    }
    if (a == Type::unknown || b == Type::unknown) return table_.fresh();
    if (e.kind() == Kind::divide && b == Type::duration) return table_.fresh(Type::integer);
    return table_.fresh(a == Type::duration || b == Type::duration ? Type::duration : Type::integer);
  }

  // ---- steps ----

  void time(const std::optional<Time>& time) {
    if (time) demand(time->computed, Type::duration, "a time");
  }
  void time(const Time& time) { demand(time.computed, Type::duration, "a time"); }
  void content(const Named& with) {
    for (const auto& [name, value] : with) demand(value, field(name), "else sends");
  }
  void matcher(const Matcher& matcher) {
    if (matcher.sender) demand(*matcher.sender, Type::agent, "'from'");
    demand(matcher.property, Type::boolean, "'where'");
  }

  void program(const Program& steps) {
    for_each_step(steps, [&](const Step& step) {
      time(step.fields.timeout);
      time(step.fields.deadline);
      if (step.fields.retry) time(step.fields.retry->backoff);
      std::visit([&](const auto& action) { check(action); }, step.action);
    });
  }

  template <class Action>
  void check(const Action&) {}  // it has no expressions
  void check(const steps::Work& s) { time(s.time); }
  void check(const steps::Sleep& s) { time(s.time); }
  void check(const steps::Send& s) {
    for (const Expression& each : s.to.each) receiver(each);
    content(s.content.with);
  }
  void check(const steps::Publish& s) { content(s.content.with); }
  void check(const steps::Subscribe& s) { demand(s.from_sequence, Type::integer, "a sequence number"); }
  void check(const steps::Receive& s) {
    for (const Demand::Part& part : s.demand.parts) matcher(part.matcher);
  }
  void check(const steps::Ask& s) {
    for (const Expression& each : s.to.each) receiver(each);
    content(s.content.with);
  }
  void check(const steps::Reply& s) { content(s.content.with); }
  void check(const steps::Write& s) {
    if (s.value) demand(*s.value, table_.named("key " + s.key), "else writes");
  }
  void check(const steps::Update& s) {
    table_.unite(local("old"), table_.named("key " + s.key));
    demand(s.value, table_.named("key " + s.key), "else writes");
  }
  void check(const steps::CompareAndSet& s) {
    demand(s.expected, Type::integer, "a version");
    demand(s.value, table_.named("key " + s.key), "else writes");
  }
  void check(const steps::Call& s) {
    for (const auto* e : {&s.of.key, &s.of.for_, &s.of.with}) {
      if (*e) type_of(**e);
    }
  }
  void check(const steps::If& s) { demand(s.condition, Type::boolean, "'if'"); }
  void check(const steps::Repeat& s) {
    demand(s.loop.times, Type::integer, "'times'");
    demand(s.loop.while_, Type::boolean, "'while'");
    demand(s.loop.until, Type::boolean, "'until'");
  }
  void check(const steps::Map& s) {
    demand(s.over.from, Type::integer, "an end of a range");
    demand(s.over.to, Type::integer, "an end of a range");
  }
  void check(const steps::Spawn& s) { content(s.child.with); }
  void check(const steps::Cancel& s) { demand(s.agent, Type::agent, "'of'"); }
  void check(const steps::Watch& s) {
    demand(s.agent, Type::agent, "'watch'");
    time(s.silence);
  }
  void check(const steps::Restart& s) { time(s.after); }
  void check(const steps::Set& s) { demand(s.value, local(s.name), "else sets"); }
  void check(const steps::Emit& s) { type_of(s.value); }
  void check(const steps::Discard& s) { matcher(s.matcher); }
  void receiver(const Expression& e) { demand(e, Type::agent, "'to'"); }

  const Workflow& workflow_;
  std::span<const Expression> conditions_;
  bool in_world_ = false;
  std::set<std::string> agents_;
  TypeTable table_;
  std::string agent_;
  std::set<std::string> items_;
  std::set<std::string> error_lists_;  ///< of this agent and those before, with the agent
  std::vector<BuildError> errors_;
};

}  // namespace

std::vector<BuildError> type_errors(const Workflow& workflow, std::span<const Expression> conditions) {
  return TypeChecker{workflow, conditions}.run();
}

}  // namespace squall::scenarios

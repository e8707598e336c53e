// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/compiler.hpp"
#include "scenarios/runtimes/lower.hpp"

/// The variables of an agent: what its steps name, and which of that anybody reads. Nothing is kept that nobody reads: it
/// would tell states apart that behave alike.
namespace squall::scenarios {

void Compiler::use(const Expression& expression) {
  switch (expression.kind()) {
    case Expression::Kind::name:
    case Expression::Kind::has:
    case Expression::Kind::size:
    case Expression::Kind::every:
    case Expression::Kind::some:
    case Expression::Kind::count: {
      const std::string& path = expression.text();
      uses_.insert(expression.kind() == Expression::Kind::has ? path + "?" : path);
      bases_.insert(path.substr(0, path.find('.')));
      break;
    }
    default: break;
  }
  for (const Expression& operand : expression.operands()) use(operand);
}

namespace {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

}  // namespace

void Compiler::collect_uses(const Program& program) {
  const auto named = [&](const std::string& name) {
    if (!name.empty()) bases_.insert(name);
  };
  const auto maybe = [&](const std::optional<Expression>& e) {
    if (e) use(*e);
  };
  const auto all = [&](const auto& fields) {
    for (const auto& field : fields) use(field.second);
  };
  const auto content = [&](const std::string& topic, const Content& given) {
    all(given.with);
    named(given.artifact.empty() ? topic : given.artifact);
  };
  const auto property = [&](const Matcher& matcher) {
    maybe(matcher.sender);
    if (!matcher.property) return;
    // `msg` in there is the candidate and needs no variable.
    const bool used = bases_.contains("msg");
    use(*matcher.property);
    if (!used) bases_.erase("msg");
  };
  const auto receivers = [&](const Target& to) {
    for (const Expression& each : to.each) use(each);
  };
  for_each_step(program, [&](const Step& step) {
    if (step.fields.timeout) maybe(step.fields.timeout->computed);
    if (step.fields.deadline) maybe(step.fields.deadline->computed);
    if (step.fields.retry) {
      maybe(step.fields.retry->backoff.computed);
      if (step.fields.retry->hint) uses_.insert("error.retry_after");
    }
    std::visit(Match{[&](const steps::Work& s) {
                       maybe(s.time.computed);
                       maybe(s.time.percent);
                       for (const std::string& from : s.from) named(from);
                     },
                     [&](const steps::Sleep& s) { maybe(s.time.computed); },
                     [&](const steps::Send& s) {
                       receivers(s.to);
                       content(s.topic, s.content);
                     },
                     [&](const steps::Publish& s) { content(s.topic, s.content); },
                     [&](const steps::Subscribe& s) { use(s.from_sequence); },
                     [&](const steps::Receive& s) {
                       for (const Demand::Part& part : s.demand.parts) property(part.matcher);
                     },
                     [&](const steps::Ask& s) {
                       receivers(s.to);
                       content(s.topic, s.content);
                     },
                     [&](const steps::Reply& s) {
                       named(s.to);
                       content({}, s.content);
                     },
                     [&](const steps::Write& s) {
                       maybe(s.value);
                       if (!s.value) named(s.key);
                     },
                     [&](const steps::Update& s) { use(s.value); },
                     [&](const steps::CompareAndSet& s) {
                       use(s.expected);
                       use(s.value);
                     },
                     [&](const steps::Call& s) {
                       maybe(s.of.key);
                       maybe(s.of.for_);
                       maybe(s.of.with);
                     },
                     [&](const steps::If& s) { use(s.condition); },
                     [&](const steps::Runtime& s) {
                       if (numbers_runs(*s.design, s.name)) use(var(entry_name));
                     },
                     [&](const steps::Repeat& s) {
                       maybe(s.loop.times);
                       maybe(s.loop.while_);
                       maybe(s.loop.until);
                     },
                     [&](const steps::Map& s) {
                       maybe(s.over.from);
                       maybe(s.over.to);
                       named(s.over.list);
                     },
                     [&](const steps::Spawn& s) { all(s.child.with); },
                     [&](const steps::Cancel& s) { use(s.agent); },
                     [&](const steps::Watch& s) {
                       use(s.agent);
                       maybe(s.silence.computed);
                     },
                     [&](const steps::Restart& s) { maybe(s.after.computed); },
                     [&](const steps::Validate& s) { named(s.artifact); },
                     [&](const steps::Set& s) { use(s.value); },
                     [&](const steps::Emit& s) { use(s.value); },
                     [&](const steps::Discard& s) { property(s.matcher); },
                     [&](const steps::Acknowledge& s) { named(s.message); },
                     [](const auto&) {}},
               step.action);
  });
}

void Compiler::declare(const std::string& name, sim::CellType type) {
  const auto found = variables_.find(name);
  if (found == variables_.end()) {
    variables_.emplace(name, Variable{type, new_local(type), false});
  } else if (found->second.type != type && !found->second.cell) {
    error("'" + name + "' holds one kind of thing here and another elsewhere", "use two names");
  }
}

void Compiler::declare_variables() {
  step_ = static_cast<std::uint32_t>(code_.steps.size()) - 1;
  for (const auto& [name, initial] : spec_.vars) {
    Variable variable{sim::CellType::integer, static_cast<std::uint16_t>(code_.cell_types.size()), true};
    std::int64_t first = initial.number();
    if (initial.kind() == Expression::Kind::text) {
      first = names_.text(initial.text());
    } else if (initial.kind() == Expression::Kind::name && names_.agent(initial.text()) != nullptr) {
      variable.type = sim::CellType::agent;
      first = std::int64_t{index(names_.agent(initial.text())->first)} + 1;
    } else if (initial.kind() != Expression::Kind::integer) {
      error("the initial value of '" + name + "' is not a literal",
            "write a number, a duration, a text or an agent's name");
    }
    code_.cell_types.push_back(variable.type);
    code_.variables.push_back({name, initial.kind() == Expression::Kind::text});
    code_.initial_cells.push_back(first);
    if (!variables_.emplace(name, variable).second) error("two variables are called '" + name + "'", "use two names");
  }
  const auto wanted = [&](const std::string& name) { return bases_.contains(name); };
  const auto declare_record = [&](const std::string& name, std::initializer_list<const char*> fields) {
    for (const char* field : fields) {
      if (uses_.contains(name + "." + field) || uses_.contains(name + "." + field + "?"))
        declare(name + "." + field, sim::CellType::integer);
    }
  };
  const auto declare_of = [&](const Step& step) {
    step_ = info_of(step);
    const std::string& as = step.fields.as;
    if (const auto* work = std::get_if<steps::Work>(&step.action)) {
      if (!work->makes.empty() && wanted(work->makes)) declare(work->makes, sim::CellType::artifact);
      if (!as.empty() && wanted(as)) declare(as, sim::CellType::artifact);
    } else if (const auto* receive = std::get_if<steps::Receive>(&step.action)) {
      const sim::CellType type = receive->demand.is_list() ? sim::CellType::messages : sim::CellType::message;
      if (!as.empty() && wanted(as)) declare(as, type);
      if (!in_handler_ && as.empty() && wanted("msg")) declare("msg", type);
      if (in_handler_ && as.empty() && wanted("msg")) {
        error("in a handler `msg` stays the message it handles", "give the receive an `as`");
      }
    } else if (std::holds_alternative<steps::Ask>(step.action)) {
      if (!as.empty() && wanted(as)) declare(as, sim::CellType::message);
      if (!in_handler_ && as.empty() && wanted("msg")) declare("msg", sim::CellType::message);
    } else if (std::holds_alternative<steps::Read>(step.action)) {
      if (uses_.contains(as + ".value")) declare(as + ".value?", sim::CellType::integer);
      declare_record(as, {"value", "version", "value?"});
      if (wanted(as) && !as.empty()) declare(as, sim::CellType::artifact);
    } else if (std::holds_alternative<steps::Update>(step.action)) {
      declare("old", sim::CellType::integer);
    } else if (std::holds_alternative<steps::Acquire>(step.action)) {
      declare_record(as, {"token"});
      if (uses_.contains(as + ".until")) declare(as + ".until", sim::CellType::hidden);
    } else if (std::holds_alternative<steps::Call>(step.action)) {
      if (!as.empty() && wanted(as)) declare(as, sim::CellType::integer);
    } else if (std::holds_alternative<steps::Parallel>(step.action) ||
               std::holds_alternative<steps::Map>(step.action)) {
      declare_record(as, {"ok", "failed"});
      declare_errors(as);
      if (const auto* map = std::get_if<steps::Map>(&step.action); map != nullptr && wanted(map->over.item)) {
        declare(map->over.item, map->over.list.empty() ? sim::CellType::integer : sim::CellType::message);
      }
    } else if (std::holds_alternative<steps::Spawn>(step.action)) {
      if (!as.empty() && wanted(as)) declare(as, sim::CellType::agent);
    } else if (const auto* set = std::get_if<steps::Set>(&step.action)) {
      if (variables_.contains(set->name) || !wanted(set->name)) return;
      sim::CellType type = sim::CellType::integer;
      if (set->value.kind() == Expression::Kind::name) {
        const std::string& path = set->value.text();
        if (const Variable* from = variable(path))
          type = from->type == sim::CellType::messages ? sim::CellType::integer : from->type;
        const bool is_sender = path.size() > 5 && path.ends_with(".from");
        if (names_.agent(path) != nullptr || path == "self" || is_sender) type = sim::CellType::agent;
      }
      declare(set->name, type);
    }
  };
  if (spec_.start == sim::Start::spawned && wanted("msg")) declare("msg", sim::CellType::message);
  for_each_step(spec_.program, declare_of);
  const auto declare_msg = [&](const Step& step) {
    const auto* receive = std::get_if<steps::Receive>(&step.action);
    if (receive != nullptr && !receive->demand.is_list()) declare("msg", sim::CellType::message);
  };
  if (wanted("msg") && !variables_.contains("msg")) for_each_step(spec_.program, declare_msg);
  in_handler_ = true;
  for (const auto& handler : spec_.on) for_each_step(handler.second, declare_of);
  in_handler_ = false;
}

}  // namespace squall::scenarios

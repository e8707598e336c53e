// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "scenarios/nearest.hpp"
#include "scenarios/runtimes/lower.hpp"

/// From a node's body to the program of an agent. What is written here in terms of steps needs no word in the interpreter.
namespace squall::scenarios {
namespace {

constexpr const char* route_name = "(route)";
constexpr const char* ok_name = "(ok)";
constexpr const char* try_name = "(try)";
constexpr const char* worker_name = "(worker)";
constexpr const char* percent_name = "(percent)";
constexpr const char* lost_name = "(lost)";
constexpr const char* spent_name = "(spent)";
/// What a lost run has written has another number of its attempt than anything that a later run writes.
constexpr std::int64_t attempts_of_a_run = std::int64_t{1} << 32;
constexpr const char* interrupted = "interrupted";

/// Where a step stands: what a branch sets does not come back, what a loop does it does again.
struct Scope {
  bool branch = false, loop = false;
};

/// `program` with each step replaced by what `each(step, scope, result)` makes of it, from the inside out.
using Rewrite = std::function<void(Step, Scope, Program&)>;
Program rewritten(const Program& program, const Rewrite& each, Scope scope = {}) {
  Program result;
  const auto part = [&](Program& inside) { inside = rewritten(inside, each, scope); };
  const auto branch_part = [&](Program& inside) { inside = rewritten(inside, each, {true, scope.loop}); };
  const auto loop_part = [&](Program& inside) { inside = rewritten(inside, each, {scope.branch, true}); };
  for (Step step : program.steps) {
    if (auto* condition = std::get_if<steps::If>(&step.action)) {
      part(condition->then);
      part(condition->otherwise);
    } else if (auto* choice = std::get_if<steps::Choose>(&step.action)) {
      for (auto& branch : choice->branches) part(branch.second);
    } else if (auto* loop = std::get_if<steps::Repeat>(&step.action)) {
      loop_part(loop->body);
    } else if (auto* block = std::get_if<steps::Block>(&step.action)) {
      part(block->body);
    } else if (auto* parallel = std::get_if<steps::Parallel>(&step.action)) {
      for (auto& branch : parallel->branches) branch_part(branch.second);
    } else if (auto* map = std::get_if<steps::Map>(&step.action)) {
      branch_part(map->body);
    }
    if (step.fields.undo) part(*step.fields.undo);
    if (step.fields.otherwise) {
      for (auto& branch : step.fields.otherwise->branches) part(branch.second);
    }
    if (step.fields.finally) part(*step.fields.finally);
    each(std::move(step), scope, result);
  }
  return result;
}

/// `expression` with the name `from` turned into `to`.
Expression renamed(const Expression& expression, const std::string& from, const Expression& to) {
  if (expression.kind() == Expression::Kind::name && expression.text() == from) return to;
  if (expression.operands().empty()) return expression;
  std::vector<Expression> operands;
  operands.reserve(expression.operands().size());
  for (const Expression& each : expression.operands()) operands.push_back(renamed(each, from, to));
  return Expression{expression.kind(), expression.number(), expression.text(), std::move(operands), expression.item()}
      .marked(expression.mark());
}

class Body {
 public:
  Body(const GraphDesign& design, const GraphNode& node, const std::string& runtime,
       const std::vector<std::string>& told, std::vector<BuildError>& errors)
      : design_(design), node_(node), runtime_(runtime), told_(told), errors_(errors) {}

  Program program() {
    Program inside = node_.graph ? entering() : rewritten(node_.body, rewrite_step());
    if (interrupts_ != 0) inside = again_after_answers(std::move(inside));
    if (node_.over) inside = fanned_out(std::move(inside));
    const bool tries = node_.fields.retry.has_value() || interrupts_ != 0;
    Program attempt;
    if (fails_when_lost()) attempt.set(spent_name, var(spent_name) + 1).if_(var(spent_name) <= var(lost_name), lost());
    if (tries && (stages() || node_.graph || elements_route_)) attempt.set(try_name, var(try_name) + 1);
    for (Step& step : inside.steps) attempt.add(std::move(step));
    Fields fields = node_.fields;
    fields.id.clear();
    if (fields.otherwise) rewrite_otherwise(*fields.otherwise);
    Program all;
    all.set(route_name, unrouted());
    all.set(ok_name, 1);
    all.set(try_name, 0);
    if (design_.knows_workers()) all.set(worker_name, 0).set(percent_name, 100);
    if (numbers()) all.set(entry_name, 0);
    if (fails_when_lost()) all.set(spent_name, 0);
    if (counts_losses(design_)) all.set(lost_name, 0);
    for (std::uint32_t i = 0; i < interrupts_; ++i) all.set(asked(i), 0);
    if (fields.timeout || fields.retry || fields.deadline || fields.otherwise) {
      attempt = Program{}.block(std::move(attempt), fields);
    }
    // What came with the start is read where a failure is told: a fault may have taken it.
    Program guarded;
    guarded.set("visit", message_field(inner::visit));
    if (numbers()) guarded.set(entry_name, message_field(inner::entry));
    if (design_.knows_workers()) {
      guarded.set(worker_name, message_field(inner::worker)).set(percent_name, message_field(inner::percent));
    }
    if (counts_losses(design_)) {
      guarded.set(lost_name, message_field(inner::lost));
      if (!node_.graph) guarded.set(try_name, var(lost_name) * attempts_of_a_run);
    }
    if (node_.prefetch != 0) guarded.acquire(inner::slots_of(node_));
    if (takes_inputs()) {
      guarded.repeat(Program{}.receive(topic(inner::input), {.as = "(input)"}),
                     {.times = message_field(inner::inputs)});
    }
    for (Step& step : attempt.steps) guarded.add(std::move(step));
    Named why{{inner::because, var("error.because")}, {inner::error, var("error.name")}};
    Named how{{inner::route, var(route_name)}, {inner::attempt, var(try_name)}};
    if (design_.knows_workers()) {
      for (Named* said : {&why, &how}) said->emplace_back(inner::worker, var(worker_name));
    }
    if (numbers()) {
      for (Named* said : {&why, &how}) said->emplace_back(inner::entry, var(entry_name));
    }
    Otherwise failed{Program{}.send(runtime_, inner::failed, {.with = why}).set(ok_name, 0)};
    // A worker that is asked to stop keeps nothing that would come again, and tells nobody.
    if (design_.rules.acknowledged())
      failed.branches.emplace_back("cancelled", scenarios::program().acknowledge().set(ok_name, 0));
    all.block(std::move(guarded), {.otherwise = std::move(failed)});
    all.if_(var(ok_name) == 1,
            Program{}.send(runtime_, inner::done, {.with = std::move(how), .artifact = last_made()}));
    return all;
  }

 private:
  bool fails_when_lost() const { return design_.rules.guarantee == Guarantee::exactly_once; }
  /// A run that was lost with its worker is an attempt that has failed. Of a subgraph, what it began goes on no longer.
  Program lost() const {
    Program lost;
    if (node_.graph) lost.cancel(var(node_.name + "-graph"));
    const bool silent = node_.heartbeat != sim::Duration{};
    return lost.fail_with(silent ? "timeout" : "crashed",
                          silent ? "its worker sends no heartbeat any more" : "its worker has crashed");
  }
  bool numbers() const { return numbers_runs(design_, runtime_); }
  bool stages() const { return design_.rules.commit != Commit::at_once; }
  bool takes_inputs() const { return !design_.rules.supersteps(); }
  static Expression message_field(const char* name) { return var(fmt::format("msg.{}", name)); }
  static std::string asked(std::uint32_t number) { return fmt::format("(asked {})", number); }

  void error(std::uint32_t mark, std::string what, std::string fix) {
    errors_.push_back({node_.name, std::move(what), std::move(fix), mark});
  }

  Rewrite rewrite_step() {
    return [this](Step step, Scope scope, Program& to) { rewrite(std::move(step), scope, to); };
  }

  void rewrite(Step step, Scope scope, Program& to) {
    if (const auto* route = std::get_if<steps::Route>(&step.action)) {
      if (scope.branch)
        error(step.mark, "a branch ends without its parent knowing how: its 'route' would be lost",
              "route behind the parallel or map");
      to.add({steps::Set{route_name, mask_of(*route, step.mark)}, std::move(step.fields), step.mark});
    } else if (const auto* write = std::get_if<steps::Write>(&step.action); write != nullptr && stages()) {
      const Step send{staged(write->key, write->value), {}, step.mark};
      if (step.fields.id.empty()) {
        to.add({send.action, std::move(step.fields), step.mark});
      } else {
        // By its id it is a step that is shared with the world, as a write is: faults and claims can name it.
        Program both;
        both.sleep(Time{sim::Duration{}}, {.id = std::exchange(step.fields.id, {})}).add(send);
        to.add({steps::Block{std::move(both)}, std::move(step.fields), step.mark});
      }
    } else if (const auto* update = std::get_if<steps::Update>(&step.action); update != nullptr && stages()) {
      // Reads what is committed, not what this body has written before.
      const Expression old = choose(has("(old).value"), var("(old).value"), 0);
      Program both = Program{}.read(update->key, {.as = "(old)"});
      both.add({staged(update->key, renamed(update->value, "old", old)), {}, step.mark});
      to.add({steps::Block{std::move(both)}, std::move(step.fields), step.mark});
    } else if (const auto* interrupt = std::get_if<steps::Interrupt>(&step.action)) {
      if (scope.branch || scope.loop)
        error(step.mark, "asked again in a loop or a branch, it would find the first answer",
              "ask in the body itself, once for each question");
      const std::string known = asked(interrupts_);
      const std::string answer = fmt::format("(answer {})", interrupts_++);
      Program ask;
      if (design_.rules.supersteps() && !design_.rules.remote())
        ask.send(runtime_, inner::asks).receive(topic(inner::may_ask).from(runtime_), {.as = "(may ask)"});
      ask.add({steps::Ask{interrupt->to, interrupt->topic, interrupt->content}, {.as = answer}, step.mark});
      ask.set(known, 1).fail_with(interrupted, "it has given way to a question");
      Program go_on;
      if (!step.fields.as.empty()) go_on.set(step.fields.as, var(answer));
      step.fields.as.clear();
      to.add({steps::If{var(known) == 0, std::move(ask), std::move(go_on)}, std::move(step.fields), step.mark});
    } else {
      if (auto* work = std::get_if<steps::Work>(&step.action); work != nullptr && design_.knows_workers()) {
        work->time.percent = var(percent_name);
      }
      if (std::holds_alternative<steps::Finish>(step.action)) {
        error(step.mark, "a node does not finish the instance: the graph does", "route to the end, or fail");
      }
      if (std::holds_alternative<steps::Restart>(step.action) ||
          std::holds_alternative<steps::Checkpoint>(step.action)) {
        error(step.mark, "a node does not save or restart itself: its runtime does",
              "leave it out; runs-as: {checkpoint: node} says when the runtime saves");
      }
      if (std::holds_alternative<steps::CompareAndSet>(step.action) && stages()) {
        error(step.mark, "what a body writes is committed after it: there is nothing to compare with",
              "write it, and give the key a reducer; or choose 'commit: at-once'");
      }
      to.add(std::move(step));
    }
  }

  steps::Send staged(const std::string& key, const std::optional<Expression>& value) const {
    Named with{{inner::value, value.value_or(Expression{0})}, {inner::attempt, var(try_name)}};
    if (numbers()) with.emplace_back(inner::entry, var(entry_name));
    return {runtime_, inner::write(key), {.with = std::move(with), .artifact = value ? std::string{} : key}};
  }

  Expression mask_of(const steps::Route& route, std::uint32_t mark) {
    std::int64_t mask = 0;
    elements_route_ = node_.over.has_value();
    for (const std::string& label : route.labels) {
      const auto number = label_number(node_, label);
      if (!number) {
        std::vector<std::string_view> known;
        for (const GraphNode::Edge& edge : node_.next) {
          if (!edge.label.empty()) known.push_back(edge.label);
        }
        error(mark, fmt::format("has no edge with the label '{}'", label),
              known.empty() ? "write next: {LABEL: NODE}" : instead_of(label, known));
      } else {
        mask |= std::int64_t{1} << *number;
      }
    }
    if (design_.rules.start == StartRule::token && forks(route))
      error(mark, "it routes to several nodes, and there is one token",
            "put what runs side by side into a subgraph: graph: {start: [A, B], nodes: …}");
    return mask;
  }

  bool forks(const steps::Route& route) const {
    std::set<std::string_view> to;
    for (const GraphNode::Edge& edge : node_.next) {
      if (std::ranges::find(route.labels, edge.label) != route.labels.end()) to.insert(edge.to);
    }
    return to.size() > 1;
  }

  /// What is taken where no `route` ran: everything but the labels that only a failure leads to.
  Expression unrouted() const {
    std::int64_t failures = 0, all = 0;
    if (!node_.fields.otherwise) return -1;
    for (const auto& branch : node_.fields.otherwise->branches) {
      for_each_step(branch.second, [&](const Step& step) {
        const auto* route = std::get_if<steps::Route>(&step.action);
        if (route == nullptr) return;
        for (const std::string& label : route->labels) {
          if (const auto number = label_number(node_, label)) failures |= std::int64_t{1} << *number;
        }
      });
    }
    if (failures == 0) return -1;
    for (const GraphNode::Edge& edge : node_.next) {
      if (const auto number = label_number(node_, edge.label)) all |= std::int64_t{1} << *number;
    }
    return all & ~failures;
  }

  void rewrite_otherwise(Otherwise& otherwise) {
    for (auto& branch : otherwise.branches) {
      branch.second = rewritten(branch.second, rewrite_step());
    }
  }

  /// The body of a node with a subgraph. However it ends, the subgraph that it began goes on no longer.
  Program entering() const {
    const std::string inside = node_.name + "-graph";
    Program enter;
    Named with{{inner::attempt, var(try_name)}};
    if (goes_on_inside(*node_.graph, inside) && node_.graph->rules.remote()) with.emplace_back(inner::lost, 0);
    enter.send(inside, inner::enter, {.with = std::move(with)});
    enter.receive(topic(inner::left).from(inside).where(message_field(inner::attempt) == var(try_name)),
                  {.as = "(left)"});
    const Expression how = var(fmt::format("(left).{}", inner::ok));
    std::int64_t number = 0;
    for (const std::string& error : told_)
      enter.if_(how == --number, Program{}.fail_with(error, "its subgraph has failed"));
    enter.if_(how == 0, Program{}.fail("its subgraph has failed"));
    return Program{}.block(std::move(enter), {.finally = Program{}.cancel(var(inside))});
  }

  /// A question makes the body give way; with its answer it runs again from its top.
  Program again_after_answers(Program body) const {
    Retry retry{.times = interrupts_ + 1, .on = {interrupted}};
    return Program{}.block(std::move(body), {.retry = std::move(retry)});
  }

  /// How many elements there are. What says neither from where to where nor a list is an error that has been told.
  static Expression elements_of(const Over& over) {
    if (!over.list.empty()) return size(over.list);
    return over.from && over.to ? *over.to - *over.from + 1 : Expression{0};
  }

  /// Where its elements route, each says where to, and a way is taken that one of them takes: of none, where there are none.
  Program fanned_out(Program body) const {
    const Expression elements = elements_of(*node_.over);
    if (!elements_route_) {
      Program each;
      if (design_.rules.empty != Empty::goes_on) each.if_(elements <= 0, Program{}.set(route_name, inner::no_elements));
      return each.map(*node_.over, std::move(body));
    }
    std::vector<std::int64_t> ways;
    for (std::int64_t number = 0; number < labels(); ++number) ways.push_back(std::int64_t{1} << number);
    const auto to = [](std::int64_t way) { return fmt::format("(to {})", way); };
    Program element;
    element.set(route_name,
                unrouted().kind() == Expression::Kind::integer ? (std::int64_t{1} << labels()) - 1 : unrouted());
    for (Step& step : body.steps) element.add(std::move(step));
    element.send(
        node_.name, inner::took,
        {.with = {{inner::route, var(route_name)}, {inner::attempt, var(try_name)}, {inner::visit, var("visit")}}});
    Program all;
    all.map(*node_.over, std::move(element));
    for (const std::int64_t way : ways) all.set(to(way), 0);
    Program hear;
    hear.receive(
        topic(inner::took)
            .from(node_.name)
            .where(message_field(inner::attempt) == var(try_name) && message_field(inner::visit) == var("visit")),
        {.as = "(took)"});
    const Expression took = var(fmt::format("(took).{}", inner::route));
    Expression sum = 0;
    for (const std::int64_t way : ways) {
      hear.if_(took / way % 2 == 1, Program{}.set(to(way), way));
      sum = sum + var(to(way));
    }
    all.repeat(std::move(hear), {.times = choose(elements > 0, elements, 0)});
    return all.set(route_name, sum);
  }

  /// How many labels its edges have.
  std::int64_t labels() const {
    std::set<std::string_view> all;
    for (const GraphNode::Edge& edge : node_.next) {
      if (!edge.label.empty()) all.insert(edge.label);
    }
    return static_cast<std::int64_t>(all.size());
  }

  /// What the body makes last goes along its edges.
  std::string last_made() const {
    std::string name;
    if (design_.rules.supersteps() || node_.over) return name;
    for_each_step(node_.body, [&](const Step& step) {
      const auto* work = std::get_if<steps::Work>(&step.action);
      if (work != nullptr && !work->makes.empty()) name = work->makes;
    });
    return name;
  }

  const GraphDesign& design_;
  const GraphNode& node_;
  const std::string& runtime_;
  const std::vector<std::string>& told_;  ///< how a subgraph says by which error it failed
  std::vector<BuildError>& errors_;
  std::uint32_t interrupts_ = 0;
  bool elements_route_ = false;
};

}  // namespace

Program node_program(const GraphDesign& design, const GraphNode& node, const std::string& runtime,
                     const std::vector<std::string>& told, std::vector<BuildError>& errors) {
  return Body{design, node, runtime, told, errors}.program();
}

std::optional<std::uint32_t> label_number(const GraphNode& node, std::string_view label) {
  std::vector<std::string_view> seen;
  for (const GraphNode::Edge& edge : node.next) {
    if (edge.label.empty() || std::ranges::find(seen, edge.label) != seen.end()) continue;
    if (edge.label == label) return static_cast<std::uint32_t>(seen.size());
    seen.push_back(edge.label);
  }
  return std::nullopt;
}

}  // namespace squall::scenarios

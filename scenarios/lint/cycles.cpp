// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/flow.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using Number = Survey::Number;

/// What goes round without a bound: a loop of one agent, or messages from agent to agent.
///
/// A bound is a number of rounds, a timeout or a deadline around, or a condition that asks something which is counted: a
/// variable that grows, a key that grows, the time.
class Cycles {
 public:
  explicit Cycles(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::Repeat>([&](Number n, const steps::Repeat& loop) {
      if (linting_.reached(n)) this->loop(n, loop);
    });
    of_messages();
  }

 private:
  static constexpr std::size_t takes_most = 500;

  // ---- bounds ----

  bool is_measure(Number agent, const std::string& name, const Index::Names& origins) const {
    if (name == "now" || (name == "visit" && linting_.workflow.graph()) || is_counter(survey_, agent, base_of(name)))
      return true;
    const auto known = origins.find(base_of(name));
    if (known == origins.end()) return false;
    return std::ranges::any_of(known->second, [&](const Origin& origin) {
      return origin.kind == Origin::Kind::read && linting_.index.is_counted(survey_.as<steps::Read>(origin.site)->key);
    });
  }

  bool asks_a_measure(Number agent, const Expression& condition) const {
    const Index::Names& origins = linting_.index.origins(agent);
    const auto names = names_in(condition);
    return std::ranges::any_of(names, [&](const std::string& name) { return is_measure(agent, name, origins); });
  }

  /// A timeout or a deadline around it, or a branch that ends when another has won.
  bool is_ended_from_outside(Number n) const {
    bool of_action = true;
    for (; n != Survey::none; n = survey_.at(n).up) {
      const Step& step = *survey_.at(n).step;
      if (of_action && (step.fields.timeout || step.fields.deadline)) return true;
      of_action = is_of_action(survey_.at(n).part);
      if (survey_.at(n).up == Survey::none) break;
      const auto* parallel = survey_.as<steps::Parallel>(survey_.at(n).up);
      if (parallel != nullptr && parallel->join.join != 0) return true;
    }
    return false;
  }

  /// Whether some `if` inside asks a measure and leaves the loop where it says so.
  bool leaves_by_measure(Number n) const {
    const Number agent = survey_.at(n).agent;
    for (Number at = n + 1; at < survey_.at(n).end; ++at) {
      const auto* choice = survey_.as<steps::If>(at);
      if (choice == nullptr || !asks_a_measure(agent, choice->condition)) continue;
      for (Number inner = at + 1; inner < survey_.at(at).end; ++inner) {
        const bool leaves = survey_.as<steps::Finish>(inner) != nullptr || survey_.as<steps::Fail>(inner) != nullptr ||
                            sets_exit(n, inner);
        if (leaves) return true;
      }
    }
    return false;
  }

  /// Whether the step sets what the loop's own condition asks.
  bool sets_exit(Number loop, Number n) const {
    const auto* set = survey_.as<steps::Set>(n);
    const Loop& of = survey_.as<steps::Repeat>(loop)->loop;
    if (set == nullptr) return false;
    return (of.while_ && names_in(*of.while_).contains(set->name)) ||
           (of.until && names_in(*of.until).contains(set->name));
  }

  bool has_bound(Number n, const Loop& loop) const {
    const Number agent = survey_.at(n).agent;
    if (loop.times || is_ended_from_outside(n)) return true;
    if (loop.while_ && asks_a_measure(agent, *loop.while_)) return true;
    if (loop.until && asks_a_measure(agent, *loop.until)) return true;
    return leaves_by_measure(n) || sets_exit_on_all_ways(n, loop);
  }

  /// Whether each round ends with the loop's own condition set to what ends it.
  bool sets_exit_on_all_ways(Number n, const Loop& loop) const {
    const auto condition = loop.until ? loop.until : loop.while_;
    if (!condition) return false;
    bool wanted = loop.until.has_value();
    const Expression* asked = &*condition;
    if (asked->kind() == Expression::Kind::negation) {
      asked = &asked->operands()[0];
      wanted = !wanted;
    }
    if (asked->kind() != Expression::Kind::name) return false;
    const Program& body = survey_.as<steps::Repeat>(n)->body;
    return sets(body, asked->text(), wanted);
  }

  static bool sets(const Program& program, const std::string& name, bool wanted) {
    bool does = false;
    for (const Step& step : program.steps) {
      if (const auto* set = std::get_if<steps::Set>(&step.action); set != nullptr && set->name == name) {
        const bool constant = set->value.kind() == Expression::Kind::integer;
        does = constant && (set->value.number() != 0) == wanted;
      }
      if (const auto* choice = std::get_if<steps::If>(&step.action))
        does = does || (sets(choice->then, name, wanted) && sets(choice->otherwise, name, wanted));
      if (const auto* chance = std::get_if<steps::Choose>(&step.action))
        does = does || std::ranges::all_of(chance->branches,
                                           [&](const auto& branch) { return sets(branch.second, name, wanted); });
      if (const auto* block = std::get_if<steps::Block>(&step.action)) does = does || sets(block->body, name, wanted);
    }
    return does;
  }

  // ---- loops ----

  bool is_fed(Number n) const {
    for (Number at = n + 1; at < survey_.at(n).end; ++at) {
      if (survey_.as<steps::Receive>(at) != nullptr || survey_.as<steps::Acquire>(at) != nullptr) return true;
    }
    return false;
  }

  void loop(Number n, const steps::Repeat& repeat) {
    const Survey::Site& site = survey_.at(n);
    const bool endless = !repeat.loop.while_ && !repeat.loop.until && !repeat.loop.times;
    if (has_bound(n, repeat.loop) || is_fed(n)) return;
    if (endless && linting_.model.definitions[site.agent].daemon) return;  // it is meant to
    const Expression* condition = repeat.loop.until    ? &*repeat.loop.until
                                  : repeat.loop.while_ ? &*repeat.loop.while_
                                                       : nullptr;
    std::string what = "it goes round for ever";
    if (condition != nullptr)
      what = fmt::format("nothing that {} asks about is counted: it may go round any number of times",
                         repeat.loop.until ? "'until'" : "'while'");
    LintFinding& finding = linting_.say("unbounded-cycle", n, std::move(what),
                                        "count the rounds and end after so many, or put a 'deadline' around it");
    finding.rehearsal = rehearsal({linting_.agent_name(site.agent)});
  }

  static Rehearsal rehearsal(std::vector<std::string> names) {
    return {.judges = {sim::Termination{.within = 1h}, sim::LivelockFreedom{.events = 2'000}},
            .faults = {},
            .names = std::move(names)};
  }

  // ---- messages ----

  /// Where an agent takes a message again and again, and what it sends before it takes the next.
  struct Take {
    Number agent, site;  ///< site: the receive; of a handler its first step
    sim::TopicId topic;
    std::uint32_t pc;
    std::vector<std::uint32_t> sends;  ///< positions
  };

  /// Whether what surrounds the step lets it run any number of times.
  bool is_repeated(Number n) const {
    for (Number at = survey_.at(n).up; at != Survey::none; at = survey_.at(at).up) {
      const auto* loop = survey_.as<steps::Repeat>(at);
      if (loop != nullptr) return !has_bound(at, loop->loop);
    }
    return false;
  }

  /// Whether an `if` around the step asks a measure: then it is not done for ever.
  bool is_measured(Number n) const {
    for (Number at = survey_.at(n).up; at != Survey::none; at = survey_.at(at).up) {
      const auto* choice = survey_.as<steps::If>(at);
      if (choice != nullptr && asks_a_measure(survey_.at(n).agent, choice->condition)) return true;
    }
    return false;
  }

  std::vector<Take> takes() const {
    std::vector<Take> all;
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
      const Code& code = *program_of(linting_.model, a);
      const Flow flow{code};
      Flow::Set barred(code.ops.size());
      for (std::uint32_t pc = 0; pc < code.ops.size(); ++pc) barred[pc] = code.ops[pc].code == OpCode::receive;
      const auto add = [&](Number site, sim::TopicId topic, std::uint32_t pc, std::vector<std::uint32_t> starts) {
        Take take{a, site, topic, pc, {}};
        std::vector<bool> seen(code.ops.size());
        while (!starts.empty()) {
          const std::uint32_t at = starts.back();
          starts.pop_back();
          if (seen[at]) continue;
          seen[at] = true;
          const OpCode code_at = code.ops[at].code;
          const Number sender = survey_.of_op(a, at);
          const bool sends = code_at == OpCode::send || code_at == OpCode::publish || code_at == OpCode::ask;
          if (sends && sender != Survey::none && !is_measured(sender)) take.sends.push_back(at);
          if (barred[at]) continue;
          for (const std::uint32_t next : flow.after(at)) starts.push_back(next);
        }
        std::ranges::sort(take.sends);
        all.push_back(std::move(take));
      };
      for (Number n = survey_.first(a); n < survey_.last(a) && all.size() < takes_most; ++n) {
        const auto pc = survey_.op(n, OpCode::receive);
        if (!pc || !linting_.reached(n) || !is_repeated(n)) continue;
        for (const sim::Source& source : code.waits[code.ops[*pc].a].sources)
          add(n, source.topic, *pc, flow.after(*pc));
      }
      for (const sim::Definition::Handler& handler : linting_.model.definitions[a].handlers) {
        const Number site = survey_.of_op(a, handler.pc);
        if (site != Survey::none && linting_.reached(site)) add(site, handler.topic, handler.pc, {handler.pc});
      }
    }
    return all;
  }

  /// Whether something that `from` sends is what `to` takes; the position of the send.
  std::optional<std::uint32_t> leads(const Take& from, const Take& to) const {
    for (const Passable::Supplier& by : linting_.passable.suppliers(to.agent, {.topic = to.topic})) {
      if (by.definition == from.agent && std::ranges::binary_search(from.sends, by.pc)) return by.pc;
    }
    return std::nullopt;
  }

  void of_messages() {
    const std::vector<Take> all = takes();
    if (all.size() > takes_most) return;
    std::vector<std::vector<std::pair<std::size_t, std::uint32_t>>> edges(all.size());
    for (std::size_t x = 0; x < all.size(); ++x) {
      for (std::size_t y = 0; y < all.size(); ++y) {
        if (const auto pc = leads(all[x], all[y])) edges[x].emplace_back(y, *pc);
      }
    }
    std::set<std::set<std::size_t>> told;
    for (std::size_t start = 0; start < all.size(); ++start) {
      const auto circle = way_back(edges, start);
      if (circle.empty()) continue;
      std::set<std::size_t> members;
      for (const auto& [take, pc] : circle) members.insert(take);
      const bool known = std::ranges::any_of(told, [&](const auto& other) {
        return std::ranges::any_of(members, [&](std::size_t member) { return other.contains(member); });
      });
      if (!known && told.insert(members).second) tell(all, circle);
    }
  }

  using Edges = std::vector<std::vector<std::pair<std::size_t, std::uint32_t>>>;

  /// The shortest way from a take back to itself: each take with the send that leads on.
  static std::vector<std::pair<std::size_t, std::uint32_t>> way_back(const Edges& edges, std::size_t start) {
    std::map<std::size_t, std::pair<std::size_t, std::uint32_t>> before;
    std::vector<std::size_t> open{start};
    for (std::size_t o = 0; o < open.size(); ++o) {
      for (const auto& [next, pc] : edges[open[o]]) {
        if (!before.emplace(next, std::pair{open[o], pc}).second) continue;
        open.push_back(next);
      }
    }
    std::vector<std::pair<std::size_t, std::uint32_t>> circle;
    if (!before.contains(start)) return circle;
    std::size_t at = start;
    do {
      circle.push_back(before.at(at));
      at = circle.back().first;
    } while (at != start);
    std::ranges::reverse(circle);
    return circle;
  }

  void tell(const std::vector<Take>& all, const std::vector<std::pair<std::size_t, std::uint32_t>>& circle) {
    std::vector<std::string> reasons, names;
    const Number first = survey_.of_op(all[circle.front().first].agent, circle.front().second);
    for (const auto& [take, pc] : circle) {
      const Number agent = all[take].agent;
      const Number send = survey_.of_op(agent, pc);
      reasons.push_back(fmt::format("{} takes {} and comes to {}", linting_.agent_name(agent),
                                    linting_.model.topic(all[take].topic).name, survey_.name(send)));
      names.push_back(linting_.agent_name(agent));
    }
    LintFinding& finding =
        linting_.say("unbounded-cycle", first, "these messages may go round any number of times",
                     "count how often one was handed on and stop at so many, or let one of them not hand it on");
    finding.reasons = std::move(reasons);
    finding.rehearsal = rehearsal({});
    finding.rehearsal.some = involved(names);
  }

  /// Those who go round, and those who wait to hear from them.
  std::vector<std::string> involved(std::vector<std::string> names) const {
    const std::vector<std::string> round = names;
    for (const Passable::Supplier& by : linting_.passable.all()) {
      const bool of_round = std::ranges::find(round, linting_.agent_name(by.definition)) != round.end();
      if (!of_round || by.supply.kind != sim::Supply::Kind::message || by.supply.to_anybody) continue;
      names.push_back(linting_.agent_name(index(by.supply.to)));
    }
    return names;
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_cycles(Linting& linting) { Cycles{linting}.run(); }

}  // namespace squall::scenarios

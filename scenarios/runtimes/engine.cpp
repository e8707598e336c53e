// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "scenarios/agents/bodies_runtime.hpp"
#include "scenarios/runtimes/agenda.hpp"
#include "scenarios/runtimes/commits.hpp"
#include "scenarios/runtimes/crew.hpp"
#include "scenarios/runtimes/ending.hpp"
#include "scenarios/runtimes/joins.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "scenarios/runtimes/run_name.hpp"
#include "scenarios/runtimes/start.hpp"

/// A runtime at work: tokens go along edges, joins let nodes begin, and the end is reached when nothing is left that could run.
namespace squall::scenarios {
namespace {

enum class Goes : std::uint8_t { on, on_unsaved, waits, ends, fails };

class Engine {
 public:
  Engine(Frame& frame, const Op& op)
      : f_(frame), op_(op), plan_(*frame.code.runtimes[op.a]), state_(frame.turn.world, frame.turn.activation, plan_) {}

  Goes begin() {
    // What nodes said to a run that was cut short is no news of this one.
    const bool goes_on = plan_.in_cells && !plan_.large && state_.begun() != 0;
    if (alone() && !(goes_on && plan_.rules.remote())) f_.turn.discard(plan_.heard);
    if (goes_on) return go_on();
    if (plan_.large) forget_all();
    if (plan_.ending) state_.began() = (f_.turn.now() - sim::start_of_time).count();
    for (const std::uint32_t edge : plan_.start) push(edge, EdgeToken::ok, sim::no_row);
    return plan_.rules.supersteps() ? next_step() : settle();
  }

  /// Tells the agents of nodes to run.
  Goes go() {
    if (plan_.workers != 0) {
      crew_.known() ? hand_out_to_crew() : hand_out();
      return state_.running() != 0 ? Goes::waits : over(!at_its_limit());
    }
    for (std::uint32_t n = agenda_.next_to_tell(0); n < plan_.nodes.size(); n = agenda_.next_to_tell(n + 1)) {
      NodeState node = state_.node(n);
      for (; node.sent < node.running; ++node.sent) tell(n, node, {});
      state_.set(n, node);
    }
    if (state_.running() != 0) return Goes::waits;
    return over(!at_its_limit());
  }

  /// After a crash: who lived in the process of the runtime knows nothing any more, and is told again.
  Goes again() {
    tell_again();
    return go();
  }

  /// A node has said that it is done, or that it gives way to a question.
  Goes done() {
    const std::int64_t held = f_.locals()[plan_.message];
    if (held == 0) return Goes::waits;  // a fault has led it here again
    const sim::MessageRow& row = f_.turn.world.message(static_cast<sim::Row>(held - 1));
    if (plan_.gives_way && (row.topic == plan_.asks || row.topic == plan_.may_ask)) {
      const std::uint32_t n = node_of(row.from);
      const bool asks = row.topic == plan_.asks;
      drop();
      if (asks && n != plan_.nodes.size() && state_.node(n).running != 0) state_.asking(n) = wishes;
      asks ? let_ask() : let_all_ask();
      return Goes::waits;
    }
    return ended(row);
  }

  /// It is over before its time: nothing that waits for the end of a step is committed, and whoever works for it stops too.
  void cut_short() {
    commits_.discard_all();
    stop_nodes();
    close();
  }

 private:
  void tell_again() {
    for (std::uint32_t n = 0; !plan_.rules.remote() && n < plan_.nodes.size(); ++n) {
      NodeState node = state_.node(n);
      if (node.running != 0 && node.sent == node.running) agenda_.note_to_tell(n);
      node.sent = 0;
      state_.set(n, node);
    }
    if (!plan_.rules.remote()) {
      agenda_.none_is_busy();
      if (crew_.known()) crew_.begin_again();
      for (std::uint32_t n = 0; plan_.gives_way && n < plan_.nodes.size(); ++n) state_.asking(n) = 0;
    }
  }

  Goes ended(const sim::MessageRow& row) {
    const std::uint32_t n = node_of(row.from);
    // A fault may bring the word of another runtime's node, or bring it twice: the first one counted.
    if (n == plan_.nodes.size() || state_.node(n).running == 0) return drop(), Goes::waits;
    NodeState node = state_.node(n);
    const bool was_to_tell = node.sent != node.running;
    --node.running;
    const std::int64_t* fields = sim::World::after<std::int64_t>(row);
    const bool was_told = node.sent != 0;
    if (was_told) {
      --node.sent;
      agenda_.worker_is_free();
    }
    state_.set(n, node);
    const bool none_to_tell = was_to_tell && node.sent == node.running;
    if (none_to_tell) agenda_.forget_to_tell(n);
    if (crew_.known()) was_told ? crew_.done(n, fields[plan_.worker_field]) : crew_.gone(n, none_to_tell);
    --state_.running();
    const bool ok = row.topic != plan_.failed;
    std::int64_t because = -1;
    if (!ok && (row.present >> plan_.because_field & 1) != 0) because = fields[plan_.because_field];
    sim::Error error = sim::Error::failed;
    if (!ok && (row.present >> plan_.error_field & 1) != 0) {
      error = error_called(fields[plan_.error_field]);
      if (because == -1) because = fields[plan_.error_field];
    }
    const std::int64_t route = fields[plan_.route_field];
    const sim::Row work = row.artifact;
    commits_.accept(n, ok, fields[plan_.attempt_field]);
    if (!ok && plan_.rules.failure == FailureScope::graph) {
      drop();
      return fail(error, because == -1 ? plan_.nodes[n].failed_text : because);
    }
    if (ok && plan_.rules.commit == Commit::end_of_node) commits_.apply(n);
    if (ends_now(f_, op_, plan_, state_)) return drop(), over(false);
    go_along(n, ok, route, work);
    drop();
    if (!plan_.rules.supersteps()) return settle();
    if (plan_.gives_way) {
      state_.asking(n) = 0;
      if (state_.running() != 0) let_ask();
    }
    if (state_.running() != 0) return save_between();
    if (!commits_.apply_step()) return fail(sim::Error::conflict, plan_.clash_text);
    return next_step();
  }

  /// A subgraph that a crash has cut off: as its last checkpoint has it. What had ended in the open step is not run again,
  /// where that was saved.
  Goes go_on() {
    tell_again();
    if (state_.running() != 0) return Goes::on;
    return plan_.rules.supersteps() ? next_step() : settle();
  }

  /// Its words are its agent's, and no run of it is open any more.
  void close() {
    if (!plan_.in_cells || plan_.large) return;
    forget_all();
    f_.turn.checkpoint(0, f_.ask(op_));
  }

  // ---- questions, under supersteps ----

  static constexpr std::int64_t wishes = 1, waits = 2;  // `RuntimeState::asking`

  /// Those who give way ask once nobody works in this step any more; and in that around it, if there is one.
  void let_ask() {
    bool wished = false;
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      if (state_.node(n).running != 0 && state_.asking(n) == 0) return;
      wished = wished || state_.asking(n) == wishes;
    }
    if (!wished) return;
    if (plan_.around == sim::nobody) return let_all_ask();
    f_.turn.send({.to = plan_.around, .topic = plan_.asks}, f_.ask(op_));
  }
  void let_all_ask() {
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      if (state_.asking(n) != wishes) continue;
      state_.asking(n) = waits;
      const RuntimePlan::Node& node = plan_.nodes[n];
      f_.turn.send({.to = node.runtime == sim::nobody ? node.agent : node.runtime, .topic = plan_.may_ask},
                   f_.ask(op_));
    }
  }

  void stop_nodes() {
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      if (state_.node(n).running == 0) continue;
      for (const sim::AgentId agent : plan_.nodes[n].inside) f_.turn.cancel_agent(agent, false);
    }
  }

  /// Whether no other run of this graph is at work in the instance.
  bool alone() const {
    const sim::World& world = f_.turn.world;
    for (sim::Row each = world.agent(f_.turn.self).first; each != sim::no_row; each = world.activation(each).next) {
      if (each != f_.turn.activation && world.activation(each).instance == f_.turn.instance) return false;
    }
    return true;
  }

  /// `nodes.size()` where it is none of its own.
  std::uint32_t node_of(sim::AgentId agent) const {
    const auto found =
        std::ranges::lower_bound(plan_.by_agent, agent, {}, &std::pair<sim::AgentId, std::uint32_t>::first);
    const bool own = found != plan_.by_agent.end() && found->first == agent;
    return own ? found->second : static_cast<std::uint32_t>(plan_.nodes.size());
  }

  /// What an activation before this one has left in its agent's variables.
  void forget_all() {
    for (std::size_t e = 0; plan_.carries && e < plan_.edges.size(); ++e) {
      const std::int64_t held = std::exchange(state_.work(e), 0);
      if (held != 0) f_.drop(sim::CellType::artifact, static_cast<sim::Row>(held - 1));
    }
    std::fill_n(f_.turn.cells() + plan_.first, plan_.words(), 0);
  }

  /// `failed` where no error is called so: a fault may have changed the word.
  sim::Error error_called(std::int64_t text) const {
    const auto found = std::ranges::lower_bound(plan_.errors, text, {}, &std::pair<std::int64_t, sim::Error>::first);
    return found != plan_.errors.end() && found->first == text ? found->second : sim::Error::failed;
  }

  void drop() {
    std::int64_t& held = f_.locals()[plan_.message];
    // What it says is saved in this turn: after a crash it is no news.
    if (plan_.rules.keeps_starts()) f_.turn.acknowledge(static_cast<sim::Row>(held - 1));
    f_.drop(sim::CellType::message, static_cast<sim::Row>(held - 1));
    held = 0;
  }

  Goes fail(sim::Error error, std::int64_t because) {
    commits_.discard_all();
    if (plan_.rules.stops_siblings) stop_nodes();
    close();
    f_.failing = {.error = error, .from = f_.turn.self, .because = because};
    return Goes::fails;
  }

  // ---- tokens ----

  void push(std::uint32_t e, EdgeToken token, sim::Row work) {
    const RuntimePlan::Edge& edge = plan_.edges[e];
    if (plan_.carries && work != sim::no_row) {
      f_.turn.retain_artifact(work);
      const std::int64_t old = std::exchange(state_.work(e), std::int64_t{work} + 1);
      if (old != 0) f_.drop(sim::CellType::artifact, static_cast<sim::Row>(old - 1));
    }
    if (edge.data) return;
    if (edge.to == RuntimePlan::to_end) {
      if (token == EdgeToken::failed) state_.failed() = 1;
      return;
    }
    TokenQueue tokens = state_.tokens(e);
    if (tokens.debt() != 0) return tokens.owe(tokens.debt() - 1);
    if (plan_.rules.tally == Tally::sets && !tokens.empty()) return;
    if (!tokens.push(token)) overflow_ = true;
    agenda_.note_to_ask(edge.to);
  }

  void pass_on(std::uint32_t n, EdgeToken token) {
    for (const std::uint32_t edge : plan_.nodes[n].out) {
      if (!plan_.edges[edge].data) push(edge, token, sim::no_row);
    }
  }

  /// Tokens of a node that is done.
  void go_along(std::uint32_t n, bool ok, std::int64_t route, sim::Row work) {
    if (!ok) return pass_on(n, EdgeToken::failed);
    if (route == inner::no_elements && plan_.nodes[n].fans_out && plan_.rules.empty != Empty::goes_on) {
      const bool passes = plan_.rules.empty == Empty::skipped && plan_.rules.skip == Skip::propagate;
      return passes ? pass_on(n, EdgeToken::skipped) : void();
    }
    const std::vector<std::uint32_t>& out = plan_.nodes[n].out;
    std::uint32_t chosen = 0;
    const bool one = plan_.rules.start == StartRule::speaker && route == -1;
    if (one) {
      const auto choices =
          static_cast<std::uint32_t>(std::ranges::count_if(out, [&](std::uint32_t e) { return !plan_.edges[e].data; }));
      const NodeState node = state_.node(n);
      if (choices > 1)
        chosen = f_.turn.choose(ask_about(f_, op_, plan_.nodes[n].agent, node.visits - node.running), choice_purpose,
                                choices);
    }
    std::uint32_t number = 0;
    for (const std::uint32_t e : out) {
      const RuntimePlan::Edge& edge = plan_.edges[e];
      const bool taken = edge.data || (one ? number++ == chosen : edge.labels == 0 || (edge.labels & route) != 0);
      if (taken) {
        push(e, EdgeToken::ok, work);
      } else if (plan_.rules.skip == Skip::propagate) {
        push(e, EdgeToken::skipped, sim::no_row);
      }
    }
  }

  // ---- what can begin ----

  /// Everything that can begin now, which of nodes that are deferred or not.
  Goes begin_ready(bool deferred) {
    // A round of skipped tokens along a cycle changes nothing: each node passes on so often at most.
    std::size_t passes = 4 * plan_.nodes.size() + 4;
    for (bool again = true; again && !overflow_;) {
      again = false;
      for (std::uint32_t n = agenda_.next_to_ask(0, deferred); n < plan_.nodes.size();
           n = agenda_.next_to_ask(n + 1, deferred)) {
        const Joined joined = join(plan_, state_, n);
        if (joined == Joined::waits) continue;
        again = true;
        agenda_.note_to_ask(n);
        if (joined == Joined::runs) {
          if (!begin(n) && !ends_quietly(n)) return too_many(n);
        } else if (passes != 0) {
          --passes;
          pass_on(n, joined == Joined::failed ? EdgeToken::failed : EdgeToken::skipped);
        } else if (joined == Joined::failed) {
          state_.failed() = 1;  // it goes round in circles, and comes to no end
        }
      }
    }
    return overflow_ ? fail(sim::Error::overflow, plan_.overflow_text) : Goes::on;
  }

  Goes settle() { return begin_ready(false); }

  Goes next_step() {
    // Asked before the end is looked for: a graph that needs all the steps it may take fails as well.
    if (plan_.limit != 0 && state_.runs() >= plan_.limit) return at_limit();
    Goes goes = begin_ready(false);
    if (goes == Goes::on && state_.running() == 0) goes = begin_ready(true);
    if (state_.running() != 0) ++state_.runs();
    return goes;
  }

  /// False: it has run as often as it may, or the graph has.
  bool begin(std::uint32_t n) {
    NodeState node = state_.node(n);
    if (plan_.nodes[n].visits != 0 && node.visits == plan_.nodes[n].visits) return false;
    if (node.running == NodeState::most) {
      overflow_ = true;
      return true;
    }
    if (!plan_.rules.supersteps()) {
      if (plan_.limit != 0 && state_.runs() >= plan_.limit) return false;
      ++state_.runs();
    }
    ++node.visits;
    if (plan_.rules.start == StartRule::listener && node.visits > 1) {
      node.latched = 0;
      open_latches();
    }
    const bool all_told = node.sent == node.running;
    if (plan_.workers != 0 && all_told) state_.since(n) = state_.begun();
    ++state_.begun();
    ++node.running;
    state_.set(n, node);
    if (all_told) agenda_.note_to_tell(n);
    if (crew_.known()) crew_.ready(n, all_told);
    ++state_.running();
    return true;
  }

  /// A flow that has come round again hears all that it has heard before.
  void open_latches() {
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      NodeState node = state_.node(n);
      if (node.latched == 0) continue;
      node.latched = 0;
      state_.set(n, node);
    }
  }

  bool at_its_limit() { return plan_.ends_at_limit && plan_.limit != 0 && state_.runs() >= plan_.limit; }
  /// At a limit that ends the graph nothing more begins, and what has begun goes on to its end.
  bool ends_quietly(std::uint32_t n) {
    const bool again = plan_.nodes[n].visits != 0 && state_.node(n).visits == plan_.nodes[n].visits;
    return !again && at_its_limit();
  }

  Goes too_many(std::uint32_t n) {
    const NodeState node = state_.node(n);
    if (plan_.nodes[n].visits != 0 && node.visits == plan_.nodes[n].visits)
      return fail(sim::Error::failed, plan_.visits_text);
    return at_limit();
  }
  Goes at_limit() { return plan_.ends_at_limit ? over(false) : fail(sim::Error::failed, plan_.limit_text); }

  /// To as many nodes as there are workers, in the order of the policy. O(nodes) for each; of a large graph O(log nodes).
  void hand_out() {
    for (std::int64_t busy = agenda_.busy(); busy < std::int64_t{plan_.workers}; ++busy) {
      const std::uint32_t first = agenda_.first_in_line();
      if (first == plan_.nodes.size()) return;
      NodeState node = state_.node(first);
      tell(first, node, {});
      ++node.sent;
      state_.set(first, node);
      agenda_.told_by_worker(first);
    }
  }
  /// The same, of workers that are known.
  void hand_out_to_crew() {
    while (const auto job = crew_.next()) {
      NodeState node = state_.node(job->node);
      tell(job->node, node, job);
      ++node.sent;
      state_.set(job->node, node);
      crew_.told(*job);
    }
  }

  void tell(std::uint32_t n, NodeState node, std::optional<Crew::Job> job) {
    commits_.discard(n);
    std::optional<Worker> worker;
    if (job) worker = Worker{std::int64_t{job->worker} + 1, crew_.percent(*job)};
    tell_start(f_, op_, plan_, state_, n, node, worker);
  }

  // ---- the end ----

  /// In the middle of a step: it is saved as nodes end, or not before the step does. There may be a worker for somebody else
  /// now.
  Goes save_between() {
    if (plan_.rules.checkpoint == Saves::node) return Goes::on;
    return plan_.workers == 0 ? Goes::waits : Goes::on_unsaved;
  }

  /// Nothing is left that could run. `tells`: what nobody took lies with whom it was for.
  Goes over(bool tells) {
    for (const RuntimePlan::Node& node : plan_.nodes) {
      for (const std::uint32_t e : node.in) {
        while (tells && !state_.tokens(e).empty()) {
          if (state_.tokens(e).pop() == EdgeToken::ok)
            f_.turn.send({.to = node.agent, .topic = plan_.edges[e].token}, f_.ask(op_));
        }
      }
    }
    if (!plan_.reports) {
      if (state_.failed() != 0) return fail(sim::Error::failed, -1);
      close();
      return Goes::ends;
    }
    f_.turn.report(state_.failed() == 0);
    return Goes::ends;
  }

  Frame& f_;
  const Op& op_;
  const RuntimePlan& plan_;
  RuntimeState state_;
  Commits commits_{f_, op_, plan_};
  Agenda agenda_{plan_, state_};
  Crew crew_{plan_, state_, agenda_};
  bool overflow_ = false;
};

}  // namespace

namespace body {

std::uint32_t runtime(Frame& f, const Op& op) {
  Engine engine{f, op};
  const auto part = static_cast<RuntimePart>(op.flags);
  if (part == RuntimePart::stop) {
    engine.cut_short();
    return op.handler;
  }
  const std::uint32_t* targets = f.code.targets.data() + op.b;
  Goes goes = Goes::on;
  switch (part) {
    case RuntimePart::begin: goes = engine.begin(); break;
    case RuntimePart::go: goes = engine.go(); break;
    case RuntimePart::again: goes = engine.again(); break;
    default: goes = engine.done(); break;
  }
  const auto to = [&](RuntimeTarget target) { return targets[static_cast<std::size_t>(target)]; };
  const Rules& rules = f.code.runtimes[op.a]->rules;
  const auto save = [&] {
    f.turn.row().pc = to(RuntimeTarget::again);  // where a restart goes on
    f.turn.checkpoint(0, f.ask(op));
  };
  switch (goes) {
    case Goes::on:
      if (rules.checkpoint == Saves::none || rules.keeps_starts()) return to(RuntimeTarget::go);
      save();
      return f.yield_to(to(RuntimeTarget::go));
    case Goes::on_unsaved: return to(RuntimeTarget::go);
    case Goes::waits:
      // Starts have happened with all that led to them, or not at all: they are saved in the same turn.
      if (part == RuntimePart::go && rules.keeps_starts()) save();
      return to(RuntimeTarget::wait);
    case Goes::ends: return to(RuntimeTarget::end);
    case Goes::fails: break;
  }
  return op.handler;
}

}  // namespace body
}  // namespace squall::scenarios

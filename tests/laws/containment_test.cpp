// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

#include "faults/recorder.hpp"
#include "scenarios/builtin/feature_team.hpp"
#include "sim/agent.hpp"
#include "sim/content.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/search.hpp"
#include "tests/laws/play.hpp"

/// Law 4: every state of a timed run is among the states of the untimed world under the same fault budget. It ties kernel,
/// explorer, canonical form and faults to each other. And the second half of law 3: states that are packed and unpacked are
/// the same states.
namespace squall::laws {
namespace {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

/// Fingerprints of all states that `model` can reach untimed.
class Reachable {
 public:
  Reachable(const sim::Model& model, const sim::Interposer* faults, std::uint32_t budget)
      : exploration_{.model = model, .faults = faults, .fault_budget = budget},
        run_{.model = model, .decide = odometer_, .faults = faults, .timed = false},
        content_(model),
        enabled_(model, faults),
        world_(model, sim::Half::state_only),
        parent_(world_) {
    run_.moves = &enabled_.moves();
    do {
      sim::begin_explored(world_, run_, exploration_);
      meet();
    } while (odometer_.next());
    for (; !pending_.empty(); pending_.pop_front()) expand(pending_.front());
  }
  bool has(std::uint64_t fingerprint) const { return states_.contains(fingerprint); }
  std::size_t size() const { return states_.size(); }

 private:
  void meet() {
    if (!states_.insert(content_.hash(world_)).second) return;
    REQUIRE(states_.size() < 2'000'000);
    pending_.push_back(world_);
  }
  void expand(const sim::World& parent) {
    parent_ = parent;
    const std::vector<sim::Event> events = enabled_.list(parent_);
    for (const sim::Event event : events) {
      do {
        world_ = parent_;
        sim::apply(world_, event, run_);
        meet();
      } while (odometer_.next());
    }
  }

  sim::Exploration exploration_;
  sim::Odometer odometer_;
  sim::Run run_;
  sim::Content content_;
  sim::Enabled enabled_;
  sim::World world_, parent_;
  std::deque<sim::World> pending_;
  std::unordered_set<std::uint64_t> states_;
};

/// All that `plan` has taken from the budget.
std::uint32_t spent(const faults::Plan& plan) {
  std::uint32_t sum = 0;
  for (const faults::Line& line : plan.lines) sum += faults::cost(line.fault);
  return sum;
}

struct Containment {
  std::uint64_t states = 0;      ///< of timed runs
  std::uint64_t outside = 0;     ///< of them, not among the explored
  std::uint32_t spent_most = 0;  ///< faults in one run
  std::string first;             ///< the first one outside
};

/// Compares each timed run up to where it has spent more than `budget`.
Containment compare(sim::Model model, const faults::Profile& profile, std::uint32_t budget, std::uint64_t seeds) {
  model.fault_shadow = faults::Armed::shadow_bytes(profile.lines.size());
  const faults::Armed armed(model, profile);
  const Reachable reachable(model, &armed, budget);
  Containment result;
  // The explorer packs its states, unpacks them and makes them again from events; here every world is kept as it is.
  const sim::SearchResult searched =
      sim::Search(model, {.exact = true, .fault_budget = budget, .faults = &armed}).run();
  CHECK(searched.complete);
  CHECK(searched.distinct == reachable.size());
  sim::Content content(model);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const faults::Recorder recorder(model, armed);
    Play play(model, seed, &recorder, nullptr, budget);
    std::uint64_t event = 0;
    do {
      if (spent(recorder.plan()) > budget) break;
      result.spent_most = std::max(result.spent_most, spent(recorder.plan()));
      ++result.states;
      if (reachable.has(content.hash(play.world))) continue;
      ++result.outside;
      if (result.first.empty()) {
        result.first = model.name + ", seed " + std::to_string(seed) + ", event " + std::to_string(event) + "\n" +
                       to_text(recorder.plan());
      }
    } while (++event, play.step());
  }
  return result;
}

void check_inside(const Containment& result, std::uint32_t spent_most) {
  CHECK_MESSAGE(result.outside == 0, result.outside << " of " << result.states << " states; first: " << result.first);
  CHECK(result.spent_most == spent_most);  // the faults did strike
}

faults::Profile messages(sim::Probability chance) {
  using namespace faults;
  return {
      .lines = {{MessageLoss{}, {}, {.chance = chance}},
                {MessageDuplicate{.copies = 1, .after = sim::Distribution::uniform(0ms, 50ms)}, {}, {.chance = chance}},
                {MessageDelay{.times = 20}, {}, {.chance = chance}}}};
}
faults::Profile agents(sim::Probability chance) {
  using namespace faults;
  return {
      .lines = {
          {AgentCrash{.side = Side::before, .restart = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = chance}},
          {AgentCrash{.side = Side::after, .memory = true}, {}, {.chance = chance}},
          {AgentRestart{.down = sim::Distribution::uniform(0ms, 9ms)}, {}, {.chance = chance}}}};
}

// ---- what is explored ----

/// Asks twice; asks again, once, where no answer comes in time.
struct Asker {
  std::int64_t asked = 0, heard = 0, again = 0;
  static constexpr sim::TopicId question{0}, answer{1}, bell{2};
  void ask(sim::Turn& turn) {
    turn.send(sim::AgentId{1}, question, {asked});
    turn.timer(bell, 12ms);
  }
  void on_start(sim::Turn& turn) { ask(turn); }
  void on_message(sim::Turn& turn, const sim::Message& message) {
    if (message.field(0) != asked) return;
    ++heard;
    if (++asked < 2) ask(turn);
  }
  void on_timer(sim::Turn& turn, sim::TopicId) {
    if (asked < 2 && again++ == 0) turn.send(sim::AgentId{1}, question, {asked});
  }
};
struct Answerer {
  std::int64_t answered = 0;
  void on_message(sim::Turn& turn, const sim::Message& message) {
    ++answered;
    turn.send(message.from, Asker::answer, {message.field(0)});
  }
};
sim::Model asking(bool fifo) {
  sim::Model model;
  model.name = "asking";
  sim::add_topic(model, "question", {"n"});
  sim::add_topic(model, "answer", {"n"});
  sim::add_topic(model, "bell");
  sim::add_agent(model, "asker", Asker{});
  sim::add_agent(model, "answerer", Answerer{});
  model.network.fifo = fifo;
  model.finish();
  return model;
}

/// Two update one counter under no guard, one of them twice; a third reads it late.
sim::Model counters() {
  Workflow workflow{"counters"};
  workflow.key("n", {.initial = 0});
  workflow.key("late", {.initial = 0, .consistency = sim::Consistency::eventual, .lag = uniform(0ms, 20ms)});
  workflow.agent("once", program().update("n", var("old") + 1).write("late", 1));
  workflow.agent("twice", program().repeat(program().update("n", var("old") + 1), {.times = 2}));
  workflow.agent("reader", program().sleep(uniform(1ms, 20ms)).read("late").read("n"));
  return built(workflow);
}

/// A lock, a tool that errs, an ask with a timeout and a retry, and branches.
sim::Model errands() {
  Workflow workflow{"errands"};
  workflow.tool("bank", {.latency = uniform(1ms, 8ms), .error = 30_percent});
  workflow.resource("desk", {.frees = sim::ResourceInfo::Frees::on_crash});
  workflow.agent(
      "client",
      program().parallel(
          {{"pay", program().acquire("desk").call("bank", {.key = 1}, {.retry = Retry{.times = 2}}).release("desk")},
           {"ask", program().ask("clerk", "price", {}, {.timeout = 15ms, .otherwise = program()})}},
          {.failure = Failure::collect}));
  workflow.agent("clerk",
                 {.on = {{"price", program().acquire("desk").work(uniform(1ms, 20ms)).release("desk").reply()}}});
  return built(workflow);
}

/// Two jobs in a queue, two workers who acknowledge at the end of their work.
sim::Model jobs() {
  Workflow workflow{"jobs"};
  workflow.topic("job", {.mode = sim::TopicInfo::Mode::queue,
                         .ack = sim::Ack::end,
                         .redeliver_after = 30ms,
                         .redeliver_max = 1,
                         .leftover_ok = true});
  workflow.agent("giver", program().publish("job").publish("job"));
  workflow.agent("worker", {.on = {{"job", program().work(uniform(1ms, 20ms)).send("teller", "done")}}, .replicas = 2});
  workflow.agent("teller", program().receive("done").receive("done"));
  return built(workflow);
}

/// News for whoever listens: from the start, or late, but then with what was retained.
sim::Model news() {
  Workflow workflow{"news"};
  workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .retain = 1, .leftover_ok = true});
  workflow.agent("speaker", program().publish("news").sleep(uniform(1ms, 9ms)).publish("news"));
  workflow.agent("early", program().receive("news").receive("news", {.timeout = 9ms, .otherwise = program()}));
  workflow.agent("late", program()
                             .sleep(uniform(1ms, 20ms))
                             .subscribe("news", 0)
                             .receive("news", {.timeout = 5ms, .otherwise = program()}));
  return built(workflow);
}

/// A parent, its child, and a failure detector.
sim::Model family() {
  Workflow workflow{"family"};
  workflow.agent("parent", program()
                               .spawn("child", {.with = {{"n", 1}}}, {.as = "kid"})
                               .watch(var("peer"), 5ms)
                               .receive(any_of({"grown", "late", "ended", "down"}),
                                        {.timeout = 12ms, .otherwise = program().cancel(var("kid"))})
                               .sleep(uniform(1ms, 9ms)));
  workflow.agent(
      "child",
      {.program = program().work(uniform(1ms, 15ms)).checkpoint().work(uniform(1ms, 9ms)).send("parent", "grown"),
       .start = sim::Start::spawned});
  workflow.agent(
      "peer",
      {.program = program().work(uniform(1ms, 5ms)).checkpoint().work(uniform(1ms, 20ms)).send("parent", "late"),
       .resume = sim::Resume::checkpoint});
  return built(workflow);
}

/// A lease shorter than some work, a fenced key, a causal one, a full inbox.
sim::Model leases() {
  Workflow workflow{"leases"};
  workflow.resource("badge",
                    {.kind = sim::ResourceInfo::Kind::lease, .period = 8ms, .frees = sim::ResourceInfo::Frees::on_end});
  workflow.key("door", {.initial = 0, .fenced_by = "badge"});
  workflow.key("sign", {.initial = 0, .consistency = sim::Consistency::causal, .lag = uniform(0ms, 10ms)});
  const Program enter = program().block(program()
                                            .acquire("badge")
                                            .work(uniform(1ms, 15ms))
                                            .write("door", var("self") == var("ann"))
                                            .write("sign", 1)
                                            .release("badge"),
                                        {.otherwise = program()});
  workflow.agent("ann", Program(enter).send("desk", "came").send("desk", "went"));
  workflow.agent("bob", Program(enter).send("desk", "came"));
  workflow.agent("desk", {.program = program()
                                         .work(uniform(1ms, 20ms))
                                         .receive("came")
                                         .read("sign")
                                         .receive("went", {.timeout = 20ms, .otherwise = program()}),
                          .mailbox = {.capacity = 1, .full = sim::Full::drop_old}});
  return built(workflow);
}

/// Steps undone when a later one fails, a block's last words, a map of which two run at once.
sim::Model saga() {
  Workflow workflow{"saga"};
  workflow.tool("shop", {.latency = uniform(1ms, 8ms), .error = 30_percent, .undone_by = "refund"});
  workflow.tool("refund", {.latency = uniform(1ms, 8ms)});
  workflow.agent("buyer",
                 program().block(program()
                                     .call("shop", {.key = 1}, {.undo = program().call("refund", {.key = 1})})
                                     .call("shop", {.key = 2}, {.timeout = 7ms}),
                                 {.otherwise = program().emit("undone"), .finally = program().send("clerk", "over")}));
  workflow.agent(
      "clerk",
      program().map({.from = 1, .to = 3, .item = "n", .limit = 2}, program().sleep(uniform(1ms, 5ms))).receive("over"));
  return built(workflow);
}

/// Three senders, room for one message; a limit of calls; a snapshot.
sim::Model narrow() {
  Workflow workflow{"narrow"};
  workflow.tool("mail", {.latency = uniform(1ms, 4ms), .limit = std::pair{1U, sim::Duration{20ms}}});
  workflow.key("page", {.initial = 0, .consistency = sim::Consistency::snapshot});
  workflow.agent("one", program().send("desk", "note").write("page", 1).call("mail", {}, {.otherwise = program()}));
  workflow.agent("two", program().send("desk", "note").send("desk", "note").call("mail", {}, {.otherwise = program()}));
  workflow.agent(
      "desk",
      {.program = program().receive("note").sleep(uniform(1ms, 9ms)).receive("note").read("page").receive("note"),
       .mailbox = {.capacity = 1, .full = sim::Full::block}});
  return built(workflow);
}

/// Two instances at once through one clerk.
sim::Model two_at_once() {
  Workflow workflow{"two at once"};
  workflow.load(2, uniform(0ms, 10ms));
  workflow.key("sum", {.initial = 0, .shared = true, .reducer = sim::Reducer::sum});
  workflow.agent("client", program().ask("clerk", "price").write("sum", 1).finish());
  workflow.agent("clerk", {.on = {{"price", program().work(uniform(1ms, 9ms)).reply()}}});
  return built(workflow);
}

}  // namespace

TEST_SUITE("law 4: what happens in time can happen without") {
  TEST_CASE("without faults") {
    check_inside(compare(asking(true), {}, 0, 200), 0);
    check_inside(compare(asking(false), {}, 0, 200), 0);
    check_inside(compare(counters(), {}, 0, 200), 0);
    check_inside(compare(errands(), {}, 0, 200), 0);
    check_inside(compare(jobs(), {}, 0, 200), 0);
    check_inside(compare(news(), {}, 0, 200), 0);
    check_inside(compare(family(), {}, 0, 200), 0);
    check_inside(compare(leases(), {}, 0, 200), 0);
    check_inside(compare(saga(), {}, 0, 200), 0);
    check_inside(compare(narrow(), {}, 0, 200), 0);
    check_inside(compare(two_at_once(), {}, 0, 200), 0);
    check_inside(compare(built(feature_team()), {}, 0, 50), 0);
    check_inside(compare(built(feature_team_fixed()), {}, 0, 50), 0);
  }
  TEST_CASE("with messages lost, doubled and delayed, at most two of them") {
    check_inside(compare(asking(true), messages(15_percent), 2, 300), 2);
    check_inside(compare(asking(false), messages(15_percent), 2, 300), 2);
    check_inside(compare(errands(), messages(15_percent), 2, 300), 2);
    check_inside(compare(jobs(), messages(15_percent), 1, 300), 1);
    check_inside(compare(news(), messages(15_percent), 2, 300), 2);
    check_inside(compare(family(), messages(15_percent), 2, 300), 2);
    check_inside(compare(leases(), messages(15_percent), 1, 300), 1);
    check_inside(compare(saga(), messages(30_percent), 1, 300), 1);
    check_inside(compare(narrow(), messages(15_percent), 1, 300), 1);
    check_inside(compare(two_at_once(), messages(15_percent), 1, 300), 1);
    check_inside(compare(built(feature_team()), messages(15_percent), 2, 100), 2);
  }
  TEST_CASE("with an agent that crashes, in the middle of a turn or after it") {
    check_inside(compare(asking(true), agents(10_percent), 1, 300), 1);
    check_inside(compare(counters(), agents(10_percent), 1, 300), 1);
    check_inside(compare(errands(), agents(10_percent), 1, 300), 1);
    check_inside(compare(jobs(), agents(5_percent), 1, 300), 1);
    check_inside(compare(family(), agents(10_percent), 1, 300), 1);
    check_inside(compare(leases(), agents(5_percent), 1, 300), 1);
    check_inside(compare(saga(), agents(10_percent), 1, 300), 1);
    check_inside(compare(narrow(), agents(10_percent), 1, 300), 1);
    check_inside(compare(two_at_once(), agents(10_percent), 1, 300), 1);
    check_inside(compare(built(feature_team_fixed()), agents(10_percent), 1, 100), 1);
  }
  TEST_CASE("with messages spoilt and taken out of order") {
    using namespace faults;
    const Profile both{
        .lines = {{MessageReorder{.by = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = 15_percent}},
                  {MessageCorrupt{}, {}, {.chance = 15_percent}}}};
    check_inside(compare(asking(true), both, 2, 300), 2);
    check_inside(compare(leases(), both, 1, 300), 1);
    check_inside(compare(built(feature_team()), both, 1, 100), 1);
    const Profile field{.lines = {{MessageCorrupt{.field = "n", .value = 7}, {}, {.chance = 15_percent}}}};
    check_inside(compare(asking(true), field, 1, 300), 1);
  }
  TEST_CASE("with links cut, for a while or for good") {
    using namespace faults;
    const auto cuts = [](const char* whom, bool drops) {
      const Cut while_{.lasts = sim::Distribution::uniform(1ms, 20ms), .drops_in_flight = drops};
      const Trigger soon{.until = sim::start_of_time + 30ms};
      return Profile{.lines = {{Partition{while_}, {.from = whom}, soon}, {OneWayPartition{}, {.to = whom}, soon}}};
    };
    check_inside(compare(asking(true), cuts("asker", false), 2, 300), 2);
    check_inside(compare(asking(false), cuts("answerer", true), 2, 300), 2);
    check_inside(compare(errands(), cuts("clerk", false), 1, 300), 1);
    check_inside(compare(jobs(), cuts("giver", true), 1, 300), 1);
    check_inside(compare(family(), cuts("parent", true), 1, 300), 1);
  }
  TEST_CASE("with agents that hang, are paused or slow") {
    using namespace faults;
    const Profile halts{
        .lines = {{AgentHang{}, {}, {.chance = 5_percent}},
                  {AgentHang{.side = Side::after}, {}, {.chance = 5_percent}},
                  {AgentPause{.lasts = sim::Distribution::uniform(1ms, 30ms)}, {}, {.chance = 20_percent}},
                  {AgentSlow{.times = 4}, {}, {.chance = 20_percent}}}};
    check_inside(compare(asking(true), halts, 1, 300), 1);
    check_inside(compare(counters(), halts, 1, 300), 1);
    check_inside(compare(errands(), halts, 1, 300), 1);
    check_inside(compare(jobs(), halts, 1, 300), 1);
    check_inside(compare(news(), halts, 1, 300), 1);
    check_inside(compare(family(), halts, 1, 300), 1);
    check_inside(compare(leases(), halts, 1, 300), 1);
    check_inside(compare(narrow(), halts, 1, 300), 1);
    check_inside(compare(two_at_once(), halts, 1, 300), 1);
  }
  TEST_CASE("with tools, keys and leases that go wrong") {
    using namespace faults;
    const Profile shared{
        .lines = {{ToolError{.effect = true}, {}, {.chance = 15_percent}},
                  {ToolTimeout{.after = sim::Distribution::uniform(1ms, 9ms)}, {}, {.chance = 15_percent}},
                  {ToolDoneButNoReply{}, {}, {.chance = 15_percent}},
                  {ToolRateLimit{.retry_after = sim::Distribution::constant(5ms)}, {}, {.chance = 15_percent}},
                  {StaleRead{}, {}, {.chance = 30_percent}},
                  {LostWrite{}, {}, {.chance = 15_percent}},
                  {LeaseExpiresEarly{}, {}, {.chance = 30_percent}}}};
    check_inside(compare(counters(), shared, 2, 300), 2);
    check_inside(compare(errands(), shared, 2, 300), 2);
    check_inside(compare(leases(), shared, 1, 300), 1);
    check_inside(compare(saga(), shared, 1, 300), 1);
    check_inside(compare(narrow(), shared, 1, 300), 1);
  }
  TEST_CASE("with an agent that crashes at a set time, between two events") {
    using namespace faults;
    const Profile at{.lines = {{AgentCrash{.restart = sim::Distribution::constant(3ms)},
                                {.agent = "client"},
                                {.at = sim::start_of_time + 9ms}}}};
    check_inside(compare(errands(), at, 1, 100), 1);
  }
  TEST_CASE("a budget that is too small leaves states outside: the comparison can fail") {
    sim::Model model = asking(true);
    const faults::Profile lossy{.lines = {{faults::MessageLoss{}, {}, {.chance = 30_percent}}}};
    model.fault_shadow = faults::Armed::shadow_bytes(1);
    const faults::Armed armed(model, lossy);
    const Reachable none(model, &armed, 0);
    const Reachable one(model, &armed, 1);
    CHECK(none.size() < one.size());
  }
}

}  // namespace squall::laws

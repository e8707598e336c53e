// SPDX-License-Identifier: Apache-2.0
#include "sim/effects.hpp"

#include "tests/sim/stage.hpp"

namespace squall::sim {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using namespace literals;

struct Answer {
  Error error;
  std::int64_t result;
  Duration at;
  friend bool operator==(const Answer&, const Answer&) = default;
};

/// Calls, and puts down what came back; two steps.
void call(std::vector<Step>& steps, CallRequest request, std::vector<Answer>& answers) {
  steps.push_back([=](Turn& turn, const Wake&) { turn.call(request, ask(turn)); });
  steps.push_back([&answers](Turn& turn, const Wake& wake) {
    CHECK(wake.why == Wake::Why::done);
    const CallRow& answered = turn.world.call(wake.row);
    answers.push_back({static_cast<Error>(answered.error), answered.result, turn.now().time_since_epoch()});
  });
}
std::vector<Step> calling(CallRequest request, std::vector<Answer>& answers, int times = 1) {
  std::vector<Step> steps;
  for (int i = 0; i < times; ++i) call(steps, request, answers);
  return steps;
}

TEST_SUITE("tools") {
  TEST_CASE("a call is a request, an effect and a reply; the effect comes after half of the latency") {
    Stage stage;
    const ToolId tool = stage.tool({.name = "deploy", .latency = Distribution::constant(5ms)});
    std::vector<Answer> answers;
    stage.agent("a", calling({.tool = tool, .with = 42}, answers));
    const World world = stage.timed();
    CHECK(answers == std::vector<Answer>{{Error::none, 42, 5ms}});
    const auto effects = stage.watcher.of(Seen::effect);
    REQUIRE(effects.size() == 1);
    CHECK(effects[0].at == 2500us);
    CHECK(stage.watcher.of(Seen::replied).size() == 1);
    CHECK(in_use(world, Pool::calls) == 0);
  }

  TEST_CASE("a query has no effect") {
    Stage stage;
    const ToolId tool = stage.tool({.name = "search", .effect = false});
    std::vector<Answer> answers;
    stage.agent("a", calling({.tool = tool}, answers));
    stage.timed();
    CHECK(answers.size() == 1);
    CHECK(stage.watcher.of(Seen::effect).empty());
  }

  TEST_CASE("an unavailable tool does nothing: never at 0 %, always at 100 %, about as often as said in between") {
    for (const std::uint32_t percent : {0U, 20U, 100U}) {
      Stage stage;
      const ToolId tool = stage.tool({.name = "deploy", .error = {percent * 10'000}});
      std::vector<Answer> answers;
      stage.agent("a", calling({.tool = tool}, answers, 400));
      stage.timed();
      const auto failed =
          std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.error == Error::unavailable; });
      // 400 x 20 % = 80, standard deviation 8: four of them to either side.
      CHECK(failed >= (percent == 20 ? 48 : 4 * percent));
      CHECK(failed <= (percent == 20 ? 112 : 4 * percent));
      CHECK(stage.watcher.of(Seen::effect).size() == 400 - static_cast<std::size_t>(failed));
    }
  }

  TEST_CASE("a repeated key within the window gives the first result and no second effect; after it, another one") {
    struct Case {
      Duration window;
      std::uint64_t key;
      std::size_t effects;
      std::int64_t third_result;
    };
    // Calls at 0, 1 and 10 ms with 1, 2 and 3; nothing takes time.
    const Case cases[] = {{1h, 7, 1, 1},      {5ms, 7, 2, 3}, {10ms, 7, 2, 3},
                          {10001us, 7, 1, 1}, {1h, 0, 3, 3},  {0ms, 7, 3, 3}};
    for (const Case& c : cases) {
      Stage stage;
      const ToolId tool = stage.tool({.name = "pay", .dedup = c.window});
      std::vector<Answer> answers;
      std::vector<Step> steps;
      call(steps, {.tool = tool, .key = c.key, .effect = 1, .with = 1}, answers);
      steps.push_back(sleep(1ms));
      call(steps, {.tool = tool, .key = c.key, .effect = 1, .with = 2}, answers);
      steps.push_back(sleep(9ms));
      call(steps, {.tool = tool, .key = c.key, .effect = 1, .with = 3}, answers);
      stage.agent("a", std::move(steps));
      stage.timed();
      REQUIRE(answers.size() == 3);
      CHECK(stage.watcher.of(Seen::effect).size() == c.effects);
      CHECK(answers[1].result == (c.effects == 3 ? 2 : 1));
      CHECK(answers[2].result == c.third_result);
    }
  }

  TEST_CASE("two keys are two effects, and one key at two tools as well") {
    Stage stage;
    const ToolId one = stage.tool({.name = "one", .dedup = 1h});
    const ToolId two = stage.tool({.name = "two", .dedup = 1h});
    std::vector<Answer> answers;
    std::vector<Step> steps;
    call(steps, {.tool = one, .key = 1, .effect = 1}, answers);
    call(steps, {.tool = one, .key = 2, .effect = 2}, answers);
    call(steps, {.tool = two, .key = 1, .effect = 3}, answers);
    stage.agent("a", std::move(steps));
    stage.timed();
    CHECK(stage.watcher.of(Seen::effect).size() == 3);
  }

  TEST_CASE("explored worlds remember a key for as long as its instance lasts") {
    Stage stage;
    const ToolId tool = stage.tool({.name = "pay", .dedup = 1ns});
    std::vector<Answer> answers;
    stage.agent("a", calling({.tool = tool, .key = 7, .effect = 1}, answers, 3));
    Answers none;
    stage.untimed(none);
    CHECK(answers.size() == 3);
    CHECK(stage.watcher.of(Seen::effect).size() == 1);
    CHECK(none.ways.empty());
  }

  TEST_CASE("effects are counted by what they are, and forgotten with their instance") {
    Stage stage;
    stage.model.keeps_effects = true;
    const ToolId tool = stage.tool(ToolInfo{.name = "pay"});
    std::vector<Answer> answers;
    std::vector<Step> steps;
    call(steps, {.tool = tool, .effect = 1}, answers);
    call(steps, {.tool = tool, .effect = 1}, answers);
    call(steps, {.tool = tool, .effect = 2}, answers);
    stage.agent("a", steps);
    const World world = stage.timed();
    std::vector<std::int64_t> times;
    for (const auto& sight : stage.watcher.of(Seen::effect)) times.push_back(sight.what.value);
    CHECK(times == std::vector<std::int64_t>{1, 2, 1});
    CHECK(effects_happened(world, stage.model, tool, 0) == 3);
    CHECK(in_use(world, Pool::effects) == 2);

    Stage many;
    many.model.keeps_effects = true;
    many.model.load.instances = 5;
    many.tool(ToolInfo{.name = "pay"});
    many.agent("a", steps);
    CHECK(in_use(many.timed(), Pool::effects) == 0);
  }

  TEST_CASE("a rejected call has no effect; the bucket fills again evenly") {
    Stage stage;
    const ToolId tool = stage.tool({.name = "model", .limited = true, .limit = 2, .limit_per = 10ms});
    std::vector<Answer> answers;
    std::vector<Step> steps;
    // Two pass at 0; a token comes back every 5 ms.
    for (const Duration pause : {0ms, 0ms, 0ms, 4ms, 1ms, 1ms, 4ms}) {
      steps.push_back(sleep(pause));
      call(steps, {.tool = tool}, answers);
    }
    stage.agent("a", std::move(steps));
    stage.timed();
    std::vector<bool> passed;
    passed.reserve(answers.size());
    for (const Answer& answer : answers) passed.push_back(answer.error == Error::none);
    CHECK(passed == std::vector<bool>{true, true, false, false, true, false, true});  // at 0, 0, 0, 4, 5, 6, 10 ms
    CHECK(stage.watcher.of(Seen::effect).size() == 4);
  }

  TEST_CASE("an explored limit may reject only after as many as it lets pass") {
    Stage stage;
    const ToolId tool = stage.tool({.name = "model", .limited = true, .limit = 2, .limit_per = 10ms});
    std::vector<Answer> answers;
    stage.agent("a", calling({.tool = tool}, answers, 4));
    Answers rejected_then_passed{{1, 0}};
    stage.untimed(rejected_then_passed);
    REQUIRE(answers.size() == 4);
    CHECK(answers[1].error == Error::none);
    CHECK(answers[2].error == Error::rate_limited);
    CHECK(answers[3].error == Error::none);
    CHECK(rejected_then_passed.ways == std::vector<std::uint32_t>{2, 2});
  }

  TEST_CASE("a fenced tool refuses whoever shows no token, and whoever shows an old one after a new one") {
    Stage stage;
    const ResourceId lease = stage.resource({.name = "lease", .kind = ResourceInfo::Kind::lease, .period = 5ms});
    const ToolId tool = stage.tool({.name = "deploy", .fenced_by = lease});
    std::vector<Answer> first, second, without;
    const Step acquire = [=](Turn& turn, const Wake&) {
      Error error{};
      CHECK(turn.acquire(lease, error, ask(turn)) != no_row);
    };
    std::vector<Step> early{acquire};
    call(early, {.tool = tool}, first);
    early.push_back(sleep(10ms));
    call(early, {.tool = tool}, first);
    std::vector<Step> late{sleep(6ms), acquire};
    call(late, {.tool = tool}, second);
    stage.agent("early", std::move(early));
    stage.agent("late", std::move(late));
    stage.agent("without", calling({.tool = tool}, without));
    stage.timed();
    REQUIRE(first.size() == 2);
    CHECK(first[0].error == Error::none);
    CHECK(first[1].error == Error::fenced);
    CHECK(second[0].error == Error::none);
    CHECK(without[0].error == Error::fenced);
    CHECK(stage.watcher.of(Seen::effect).size() == 2);
  }

  TEST_CASE("a call goes on without its caller") {
    for (const bool gives_up : {false, true}) {
      Stage stage;
      const ToolId tool = stage.tool({.name = "deploy", .latency = Distribution::constant(10ms)});
      bool timed_out = false;
      stage.agent("a", {[&](Turn& turn, const Wake&) {
                          if (gives_up) turn.arm(TimerKind::timeout, 2ms);
                          turn.call({.tool = tool}, ask(turn));
                        },
                        [&](Turn&, const Wake& wake) { timed_out = wake.why == Wake::Why::timeout; }});
      const World world = stage.timed();
      CHECK(timed_out == gives_up);
      CHECK(stage.watcher.of(Seen::effect).size() == 1);
      CHECK(stage.watcher.of(Seen::replied).size() == (gives_up ? 0 : 1));
      CHECK(in_use(world, Pool::calls) == 0);
    }
  }
}

TEST_SUITE("faults at tools") {
  struct Outcome {
    std::size_t effects;
    std::vector<Error> answers;
    bool stuck;
  };
  Outcome with(Strike where, Verdict verdict, Duration* replied_at = nullptr) {
    Stage stage;
    const ToolId tool = stage.tool({.name = "deploy", .latency = Distribution::constant(4ms)});
    std::vector<Answer> answers;
    stage.agent("a", calling({.tool = tool}, answers));
    const OneFault fault{where, verdict};
    const World world = stage.timed(1, &fault);
    CHECK(fault.struck == 1);
    CHECK(in_use(world, Pool::calls) == 0);
    std::vector<Error> errors;
    for (const Answer& answer : answers) {
      errors.push_back(answer.error);
      if (replied_at != nullptr) *replied_at = answer.at;
    }
    const Row first = world.agent(AgentId{0}).first;
    const bool stuck = first != no_row && world.activation(first).phase == Phase::waiting &&
                       world.activation(first).wait == Wait::reply;
    return {stage.watcher.of(Seen::effect).size(), errors, stuck};
  }

  TEST_CASE("happened and replied are two things, and each can be without the other") {
    const Outcome healthy = with(Strike::effect, {});
    CHECK(healthy.effects == 1);
    CHECK(healthy.answers == std::vector<Error>{Error::none});

    const Outcome refused = with(Strike::effect, {.error = static_cast<std::uint8_t>(Error::unavailable)});
    CHECK(refused.effects == 0);
    CHECK(refused.answers == std::vector<Error>{Error::unavailable});

    const Outcome lie = with(Strike::effect, {.drop = true});
    CHECK(lie.effects == 0);
    CHECK(lie.answers == std::vector<Error>{Error::none});

    const Outcome silent = with(Strike::effect, {.unanswered = true});
    CHECK(silent.effects == 1);
    CHECK(silent.answers.empty());
    CHECK(silent.stuck);

    const Outcome lost_request = with(Strike::effect, {.drop = true, .unanswered = true});
    CHECK(lost_request.effects == 0);
    CHECK(lost_request.stuck);

    const Outcome false_alarm = with(Strike::answer, {.error = static_cast<std::uint8_t>(Error::failed)});
    CHECK(false_alarm.effects == 1);
    CHECK(false_alarm.answers == std::vector<Error>{Error::failed});

    const Outcome lost_answer = with(Strike::answer, {.drop = true});
    CHECK(lost_answer.effects == 1);
    CHECK(lost_answer.stuck);
  }

  TEST_CASE("a delay holds the answer back, not the effect") {
    for (const Strike where : {Strike::effect, Strike::answer}) {
      Duration replied_at{};
      const Outcome slow = with(where, {.delay = 3ms}, &replied_at);
      CHECK(slow.effects == 1);
      CHECK(replied_at == 7ms);
    }
  }
}

}  // namespace
}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "tests/scenarios/play.hpp"

/// What is wrong with a workflow is said when it is built: where, what, and what to write instead. Texts are compared whole.
namespace squall::scenarios {
namespace {

using namespace sim::literals;

std::string wrong_with(const Workflow& workflow) { return workflow.build().text(); }

/// Of an agent `one` with this program, next to an agent `two` that takes `task`.
std::string wrong(const Program& program) {
  Workflow workflow{"test"};
  workflow.agent("one", program);
  workflow.agent("two", program.steps.empty() ? scenarios::program() : scenarios::program().receive("task"));
  return wrong_with(workflow);
}

std::string wrong(const std::function<void(Workflow&)>& declare) {
  Workflow workflow{"test"};
  declare(workflow);
  return wrong_with(workflow);
}

/// An agent that is nothing special.
Workflow& with_agent(Workflow& workflow) { return workflow.agent("one", program().work(1s)); }

}  // namespace

TEST_SUITE("names that mean nothing") {
  TEST_CASE("a workflow without errors has none, and says nothing") {
    CHECK(wrong(program().send("two", "task")) == "");
  }

  TEST_CASE("an agent") {
    CHECK(wrong(program().send("twoo", "task")) ==
          "one/send twoo task: sends to 'twoo', but no agent is called so; did you mean 'two'?\n");
    CHECK(wrong(program().send("everybody", "task")) ==
          "one/send everybody task: sends to 'everybody', but no agent is called so; declare an agent 'everybody', or "
          "use one of: one, two\n");
    CHECK(wrong(program().receive(topic("task").from("twoo"))) ==
          "one/receive task: receives from 'twoo', but no agent is called so; did you mean 'two'?\n");
    CHECK(wrong(program().spawn("twoo")) ==
          "one/spawn twoo: spawns 'twoo', but no agent is called so; did you mean 'two'?\n");
    CHECK(wrong(program().watch(var("twoo"))) ==
          "one/watch twoo: nothing is called 'twoo' here; set it before, or use a variable, a message's field or an "
          "agent's name\n");
  }

  TEST_CASE("a key, a tool, a resource") {
    CHECK(wrong([](Workflow& w) { w.key("plan").agent("one", program().read("plam")); }) ==
          "one/read plam: no key of the context is called 'plam'; did you mean 'plan'?\n");
    CHECK(wrong(program().write("k", 1)) == "one/write k: no key of the context is called 'k'; declare a key 'k'\n");
    CHECK(wrong(program().call("github")) == "one/call github: no tool is called 'github'; declare a tool 'github'\n");
    CHECK(wrong(program().acquire("lock")) ==
          "one/acquire lock: no resource is called 'lock'; declare a resource 'lock'\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).key("k", {.fenced_by = "lease"}); }) ==
          "k: is fenced by 'lease', but no resource is called so; declare a resource 'lease'\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).tool("make", {.undone_by = "unmake"}); }) ==
          "make: is undone by 'unmake', but no tool is called so; did you mean 'make'?\n");
    CHECK(wrong([](Workflow& w) {
            with_agent(w).link({"one", "oone", {}});
          }) == "network: no agent is called 'oone'; did you mean 'one'?\n");
  }

  TEST_CASE("a variable, a field of a message, an error") {
    CHECK(wrong(program().emit("n", var("n"))) ==
          "one/emit n: nothing is called 'n' here; set it before, or use a variable, a message's field or an agent's "
          "name\n");
    CHECK(wrong(program().receive("task").emit("n", var("msg.n") + 1)) ==
          "one/emit n: no message carries a field 'n'; give it in the `with` of a send, or use from, topic, request, "
          "attempt\n");
    CHECK(wrong(program().emit("n", var("error.name"))) ==
          "one/emit n: 'error.name' is not known here; `error.name .from .because .retry_after` are known inside "
          "`otherwise`\n");
    CHECK(wrong(program().work(1s, {.otherwise = Otherwise{{"broken", program()}}})) ==
          "one/work: nothing fails with 'broken'; name a built-in error, one that a `fail` names, or `any`\n");
    CHECK(wrong(program().work(1s, {.retry = Retry{.times = 2, .on = {"broken"}}})) ==
          "one/work: nothing fails with 'broken'; name a built-in error or one that a `fail` names\n");
    CHECK(wrong(program().receive("task").if_(var("msg.topic") == "tusk" || var("now") > 0, program())) ==
          "one/if: no topic is called 'tusk'; compare with a topic that is sent\n");
  }

  TEST_CASE("an artifact, a list, a message") {
    CHECK(wrong(program().validate("code")) ==
          "one/validate code: nothing called 'code' is made or received here; name an artifact or a message\n");
    CHECK(
        wrong(program().send("two", "task", {.artifact = "code"})) ==
        "one/send two task: nothing called 'code' is made or received here; name what a `work` makes, or a message\n");
    CHECK(
        wrong([](Workflow& w) { w.key("code").agent("one", program().write("code")); }) ==
        "one/write code: writes the artifact 'code', but nothing here makes it; write a `value`, or let a `work` make "
        "'code'\n");
    CHECK(wrong(program().map({.list = "votes", .item = "v"}, program().work(1s))) ==
          "one/map v: 'votes' is not a list of messages; take one with `receive` and a count, and give it a name with "
          "`as`\n");
    CHECK(wrong(program().reply({}, "job")) ==
          "one/reply: 'job' is not a message; reply to `msg`, or to a message that a receive named with `as`\n");
    CHECK(wrong(program().acknowledge("job")) ==
          "one/ack job: 'job' is not a message; acknowledge `msg`, or a message that a receive named with `as`\n");
    CHECK(wrong(program().checkpoint({"cache"})) ==
          "one/checkpoint: omits 'cache', but no variable of the agent is called so; name one of its `vars`\n");
  }

  TEST_CASE("a topic without a name") {
    CHECK(wrong(program().send("two", "")) == "one/send two : it names no topic; name one\n");
    CHECK(wrong(program().ask("two", "")) == "one/ask two : it names no topic; name one\n");
    CHECK(wrong(program().publish("")) == "one/publish: it names no topic; name one\n");
    CHECK(wrong(program().subscribe("")) == "one/subscribe: it names no topic; name one\n");
    CHECK(wrong([](Workflow& w) {
            w.agent("one", {.on = {{"", program().work(1s)}}});
          }) == "one: handles a topic without a name; name the topic\n");
  }

  TEST_CASE("all that is wrong is said in one go, in the order of the file") {
    CHECK(wrong(program().read("k").call("t").send("twoo", "task")) ==
          "one/read k: no key of the context is called 'k'; declare a key 'k'\n"
          "one/call t: no tool is called 't'; declare a tool 't'\n"
          "one/send twoo task: sends to 'twoo', but no agent is called so; did you mean 'two'?\n");
  }
}

TEST_SUITE("messages that nobody takes") {
  TEST_CASE("a send to an agent without a receive and a handler for the topic") {
    CHECK(
        wrong(program().send("two", "report")) ==
        "one/send two report: 'two' has no receive and no handler for 'report'; add one there, or send another topic, "
        "or to another agent\n");
    CHECK(wrong(program().ask("two", "report")) ==
          "one/ask two report: 'two' has no receive and no handler for 'report'; add one there, or send another topic, "
          "or to another agent\n");
  }

  TEST_CASE("a receive of any topic, a handler and a discard are enough") {
    const auto taken_by = [](const AgentSpec& two) {
      return wrong([&](Workflow& w) { w.agent("one", program().send("two", "report")).agent("two", two); });
    };
    CHECK(taken_by({.program = program().receive(topic(""))}) == "");
    CHECK(taken_by({.on = {{"report", program()}}}) == "");
    CHECK(taken_by({.program = program().discard("report")}) == "");
  }

  TEST_CASE("a topic that nobody at all receives, sent to whoever it may be or published") {
    CHECK(wrong(program().receive("task").send(var("msg.from"), "report")) ==
          "report: messages of this topic are sent, but no agent receives them; add a `receive: report` or an `on: "
          "{report: …}`, or send another topic\n");
  }

  TEST_CASE("a topic is published as a broadcast or a queue, and only a broadcast has subscribers") {
    CHECK(wrong(program().publish("task")) ==
          "one/publish task: 'task' is published, but is neither a broadcast nor a queue; declare the topic with a "
          "mode\n");
    CHECK(wrong(program().subscribe("task")) ==
          "one/subscribe task: 'task' is not a broadcast; declare the topic with `mode: broadcast`\n");
  }

  TEST_CASE("a demand that cannot be met") {
    const auto demanded = [](Demand demand, const Fields& fields = {}) {
      return wrong([&](Workflow& w) {
        w.agent("one", {.program = program().receive(demand, fields), .mailbox = {.capacity = 3}});
      });
    };
    CHECK(demanded(Demand{"x"}.times(3)) == "");
    CHECK(demanded(Demand{"x"}.times(4)) ==
          "one/receive x: waits for 4 messages, but the mailbox holds 3; ask for fewer, or give the mailbox a greater "
          "capacity\n");
    CHECK(demanded(Demand{"x"}.times(0, 2), {.timeout = 1s}) ==
          "one/receive x: its count is not a range; write a count from 1, or `a..b` with a <= b\n");
    CHECK(demanded(Demand{"x"}.times(1, 2)) ==
          "one/receive x: waits for 1 to 2 messages without a timeout; give the receive a `timeout`, at which the "
          "smaller count suffices\n");
  }

  TEST_CASE("groups are not asked, and spawned agents have no name") {
    CHECK(wrong([](Workflow& w) {
            w.agent("one", program().ask("crew", "q"));
            w.agent("crew", {.on = {{"q", program().reply()}}, .replicas = 2});
          }) == "one/ask crew q: 'crew' is a group; ask one agent, or use `map`\n");
    CHECK(wrong([](Workflow& w) {
            w.agent("one", program().send("kid", "q"));
            w.agent("kid", {.program = program().receive("q"), .start = sim::Start::spawned});
          }) ==
          "one/send kid q: 'kid' is started by `spawn`: its members have no name; send to the agent that `spawn` "
          "yields\n");
    CHECK(wrong(program().spawn("two")) ==
          "one/spawn two: 'two' starts with the instance; declare it with `start: spawned`\n");
  }
}

TEST_SUITE("values of the wrong kind") {
  TEST_CASE("a whole message, artifact or list is not a value") {
    CHECK(wrong(program().receive("task").emit("n", var("msg"))) ==
          "one/emit n: 'msg' is a message or an artifact, not a value; name one of its fields\n");
    CHECK(wrong(program().work(1s).makes("code").if_(var("code") == 1, program().work(1s))) ==
          "one/if: 'code' is a message or an artifact, not a value; name one of its fields\n");
    CHECK(wrong(program().receive(Demand{"task"}.times(2), {.as = "all"}).emit("n", var("all") + 1)) ==
          "one/emit n: 'all' is a list of messages, not a value; ask for its `size`, or use `all`, `exists` or `count` "
          "over it\n");
  }

  TEST_CASE("one name holds one kind of thing") {
    CHECK(wrong(program().receive("task", {.as = "x"}).work(1s).makes("x").validate("x")) ==
          "one/work x: 'x' holds one kind of thing here and another elsewhere; use two names\n");
  }

  TEST_CASE("a name for the result of a step that has none") {
    CHECK(wrong(program().send("two", "task", {}, {.as = "sent"})) ==
          "one/send two task: `as` names a result, and `send` has none; leave `as` out\n");
    CHECK(wrong(program().work(1s, {.as = "piece"})) ==
          "one/work: `as` names what a `work` makes, and this makes nothing; add `makes`\n");
  }

  TEST_CASE("in a handler msg is taken") {
    CHECK(wrong([](Workflow& w) {
            w.agent("one", {.on = {{"a", program().receive("b").emit("n", var("msg.from"))}}});
          }) == "one/receive b: in a handler `msg` stays the message it handles; give the receive an `as`\n");
  }

  TEST_CASE("times and chances that mean nothing") {
    CHECK(wrong(program().work(-1s)) == "one/work: its time is negative; write 0s or more\n");
    CHECK(wrong(program().sleep(uniform(5s, 2s))) ==
          "one/sleep: its shortest time is above its longest; write `a..b` with a <= b\n");
    CHECK(wrong(program().receive("task", {.timeout = Time{lognormal(4s, 3s)}})) ==
          "one/receive task: its p50 is not between 0 and its p99; write 0 < p50 <= p99\n");
    CHECK(wrong(program().work(1s).makes("code", {}, 101_percent)) ==
          "one/work code: its chance is above 100 %; write 0 % to 100 %\n");
    CHECK(wrong(program().choose({{60_percent, program()}, {50_percent, program()}})) ==
          "one/choose: its chances add up to more than 100 %; lower them; the last branch may leave its chance out\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).latency(uniform(2ms, 1ms)); }) ==
          "network: its shortest time is above its longest; write `a..b` with a <= b\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).load(0); }) == "load: it has no instances; write 1 or more\n");
  }

  TEST_CASE("retries, branches and choices without a number that makes sense") {
    CHECK(wrong(program().work(1s, {.retry = Retry{.times = 0}})) ==
          "one/work: `times` counts all attempts; write 1 or more\n");
    CHECK(wrong(program().ask("two", "task", {}, {.retry = Retry{.times = 256}})) ==
          "one/ask two task: `times` counts all attempts; an ask makes 1 to 255 attempts\n");
    CHECK(wrong(program().parallel({})) == "one/parallel: it has no branches; give at least one\n");
    CHECK(wrong(program().parallel({{"a", program()}, {"a", program()}})) ==
          "one/parallel: two branches are called 'a'; give one of them another name\n");
    CHECK(wrong(program().parallel({{"a", program()}}, {.join = 2})) ==
          "one/parallel: waits for more successes than there are branches; lower `join`\n");
    CHECK(wrong(program().choose({})) == "one/choose: it has nothing to choose from; give at least one branch\n");
    CHECK(wrong(program().map({.item = "i"}, program())) ==
          "one/map i: it has nothing to go over; give a range `a..b` or a list\n");
  }
}

TEST_SUITE("declarations that contradict one another") {
  TEST_CASE("two things of one name") {
    CHECK(wrong([](Workflow& w) { with_agent(with_agent(w)); }) ==
          "one: two agents have this name; give one of them another name\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).key("k").key("k"); }) ==
          "k: two keys have this name; give one of them another name\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).tool("t").tool("t"); }) ==
          "t: two tools have this name; give one of them another name\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).resource("r").resource("r"); }) ==
          "r: two resources have this name; give one of them another name\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).topic("t", {}).topic("t", {}); }) ==
          "t: two topics have this name; give one of them another name\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).key("one"); }) ==
          "one: an agent and a key have this name; give one of them another name\n");
    CHECK(wrong([](Workflow& w) {
            w.key("k").agent("one", {.program = program().work(1s), .vars = {{"k", 0}}});
          }) == "one: its variable 'k' has the name of a key; use another name\n");
    CHECK(wrong([](Workflow& w) {
            w.agent("one", {.program = program().work(1s), .vars = {{"a", 0}, {"a", 1}}});
          }) == "one: two variables are called 'a'; use two names\n");
    CHECK(wrong([](Workflow& w) {
            w.agent("one", {.on = {{"a", program()}, {"a", program()}}});
          }) == "one: handles 'a' twice; write one handler for each topic\n");
  }

  TEST_CASE("two steps of one name: their draws would be the same") {
    CHECK(wrong(program().work(1s, {.id = "think"}).work(2s, {.id = "think"})) ==
          "one/think: two steps of this agent have this name; give one of them another `id`\n"
          "one/think: its key equals another step's; give the step another `id`\n");
    CHECK(wrong(program().work(1s).work(2s, {.id = "work"})) ==
          "one/work: two steps of this agent have this name; give one of them another `id`\n"
          "one/work: its key equals another step's; give the step another `id`\n");
  }

  TEST_CASE("an agent that cannot be") {
    CHECK(wrong([](Workflow& w) { w.agent("One", program().work(1s)); }) ==
          "One: is not a name; begin with a small letter; then small letters, digits, _ and -\n");
    CHECK(wrong([](Workflow& w) { w.agent("one", program()); }) == "one: does nothing; give it steps, or handlers\n");
    CHECK(wrong([](Workflow& w) { w.agent("one", {.program = program().work(1s), .replicas = 0}); }) ==
          "one: has no members; write 1 or more replicas, or start it by `spawn`\n");
    CHECK(wrong([](Workflow& w) {
            w.agent("one", {.on = {{"a", program()}}, .concurrency = 0});
          }) == "one: can handle nothing; write a concurrency of 1 or more\n");
    CHECK(wrong([](Workflow& w) { w.agent("one", {.program = program().work(1s), .mailbox = {.capacity = 0}}); }) ==
          "one: its mailbox holds nothing; write a capacity of 1 or more\n");
    CHECK(wrong([](Workflow& w) {
            w.agent("one", {.program = program().work(1s), .vars = {{"n", var("m") + 1}}});
          }) ==
          "one: the initial value of 'n' is not a literal; write a number, a duration, a text or an agent's name\n");
  }

  TEST_CASE("a resource or a tool that lets nobody pass") {
    using Kind = sim::ResourceInfo::Kind;
    CHECK(wrong([](Workflow& w) { with_agent(w).resource("r", {.kind = Kind::semaphore, .slots = 0}); }) ==
          "r: nobody can ever have it; write a limit of 1 or more\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).resource("r", {.kind = Kind::lease}); }) ==
          "r: its lease runs out at once; write a `ttl` of more than 0s\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).resource("r", {.kind = Kind::window}); }) ==
          "r: its limit is counted over no time; write a `per` of more than 0s\n");
    CHECK(wrong([](Workflow& w) {
            with_agent(w).tool("t", {.limit = {{0, 1s}}});
          }) == "t: its limit lets nothing pass; write 1 call or more per time of more than 0s\n");
    CHECK(wrong([](Workflow& w) { with_agent(w).key("k", {.initial = var("x")}); }) ==
          "k: its initial value is not a literal; write a number, a duration or a text\n");
  }
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "tests/effort.hpp"
#include "tests/scenarios/play.hpp"

/// What is too much is an error that says the limit, never a crash or a program that does something else; and what stands
/// just below a limit works.
namespace squall::scenarios {
namespace {

std::string numbered(const char* name, std::uint32_t n) { return name + std::to_string(n); }

std::string troubles_of(const Workflow& workflow) { return workflow.build().text(); }

std::string wrong_program(const Program& program) {
  Workflow workflow{"test"};
  workflow.agent("one", program);
  return troubles_of(workflow);
}

/// `n` topics from `one` to `two`, which takes the last of them first and then the first.
Workflow topics(std::uint32_t n) {
  Workflow workflow = quick();
  Program all;
  for (std::uint32_t t = 0; t < n; ++t) all.send("two", numbered("t", t), {.with = {{"n", t}}});
  workflow.agent("one", all);
  workflow.agent("two", program()
                            .receive(numbered("t", n - 1))
                            .emit("n", var("msg.n"))
                            .receive("t0")
                            .emit("n", var("msg.n"))
                            .discard(topic("")));
  return workflow;
}

}  // namespace

TEST_SUITE("limits") {
  TEST_CASE("topics beyond the 64 bits of a mask are told apart all the same") {
    for (const std::uint32_t n : {64U, 65U, 129U, 300U}) {
      const Lines lines = play(topics(n)).lines;
      const std::string last = "two says n " + std::to_string(n - 1);
      CHECK(lines == Lines{"one ended", last, "two says n", "two ended"});
    }
  }

  TEST_CASE("a message has 8 fields and not 9; different topics may have 8 each") {
    const auto with = [](std::uint32_t n, const char* prefix) {
      Content content;
      for (std::uint32_t f = 0; f < n; ++f) content.with.emplace_back(numbered(prefix, f), f);
      return content;
    };
    const auto workflow = [&](std::uint32_t n) {
      Workflow w = quick();
      w.agent("one", program().send("two", "a", with(n, "f")).send("two", "b", with(8, "g")));
      w.agent("two", program().receive("a").emit("f", var("msg.f7")).receive("b").emit("g", var("msg.g7")));
      return w;
    };
    CHECK(play(workflow(8)).lines == Lines{"one ended", "two says f 7", "two says g 7", "two ended"});
    CHECK(
        troubles_of(workflow(9)) ==
        "a: its messages carry too many fields: 'f8' finds no place; a message carries at most 8 fields, counted over "
        "all topics that share a field's name\n");
  }

  TEST_CASE("an agent has 512 locals, 4096 variables, 4096 different values") {
    const auto locals = [](std::uint32_t n) {
      Program all;
      for (std::uint32_t v = 0; v < n; ++v) all.set(numbered("v", v), v);
      for (std::uint32_t v = 0; v < n; ++v) all.emit("v", var(numbered("v", v)));
      return all;
    };
    CHECK(said(locals(500)).size() == 501);
    CHECK(wrong_program(locals(600)) ==
          "one: its program has too many variables or values; split the agent into several\n");
    Program values;
    for (std::int64_t v = 0; v < 5'000; ++v) values.emit("v", v);
    CHECK(wrong_program(values) == "one: its program has too many variables or values; split the agent into several\n");
    Workflow cells{"test"};
    AgentSpec spec{.program = program().work(1s)};
    for (std::uint32_t v = 0; v < 5'000; ++v) spec.vars.emplace_back(numbered("v", v), v);
    cells.agent("one", spec);
    CHECK(troubles_of(cells) == "one: its program has too many variables or values; split the agent into several\n");
  }

  TEST_CASE("steps may be nested 64 deep and not deeper") {
    const auto nested = [](std::uint32_t depth) {
      Program inner = program().emit("inside");
      for (std::uint32_t d = 1; d < depth; ++d) inner = program().block(inner);
      return inner;
    };
    CHECK(said(nested(64)) == Lines{"one says inside", "one ended"});
    CHECK(wrong_program(nested(65)) ==
          "one: its steps are nested more than 64 deep; move the inner ones into an agent of their own\n");
    CHECK(wrong_program(nested(1'000)) ==
          "one: its steps are nested more than 64 deep; move the inner ones into an agent of their own\n");
  }

  TEST_CASE("bounds around bounds, 64 deep, keep apart which one strikes") {
    Program inner = program().work(10s);
    for (int d = 1; d < 64; ++d) {
      inner = program().block(inner, {.timeout = sim::Duration{1s} * (d == 40 ? 1 : 100), .deadline = 200s});
    }
    Workflow workflow{"test"};
    workflow.agent(
        "one",
        program().add(Step{inner.steps[0].action, {.otherwise = Otherwise{{"timeout", program().emit("late")}}}, 0}));
    CHECK(timed(workflow) == Lines{"1000ms one says late", "1000ms one ended"});
  }

  TEST_CASE("64 names of errors: one more would be taken for a reply that is none") {
    const auto failing = [](std::uint32_t n) {
      Workflow workflow = quick();
      Program server;
      for (std::uint32_t e = 0; e < n; ++e) server.if_(var("msg.n") == e, program().reply_error(numbered("error", e)));
      workflow.agent("client", program().ask("server", "q", {.with = {{"n", n - 1}}},
                                             {.otherwise = Otherwise{{numbered("error", n - 1), program().emit("last")},
                                                                     {"any", program().emit("another")}}}));
      workflow.agent("server", {.on = {{"q", server}}});
      return workflow;
    };
    CHECK(play(failing(64)).lines == Lines{"server ended", "client says last", "client ended"});
    CHECK(
        troubles_of(failing(65)) ==
        "errors: there are more than 64 names of errors; let several steps fail with one name, and tell them apart by "
        "`because`\n");
  }

  TEST_CASE("255 handlers at once") {
    const auto busy = [](std::uint32_t concurrency) {
      Workflow workflow = quick();
      workflow.agent("client", program().repeat(program().send("server", "q"), {.times = 300}));
      workflow.agent("server", {.on = {{"q", program().work(10ms)}}, .concurrency = concurrency});
      return workflow;
    };
    // 255 are done at 11 ms, the other 45 at 21.
    CHECK(play(busy(255)).time == 21ms);
    CHECK(troubles_of(busy(256)) ==
          "server: handles 256 messages at once; write a concurrency of at most 255, or more replicas\n");
  }

  TEST_CASE("a map over more than 65,535 elements fails with overflow") {
    const auto over = [](std::int64_t to) {
      return program()
          .map({.from = 1, .to = to, .list = {}, .item = "i", .limit = 100}, program(), {}, {.as = "r"})
          .emit("ok", var("r.ok"));
    };
    Workflow workflow{"test"};
    workflow.agent("one", over(65'536));
    CHECK(play(workflow).lines == Lines{"one failed: overflow"});
    Workflow extremes{"test"};
    extremes.agent("one", program().map({.from = std::numeric_limits<std::int64_t>::min(),
                                         .to = std::numeric_limits<std::int64_t>::max(),
                                         .list = {},
                                         .item = "i",
                                         .limit = 1},
                                        program()));
    CHECK(play(extremes).lines == Lines{"one failed: overflow"});
  }

  TEST_CASE("100,000 agents are declared in one go, and not one more" * doctest::skip(!thorough)) {
    const auto many = [](std::uint32_t n) {
      Workflow workflow{"test"};
      const Program one = program().receive("task");
      for (std::uint32_t a = 0; a < n; ++a) workflow.agent(numbered("a", a), one);
      return workflow;
    };
    CHECK(troubles_of(many(100'001)) ==
          "agents: there are 100001 of them; declare at most 100000, or one with replicas\n");
    const sim::Model model = many(100'000).model();
    CHECK(model.definitions.size() == 100'000);
    CHECK(model.members == 100'000);
  }

  TEST_CASE("4,000,000 members in all") {
    Workflow workflow{"test"};
    workflow.agent("one", {.program = program().work(1s), .replicas = 2'000'001});
    workflow.agent("two", {.program = program().work(1s), .replicas = 2'000'000});
    CHECK(troubles_of(workflow) == "agents: their replicas are 4000001 in all; write at most 4000000\n");
  }

  TEST_CASE("65,000 topics, keys, tools, resources") {
    Workflow workflow{"test"};
    workflow.agent("one", program().work(1s));
    for (std::uint32_t k = 0; k <= 65'000; ++k) workflow.key(numbered("k", k));
    CHECK(troubles_of(workflow) == "keys: there are 65001 of them; declare at most 65000\n");
  }

  TEST_CASE("a mailbox holds more messages than 16 bits can count") {
    constexpr std::uint32_t messages = 70'000;
    Workflow workflow = quick();
    workflow.agent("one", program().repeat(program().send("two", "task"), {.times = messages}));
    workflow.agent("two", program().work(1h).receive("task"));
    const sim::Model model = workflow.model();
    sim::World world{model, sim::Half::state_and_shadow};
    sim::Named named{sim::Seed{1}};
    sim::Run run{model, named};
    sim::begin(world, run);
    while (world.clock().now < sim::Instant{1min} && sim::step(world, run)) {}
    CHECK(std::uint32_t{world.agent(sim::AgentId{1}).box_count} == messages - 1);  // it has taken one after its hour
    CHECK(sim::audit(world, model) == std::vector<std::string>{});
  }

  TEST_CASE("a long program of one agent is compiled in a time that grows with it") {
    Program long_one;
    for (int s = 0; s < 20'000; ++s) long_one.send("two", "task");
    Workflow workflow{"test"};
    workflow.agent("one", long_one);
    workflow.agent("two", program().repeat(program().receive("task"), {.times = 20'000}));
    CHECK(troubles_of(workflow) == "");
  }
}

}  // namespace squall::scenarios

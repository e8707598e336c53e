// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/play.hpp"

namespace squall::scenarios {

TEST_SUITE("control") {
  TEST_CASE("steps run from top to bottom, and the program ends") {
    CHECK(said(program().emit("a").emit("b")) == Lines{"one says a", "one says b", "one ended"});
  }

  TEST_CASE("set computes from what was set before") {
    CHECK(said(program().set("n", 20).set("n", var("n") * 2 + 2).emit("n", var("n"))) ==
          Lines{"one says n 42", "one ended"});
  }

  TEST_CASE("if takes one of its branches") {
    const auto answer = [](std::int64_t n) {
      return said(
          program().set("n", n).if_(var("n") > 2 && var("n") != 7, program().emit("yes"), program().emit("no")))[0];
    };
    CHECK(answer(3) == "one says yes");
    CHECK(answer(2) == "one says no");
    CHECK(answer(7) == "one says no");
  }

  TEST_CASE("an if without else goes on after it") {
    CHECK(said(program().set("n", 1).if_(var("n") == 2, program().emit("yes")).emit("after")) ==
          Lines{"one says after", "one ended"});
  }

  TEST_CASE("repeat with times runs so often, and not at all for 0") {
    CHECK(said(program().repeat(program().emit("x"), {.times = 3}).emit("after")) ==
          Lines{"one says x", "one says x", "one says x", "one says after", "one ended"});
    CHECK(said(program().repeat(program().emit("x"), {.times = 0})) == Lines{"one ended"});
  }

  TEST_CASE("while is asked before each round, until after it") {
    const Program count = program().set("n", var("n") + 1).emit("n", var("n"));
    CHECK(said(program().set("n", 0).repeat(count, {.while_ = var("n") < 2})) ==
          Lines{"one says n 1", "one says n 2", "one ended"});
    CHECK(said(program().set("n", 5).repeat(count, {.while_ = var("n") < 2})) == Lines{"one ended"});
    CHECK(said(program().set("n", 5).repeat(count, {.until = var("n") > 2})) == Lines{"one says n 6", "one ended"});
    CHECK(said(program().set("n", 0).repeat(count, {.until = var("n") >= 2 || var("n") < 0})) ==
          Lines{"one says n 1", "one says n 2", "one ended"});
  }

  TEST_CASE("times and while and until together: whichever ends first") {
    const Program count = program().set("n", var("n") + 1);
    CHECK(said(program()
                   .set("n", 0)
                   .repeat(count, {.times = 5, .while_ = var("n") < 3, .until = var("n") == 9})
                   .emit("n", var("n"))) == Lines{"one says n 3", "one ended"});
    CHECK(said(program().set("n", 0).repeat(count, {.times = 2, .while_ = var("n") < 3}).emit("n", var("n"))) ==
          Lines{"one says n 2", "one ended"});
  }

  TEST_CASE("an inner loop counts anew in each round of the outer one") {
    CHECK(said(program()
                   .set("n", 0)
                   .repeat(program().repeat(program().set("n", var("n") + 1), {.times = 3}), {.times = 2})
                   .emit("n", var("n"))) == Lines{"one says n 6", "one ended"});
  }

  TEST_CASE("no turn is endless: an empty loop for ever is cut off by the limit, not by a hang") {
    Workflow workflow{"test"};
    workflow.agent("one", program().repeat(program()));
    workflow.limits({.events_per_instance = 100});
    const sim::Model model = workflow.model();
    sim::World world{model, sim::Half::state_and_shadow};
    sim::Named named{sim::Seed{1}};
    sim::Run run{model, named};
    sim::begin(world, run);
    CHECK(sim::run_timed(world, run) == sim::Halt::event_limit);
  }

  TEST_CASE("a round without a shared step ends the turn, one with a shared step need not") {
    // 3 rounds of nothing but emit: the first turn, and one for each way back to the top.
    Workflow local{"test"};
    local.agent("one", program().repeat(program().emit("x"), {.times = 3}));
    CHECK(play(local).events == 4);
    // 3 rounds of work: the first turn, and one at the end of each work.
    Workflow shared{"test"};
    shared.agent("one", program().repeat(program().work(1ms), {.times = 3}));
    CHECK(play(shared).events == 4);
  }

  TEST_CASE("choose follows its chances, and the last branch takes the rest") {
    Workflow workflow{"test"};
    const Program one_in_four = program().choose({{{250'000}, program().set("n", var("n") + 1)}, {{}, program()}});
    workflow.agent("one", program().set("n", 0).repeat(one_in_four, {.times = 4000}).emit("n", var("n")));
    const std::string line = play(workflow).lines[0];
    const int n = std::stoi(line.substr(line.rfind(' ')));
    // 4000 tries of 1/4: 1000, standard deviation sqrt(4000 * 1/4 * 3/4) = 27.4; five of them.
    CHECK(n > 1000 - 137);
    CHECK(n < 1000 + 137);
  }

  TEST_CASE("a choice is a draw of its own: another seed, another choice") {
    Workflow workflow{"test"};
    workflow.agent("one", program().choose({{{500'000}, program().emit("heads")}, {{}, program().emit("tails")}}));
    bool heads = false, tails = false;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Lines lines = play(workflow, sim::Seed{seed}).lines;
      heads = heads || lines[0] == "one says heads";
      tails = tails || lines[0] == "one says tails";
    }
    CHECK(heads);
    CHECK(tails);
  }

  TEST_CASE("finish ends the activation at once and reports; the first report counts") {
    CHECK(said(program().block(program().finish().emit("never")).emit("never")) ==
          Lines{"one reports success", "one ended"});
    CHECK(said(program().finish(false)) == Lines{"one reports failure", "one ended"});
  }

  TEST_CASE("agent variables are one copy for all activations, begin at their value and keep what is set") {
    Workflow workflow = quick();
    workflow.agent("client", program().send("server", "hit").send("server", "hit").send("server", "hit"));
    workflow.agent("server",
                   {.on = {{"hit", program().set("n", var("n") + 1).emit("n", var("n"))}}, .vars = {{"n", 10}}});
    CHECK(play(workflow).lines == Lines{"client ended", "server says n 11", "server ended", "server says n 12",
                                        "server ended", "server says n 13", "server ended"});
  }
}

TEST_SUITE("expressions in programs") {
  TEST_CASE("arithmetic truncates towards zero, comparisons and logic yield 0 or 1") {
    const auto computed = [](const Expression& e) {
      return said(program().set("seven", 7).set("minus", -7).emit("is", e))[0];
    };
    CHECK(computed(var("seven") / 2) == "one says is 3");
    CHECK(computed(var("minus") / 2) == "one says is -3");
    CHECK(computed(var("minus") % 4) == "one says is -3");
    CHECK(computed(-var("seven")) == "one says is -7");
    CHECK(computed(!(var("seven") > 3)) == "one says is");
    CHECK(computed(var("seven") > 3 || var("seven") / 0 == 1) == "one says is 1");
    CHECK(computed(choose(var("seven") > 3, 4, var("seven") / 0)) == "one says is 4");
    CHECK(computed(min(var("seven"), 3) + max(var("seven"), 9)) == "one says is 12");
    CHECK(computed(one_of(var("seven"), {1, 7, 9})) == "one says is 1");
    CHECK(computed(one_of(var("seven"), {1, 9})) == "one says is");
  }

  TEST_CASE("what does not fit 64 bits fails with overflow, as does a division by zero") {
    CHECK(
        said(program().set("n", std::numeric_limits<std::int64_t>::max()).set("m", var("n") + 1).emit("m", var("m"))) ==
        Lines{"one failed: overflow"});
    CHECK(said(program().set("n", std::numeric_limits<std::int64_t>::min()).emit("m", -var("n"))) ==
          Lines{"one failed: overflow"});
    CHECK(said(program().set("n", 0).emit("m", 1 / var("n"))) == Lines{"one failed: overflow"});
  }

  TEST_CASE("texts are equal by what they say; an agent knows itself") {
    CHECK(said(program().set("mood", "good").if_(var("mood") == "good", program().emit("yes"))) ==
          Lines{"one says yes", "one ended"});
    CHECK(said(program().set("mood", "good").if_(var("mood") == "bad", program().emit("yes"))) == Lines{"one ended"});
    CHECK(said(program().if_(var("self") == var("one") && var("self.name") == "one", program().emit("me"))) ==
          Lines{"one says me", "one ended"});
  }

  TEST_CASE("members of a group have an index of their own") {
    Workflow workflow{"test"};
    workflow.agent("team", {.program = program().emit("i", var("self.index") + 1), .replicas = 3});
    CHECK(play(workflow).lines == Lines{"team[0] says i 1", "team[0] ended", "team[1] says i 2", "team[1] ended",
                                        "team[2] says i 3", "team[2] ended"});
  }

  TEST_CASE("now is the time since the start") {
    CHECK(said(program().sleep(5ms).emit("ns", var("now")))[0] == "one says ns 5000000");
  }

  TEST_CASE("an expression that needs more than 16 values at once is refused") {
    Expression deep = var("n");
    for (int i = 0; i < 16; ++i) deep = Expression{1} + deep;
    Workflow workflow{"test"};
    workflow.agent("one", program().set("n", 1).emit("deep", deep));
    const Built built = workflow.build();
    REQUIRE(built.errors.size() == 1);
    CHECK(built.errors[0].what == "an expression needs more than 16 values at once");
    Expression flat = var("n");
    for (int i = 0; i < 16; ++i) flat = flat + 1;
    CHECK(said(program().set("n", 1).emit("flat", flat))[0] == "one says flat 17");
  }
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mistakes.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "scenarios/run.hpp"

// What C++ wrote and cannot mean, as `scenario` tells it; each with what may stand in its place.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

Lines told(const Workflow& workflow) {
  Lines all;
  for (const BuildError& error : mistakes(workflow)) all.push_back(error.where + ": " + error.what);
  return all;
}

Workflow with(Program program) {
  Workflow workflow{"t"};
  workflow.agent("a", {.program = std::move(program), .vars = {{"n", 0}, {"word", "yes"}}});
  return workflow;
}

}  // namespace

TEST_SUITE("mistakes") {
  TEST_CASE("a local that one branch alone sets") {
    const auto either = [](Program otherwise) {
      return with(program().if_(var("n") > 0, program().set("x", 1), std::move(otherwise)).emit("e", var("x")));
    };
    CHECK(told(either(program())) == Lines{"a/emit: 'x' is used before it is surely set"});
    CHECK(told(either(program().set("x", 2))).empty());
    CHECK(told(either(program().fail("no"))).empty());  // nobody goes on from there
  }

  TEST_CASE("a local that a loop sets which may have no round") {
    const auto loop = [](const Loop& bound) {
      return with(program().repeat(program().set("x", 1), bound).emit("e", var("x")));
    };
    CHECK(told(loop({.times = 2})).empty());
    CHECK(told(loop({.until = var("n") == 0})).empty());
    CHECK(told(loop({.times = var("n")})).size() == 1);
    CHECK(told(loop({.while_ = var("n") > 0})).size() == 1);
  }

  TEST_CASE("what a branch sets does not come back, and what a step names is there only where it succeeded") {
    CHECK(told(with(program().parallel({{"one", program().set("x", 1)}}).emit("e", var("x")))).size() == 1);
    CHECK(told(with(program().set("x", 0).parallel({{"one", program().emit("e", var("x"))}}))).empty());
    const auto read = [](Program otherwise) {
      Workflow workflow = with(program()
                                   .read("k", {.as = "r", .timeout = Time{1s}, .otherwise = std::move(otherwise)})
                                   .emit("e", var("r.version")));
      workflow.key("k", {});
      return workflow;
    };
    CHECK(told(read(program())).size() == 1);
    CHECK(told(read(program().finish(false))).empty());
  }

  TEST_CASE("a text compared with a number, also in a claim") {
    CHECK(told(with(program().if_(var("n") == "yes", program().work(1s)))) ==
          Lines{"a/expression: this compares a number and a text"});
    CHECK(told(with(program().if_(var("word") == "yes", program().work(1s)))).empty());
    Workflow claims = with(program().work(1s));
    claims.claim(claims::always(var("agents.a.vars.word") != 3));
    CHECK(told(claims) == Lines{"/expression: this compares a text and a number"});
  }

  TEST_CASE("`scenario` throws them, `build` takes them") {
    const Workflow wrong = with(program().emit("e", var("x")).set("x", 1));
    CHECK(wrong.build().model.has_value());
    CHECK_THROWS_AS(scenario(wrong), std::invalid_argument);
  }
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/builtin/w6.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t tasks = 6;

/// A variable is one integer, so what is known of each task is a digit of it in base 64: a task is named by its digit's
/// place (1, 64, 4096, ...), and `all / place % 64` is the digit.
std::int64_t place(std::int64_t task) { return std::int64_t{1} << 6 * task; }
Expression digit(const char* all, const char* of_place) { return var(all) / var(of_place) % 64; }

const char* coder_of(std::int64_t task) { return task % 2 == 0 ? "coder1" : "coder2"; }

Program planner() {
  Program give_out;
  Program remind;
  for (std::int64_t task = 0; task < tasks; ++task) {
    const Content content{.with = {{"place", place(task)}}};
    give_out.send(coder_of(task), "task", content);
    remind.if_(var("done") / place(task) % 64 == 0, program().send(coder_of(task), "task", content));
  }
  const Program hear = program().receive("done").if_(digit("done", "msg.place") == 0,
                                                     program().set("done", var("done") + var("msg.place")));
  // All tasks are given out at one instant, so their timeouts strike at one instant, too.
  const Program until_timeout = program().block(program().repeat(hear), {.timeout = 2ms, .otherwise = program()});
  give_out.add(until_timeout.steps[0]);
  give_out.repeat(remind.block(program().repeat(hear), {.timeout = 2ms, .otherwise = program()}), {.times = 2});
  return give_out.repeat(hear);
}

Program coder() {
  return program().repeat(program()
                              .receive(any_of({"task", "rework"}), {.as = "job"})
                              .send("store", "lock")
                              .receive("grant")
                              .work(exponential(100us))
                              .send("store", "write", {.with = {{"place", var("job.place")}}})
                              .send("store", "release")
                              .send("tester", "review", {.with = {{"place", var("job.place")}}}));
}

Program tester() {
  const Content task{.with = {{"place", var("msg.place")}}};
  return program().repeat(program()
                              .receive("review")
                              .work(exponential(50us))
                              .choose({{{250'000}, program().send(var("msg.from"), "rework", task)},
                                       {{}, program().send("docs", "doc", task)}}));
}

Program docs() {
  const Content asked{.with = {{"place", var("job.place")}}};
  return program().repeat(
      program()
          .receive("doc", {.as = "job"})
          .send("store", "read", asked)
          .receive("version", {.as = "written"})
          .work(exponential(30us))
          .send("planner", "done", {.with = {{"place", var("job.place")}, {"number", var("written.number")}}}));
}

/// Who waits for the lock waits in the mailbox, in order of arrival: it is taken only while nobody holds it (the store holds
/// it itself then).
Program store() {
  const Program grant = program().set("holder", var("msg.from")).send(var("msg.from"), "grant");
  const Program release = program().if_(var("msg.from") == var("holder"), program().set("holder", var("store")));
  const Program write = program().set("versions", var("versions") + var("msg.place"));
  const Program read =
      program().send(var("msg.from"), "version", {.with = {{"number", digit("versions", "msg.place")}}});
  const auto on = [](const char* topic, const Program& then, const Program& otherwise) {
    return program().if_(var("msg.topic") == topic, then, otherwise);
  };
  return program().repeat(
      program()
          .receive(any_of({topic("lock").where(var("holder") == var("store")), "release", "write", "read"}))
          .block(on("lock", grant, on("release", release, on("write", write, read)))));
}

}  // namespace

Workflow w6() {
  Workflow workflow{"w6"};
  workflow.latency(uniform(1us, 41us), /*fifo=*/false);
  workflow.agent("planner", {.program = planner(), .vars = {{"done", 0}}, .daemon = true});
  workflow.agent("coder1", {.program = coder(), .daemon = true});
  workflow.agent("coder2", {.program = coder(), .daemon = true});
  workflow.agent("tester", {.program = tester(), .daemon = true});
  workflow.agent("docs", {.program = docs(), .daemon = true});
  workflow.agent("store", {.program = store(), .vars = {{"holder", var("store")}, {"versions", 0}}, .daemon = true});
  return workflow;
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "scenarios/workflow.hpp"

namespace squall::laws {

/// A busy office that uses as much of the language as fits: queue, broadcast, asks, locks, leases, four consistencies, tools,
/// branches, children, checkpoints. So many `instances`, a new one after each `every`. Only with `spawns` it has children.
inline scenarios::Workflow office(std::uint32_t instances, sim::Distribution every, bool spawns = true) {
  using namespace scenarios;
  using namespace sim::literals;
  using namespace std::chrono_literals;
  Workflow office{"office"};
  office.load(instances, every);
  office.key("ledger", {.initial = 0, .shared = true, .reducer = sim::Reducer::sum});
  office.key("note", {.initial = 0, .consistency = sim::Consistency::causal, .lag = uniform(0ms, 20ms)});
  office.key(
      "draft",
      {.initial = 0, .consistency = sim::Consistency::eventual, .lag = uniform(0ms, 20ms), .fenced_by = "badge"});
  office.tool("bank", {.latency = uniform(1ms, 8ms), .error = 10_percent, .dedup = 1s});
  office.resource("printer", {.frees = sim::ResourceInfo::Frees::on_crash});
  office.resource("badge",
                  {.kind = sim::ResourceInfo::Kind::lease, .period = 15ms, .frees = sim::ResourceInfo::Frees::on_end});
  office.topic("job", {.mode = sim::TopicInfo::Mode::queue,
                       .ack = sim::Ack::end,
                       .redeliver_after = 50ms,
                       .redeliver_max = 2,
                       .leftover_ok = true});
  office.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .leftover_ok = true});

  const Program wait_for_results =
      program().receive(topic("result"), {.timeout = 300ms, .otherwise = program().emit("late")});
  Program boss =
      program()
          .work(uniform(1ms, 9ms))
          .makes("brief")
          .write("note", 1)
          .publish("news", {.artifact = "brief"})
          .repeat(program().publish("job", {.with = {{"size", 3}}}), {.times = 2})
          .parallel({{"quote", program().ask("clerk", "quote", {},
                                             {.timeout = 30ms, .retry = Retry{.times = 2, .backoff = 5ms}})},
                     {"pay", program().call("bank", {.key = 7, .with = 3}, {.retry = Retry{.times = 3}})},
                     {"write", program().acquire("badge").work(exponential(9ms)).write("draft", 5).release("badge")}},
                    {.failure = Failure::collect});
  if (spawns) boss.spawn("helper", {.with = {{"n", 4}}});
  boss.repeat(wait_for_results, {.times = 2});
  if (spawns) boss.receive("helped", {.timeout = 200ms, .otherwise = program()});
  office.agent("boss", boss.read("draft").finish());
  office.agent("worker", {.on = {{"job", program()
                                             .acquire("printer")
                                             .work(lognormal(4ms, 30ms))
                                             .makes("page")
                                             .update("ledger", var("old") + var("msg.size"), Guard::lock)
                                             .release("printer")
                                             .send(var("msg.from"), "result", {.artifact = "page"})}},
                          .replicas = 2});
  office.agent(
      "clerk",
      {.on = {{"quote", program()
                            .read("note")
                            .work(uniform(1ms, 20ms))
                            .choose({{20_percent, program().reply_error("failed")}, {{}, program().reply()}})}},
       .concurrency = 2});
  office.agent("reader", {.program = program().set("seen", 0).checkpoint().repeat(
                              program()
                                  .receive("news", {.timeout = 40ms, .otherwise = program()})
                                  .set("seen", var("seen") + 1)
                                  .checkpoint(),
                              {.times = 3}),
                          .resume = sim::Resume::checkpoint});
  if (spawns)
    office.agent("helper", {.program = program().work(uniform(1ms, 30ms)).makes("help").send("boss", "helped"),
                            .start = sim::Start::spawned});
  office.agent("guard", {.program = program()
                                        .watch(var("clerk"), 10ms)
                                        .map({.from = 1, .to = 3, .item = "round"},
                                             program().sleep(uniform(1ms, 40ms)).set("rounds", var("round"))),
                         .vars = {{"rounds", 0}},
                         .daemon = true});
  return office;
}

}  // namespace squall::laws

// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/zoo.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "faults/arm.hpp"
#include "scenarios/builtin/feature_team.hpp"
#include "scenarios/builtin/w6.hpp"
#include "tests/faults/lanes.hpp"
#include "tests/laws/random_workflow.hpp"

namespace squall::laws {
namespace {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

/// So many of the random workflows are tried with every law, not only with that of the dispatches.
constexpr std::uint64_t random_subjects = 12;

/// Five instances at once: queue, broadcast, asks, locks, leases, four consistencies, tools, branches, children, checkpoints.
Workflow office() {
  Workflow office{"office"};
  office.load(5, exponential(10ms));
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
  office.agent(
      "boss",
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
                    {.failure = Failure::collect})
          .spawn("helper", {.with = {{"n", 4}}})
          .repeat(wait_for_results, {.times = 2})
          .receive("helped", {.timeout = 200ms, .otherwise = program()})
          .read("draft")
          .finish());
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

/// Kinds that must say whom they cut off.
std::vector<faults::Line> cuts(const sim::Model& model) {
  using namespace faults;
  return {
      {Partition{{.lasts = sim::Distribution::uniform(1ms, 20ms), .drops_in_flight = true}},
       {.from = model.definitions[0].name},
       {.chance = 50_percent, .at_most = 20, .every = sim::Distribution::exponential(100ms)}},
      {OneWayPartition{{.lasts = sim::Distribution::uniform(1ms, 20ms)}},
       {.to = model.definitions.back().name},
       {.until = sim::start_of_time + 100ms}},
  };
}

Subject subject(std::string name, sim::Model model, sim::Probability chance) {
  model.fault_shadow = faults::Armed::shadow_bytes(plan_lines_max);
  faults::Profile faults = every_kind(chance);
  for (const faults::Line& line : cuts(model)) faults.lines.push_back(line);
  return {std::move(name), std::move(model), std::move(faults)};
}

}  // namespace

faults::Profile every_kind(sim::Probability chance) {
  using namespace faults;
  return {.lines = {
              {MessageLoss{}, {}, {.chance = chance}},
              {MessageDuplicate{.copies = 1, .after = sim::Distribution::exponential(2ms)}, {}, {.chance = chance}},
              {MessageDelay{.times = 10}, {}, {.chance = chance}},
              {MessageDelay{.by = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = chance}},
              {AgentCrash{.side = Side::before, .restart = sim::Distribution::exponential(20ms)},
               {},
               {.chance = {chance.ppm / 4}}},
              {AgentCrash{.side = Side::after, .restart = sim::Distribution::constant(5ms), .memory = true},
               {},
               {.chance = {chance.ppm / 4}}},
              {AgentRestart{.down = sim::Distribution::uniform(0ms, 9ms)}, {}, {.chance = {chance.ppm / 4}}},
              {AgentHang{.side = Side::after}, {}, {.chance = {chance.ppm / 8}}},
              {AgentPause{.lasts = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = {chance.ppm / 4}}},
              {AgentSlow{.times = 5, .lasts = sim::Distribution::constant(20ms)}, {}, {.chance = {chance.ppm / 4}}},
              {MessageReorder{.by = sim::Distribution::uniform(0ms, 20ms)}, {}, {.chance = chance}},
              {MessageCorrupt{}, {}, {.chance = chance}},
              {ToolError{.effect = true}, {}, {.chance = chance}},
              {ToolTimeout{.after = sim::Distribution::uniform(1ms, 9ms)}, {}, {.chance = chance}},
              {ToolDoneButNoReply{}, {}, {.chance = {chance.ppm / 4}}},
              {ToolRateLimit{.retry_after = sim::Distribution::constant(5ms)}, {}, {.chance = chance, .burst = 2}},
              {StaleRead{}, {}, {.chance = chance}},
              {LostWrite{}, {}, {.chance = chance}},
              {LeaseExpiresEarly{.after = sim::Distribution::uniform(0ms, 9ms)}, {}, {.chance = chance}},
          }};
}

sim::Model built(const Workflow& workflow) {
  Built result = workflow.build();
  if (!result.errors.empty()) throw std::logic_error(result.text());
  return std::move(*result.model);
}

const std::vector<Subject>& zoo() {
  static const std::vector<Subject> subjects = [] {
    std::vector<Subject> all;
    all.push_back(subject("feature team", built(feature_team()), 10_percent));
    all.push_back(subject("feature team, fixed", built(feature_team_fixed()), 10_percent));
    all.push_back(subject("w6", built(w6()), 3_percent));
    all.push_back(subject("office", built(office()), 3_percent));
    all.push_back(subject("lanes", lanes::model(0), 3_percent));
    for (std::uint64_t seed = 1; seed <= random_subjects; ++seed) {
      all.push_back(subject("random " + std::to_string(seed), built(random_workflow(seed)), 10_percent));
    }
    return all;
  }();
  return subjects;
}

}  // namespace squall::laws

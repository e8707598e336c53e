// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/random_workflow.hpp"

#include <chrono>

#include "tests/laws/random_program.hpp"

namespace squall::laws {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

namespace {

void declare_context(Workflow& workflow, Dice& dice) {
  using sim::Consistency;
  const auto latency = [&] { return dice.one_in(3) ? sim::Distribution::constant(0ms) : uniform(0ms, 2ms); };
  const auto initial = [&] { return dice.one_in(4) ? std::nullopt : std::optional<Expression>{1}; };
  workflow.key("strong", {.initial = initial(), .latency = latency()});
  workflow.key("causal", {.initial = initial(),
                          .consistency = Consistency::causal,
                          .lag = uniform(0ms, 9ms),
                          .shared = dice.one_in(2),
                          .latency = latency()});
  workflow.key("eventual", {.initial = initial(),
                            .consistency = Consistency::eventual,
                            .lag = uniform(0ms, 9ms),
                            .latency = latency(),
                            .fenced_by = dice.one_in(3) ? "lease" : ""});
  workflow.key("snapshot", {.initial = initial(), .consistency = Consistency::snapshot, .latency = latency()});
  workflow.key("sum", {.initial = 0,
                       .shared = dice.one_in(2),
                       .latency = latency(),
                       .reducer = dice.one_of({sim::Reducer::sum, sim::Reducer::max, sim::Reducer::single,
                                               sim::Reducer::append, sim::Reducer::merge})});
  workflow.key("piece_of", {.latency = latency()});
}

void declare_things(Workflow& workflow, Dice& dice) {
  using Kind = sim::ResourceInfo::Kind;
  using Frees = sim::ResourceInfo::Frees;
  const auto frees = [&] { return dice.one_of({Frees::never, Frees::on_crash, Frees::on_end}); };
  workflow.resource("lock", {.frees = frees()});
  workflow.resource("pair", {.kind = Kind::semaphore, .slots = 2, .frees = frees()});
  workflow.resource("lease", {.kind = Kind::lease, .period = 4ms, .frees = frees()});
  workflow.resource("bucket", {.kind = Kind::bucket, .slots = 2, .period = 5ms});
  workflow.resource("window", {.kind = Kind::window, .slots = 2, .period = 5ms});
  workflow.resource("line", {.kind = Kind::queue, .slots = 1, .period = 3ms});
  workflow.tool("bank", {.latency = uniform(0ms, 4ms), .error = 20_percent, .dedup = dice.one_in(2) ? 10ms : 0ms});
  workflow.tool("mail", {.latency = exponential(1ms), .limit = {{2, 5ms}}, .undone_by = "bank"});
  workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .retain = dice.below(3)});
  workflow.topic("job", {.mode = sim::TopicInfo::Mode::queue,
                         .ack = dice.one_in(2) ? sim::Ack::end : sim::Ack::receive,
                         .redeliver_after = 5ms,
                         .redeliver_max = 1 + dice.below(2)});
}

Mailbox mailbox(Dice& dice) {
  using sim::Full;
  Mailbox box{.survives = dice.one_in(2), .ack = dice.one_in(3) ? sim::Ack::end : sim::Ack::receive};
  if (dice.one_in(3)) {
    box.capacity = 3 + dice.below(2);
    box.full = dice.one_of({Full::block, Full::drop_new, Full::drop_old, Full::reject});
  }
  return box;
}

}  // namespace

Workflow random_workflow(std::uint64_t seed) {
  Dice dice{seed};
  Workflow workflow{"random"};
  if (dice.one_in(4)) workflow.load(2 + dice.below(2), exponential(3ms));
  workflow.latency(dice.one_in(4) ? sim::Distribution::constant(1ms) : uniform(0ms, 3ms), dice.one_in(2));
  declare_context(workflow, dice);
  declare_things(workflow, dice);
  const auto agent = [&](std::uint32_t steps, RandomProgram::Role role) {
    AgentSpec spec{.program = RandomProgram{dice, role}.whole(steps),
                   .vars = {{"total", 0}},
                   .resume = dice.one_of({sim::Resume::start, sim::Resume::checkpoint, sim::Resume::never}),
                   .mailbox = mailbox(dice)};
    return spec;
  };
  for (const char* name : {"anna", "bert", "carl"}) workflow.agent(name, agent(5, RandomProgram::Role::agent));
  AgentSpec crew = agent(3, RandomProgram::Role::agent);
  crew.replicas = 2;
  workflow.agent("crew", std::move(crew));
  AgentSpec child = agent(3, RandomProgram::Role::child);
  child.start = sim::Start::spawned;
  workflow.agent("child", std::move(child));
  // It handles everything that is sent to it or published. What it fails at does not come again: that would be for ever.
  AgentSpec server{.vars = {{"total", 0}}, .concurrency = 1 + dice.below(3), .mailbox = mailbox(dice)};
  server.mailbox.ack = sim::Ack::receive;
  for (const char* topic : {"q", "x", "y", "z", "job", "news"}) {
    server.on.emplace_back(topic, RandomProgram{dice, RandomProgram::Role::handler}.whole(2));
  }
  workflow.agent("server", std::move(server));
  return workflow;
}

}  // namespace squall::laws

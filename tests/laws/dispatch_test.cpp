// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <string>
#include <vector>

#include "scenarios/agents/bodies_branches.hpp"
#include "scenarios/agents/bodies_local.hpp"
#include "scenarios/agents/bodies_messages.hpp"
#include "scenarios/agents/bodies_runtime.hpp"
#include "scenarios/agents/bodies_shared.hpp"
#include "scenarios/agents/bodies_unwind.hpp"
#include "scenarios/runtimes/graph.hpp"
#include "sim/content.hpp"
#include "tests/effort.hpp"
#include "tests/laws/play.hpp"
#include "tests/laws/random_workflow.hpp"

/// Law 9: switch and computed goto agree on random programs. Nothing is left out: the programs reach every operation.
namespace squall::laws {
namespace {

using scenarios::Dispatch;
using scenarios::OpCode;
using namespace std::chrono_literals;

constexpr std::string_view operation_names[] = {
#define SQUALL_NAME(name) #name,
    SQUALL_OPERATIONS(SQUALL_NAME)
#undef SQUALL_NAME
};
constexpr std::size_t operations = std::size(operation_names);

/// How often each operation has run.
std::array<std::uint64_t, operations> reached;

/// A third dispatch, over the same bodies: it counts.
void counted_turn(sim::Turn& turn, const sim::Wake& wake) {
  const scenarios::Code& code =
      scenarios::code_of(*turn.model().definition(turn.world.agent(turn.self).definition).behaviour);
  scenarios::Frame frame{turn, code, code.ops.data()};
  std::uint32_t at = scenarios::resume(frame, wake);
  while (at != scenarios::stop) {
    const scenarios::Op& op = code.ops[at];
    ++reached[static_cast<std::size_t>(op.code)];
    switch (op.code) {
#define SQUALL_CASE(name) \
  case OpCode::name: at = scenarios::body::name(frame, op); break;
      SQUALL_OPERATIONS(SQUALL_CASE)
#undef SQUALL_CASE
    }
  }
}

sim::Model counted(sim::Model model) {
  for (sim::Definition& definition : model.definitions) {
    sim::Behaviour counting = *definition.behaviour;
    counting.turn = &counted_turn;
    definition.behaviour = &model.keep(counting);
  }
  return model;
}

/// Everything that can be seen of a run, in order, as one number.
class Everything final : public sim::Sink {
 public:
  std::uint64_t hash = 0;
  void on(const sim::Model&, const sim::World&, const sim::Observation& seen) override {
    for (const std::uint64_t part :
         {static_cast<std::uint64_t>(seen.kind), std::uint64_t{index(seen.topic)}, std::uint64_t{index(seen.agent)},
          std::uint64_t{index(seen.other)}, std::uint64_t{seen.activation}, std::uint64_t{seen.row},
          std::uint64_t{seen.detail}, static_cast<std::uint64_t>(seen.value)}) {
      hash = (std::rotl(hash, 5) ^ part) * 0x9e3779b97f4a7c15ULL;
    }
  }
};

struct Run {
  std::uint64_t digest = 0, seen = 0, content = 0, events = 0;
  std::string trouble;  ///< first complaint of the audit, which is asked after every event
  friend bool operator==(const Run&, const Run&) = default;
};

Run run_of(const sim::Model& model, const faults::Profile& profile, std::uint64_t seed, bool audit) {
  const faults::Armed armed(model, profile);
  Everything everything;
  Play play(model, seed, &armed, &everything);
  Run run;
  while (run.trouble.empty() && play.step()) {
    if (audit) run.trouble = audited(play.world, model);
  }
  sim::Content content(model);
  run.digest = play.digest();
  run.seen = everything.hash;
  run.content = content.hash(play.world);
  run.events = play.world.clock().events;
  return run;
}

/// A fork, a join over both branches, and a way back; where there is one token, no fork but one after the other.
scenarios::Workflow small_graph(std::string_view preset) {
  using scenarios::program;
  scenarios::GraphDesign design{.rules = *scenarios::preset(preset), .start = {"plan"}, .nodes = {}, .limit = 12};
  const bool forks = design.rules.start != scenarios::StartRule::token;
  design.nodes.push_back({.name = "plan", .body = program().work(1s), .next = {{"", "left"}}});
  if (forks) design.nodes.back().next.push_back({"", "right"});
  design.nodes.push_back(
      {.name = "left", .body = program().work(1s).write("draft", 1), .next = {{"", forks ? "meet" : "right"}}});
  design.nodes.push_back({.name = "right", .body = program().work(3s), .next = {{"", "meet"}}});
  scenarios::Program judge = program().work(1s);
  judge.add({scenarios::steps::Route{{"again"}}, {}});
  design.nodes.push_back({.name = "meet",
                          .body = std::move(judge),
                          .next = {{"again", "plan"}, {"good", "end"}},
                          .join = scenarios::JoinRule{.kind = scenarios::JoinRule::Kind::all}});
  scenarios::Workflow workflow{"small-graph"};
  workflow.key("draft").graph(std::move(design));
  return workflow;
}

std::string names_of_unreached() {
  std::string names;
  for (std::size_t op = 0; op < operations; ++op) {
    if (reached[op] == 0) names += std::string{operation_names[op]} + " ";
  }
  return names;
}

}  // namespace

TEST_SUITE("law 9: the dispatches agree") {
  TEST_CASE("switch and computed goto play random workflows alike, under faults, and reach every operation") {
    reached.fill(0);
    std::uint64_t events = 0;
    for (std::uint64_t seed = 1; seed <= effort(400U); ++seed) {
      const scenarios::Workflow workflow = random_workflow(seed);
      scenarios::Built by_switch = workflow.build(Dispatch::by_switch), by_goto = workflow.build(Dispatch::by_goto);
      REQUIRE_MESSAGE(by_switch.errors.empty(), "seed " << seed << ": " << by_switch.text());
      const sim::Probability chance{seed % 4 == 0 ? 0U : 30'000U};
      const faults::Profile profile = common_kinds(chance);
      for (sim::Model* model : {&*by_switch.model, &*by_goto.model}) {
        model->fault_shadow = faults::Armed::shadow_bytes(profile.lines.size());
      }
      const Run reference = run_of(counted(*by_switch.model), profile, seed, true);
      CHECK_MESSAGE(reference.trouble == "", "seed " << seed);
      const Run switched = run_of(*by_switch.model, profile, seed, false);
      const Run fast = run_of(*by_goto.model, profile, seed, false);
      CHECK_MESSAGE(switched == reference, "seed " << seed);
      CHECK_MESSAGE(fast == reference, "seed " << seed);
      events += reference.events;
    }
    for (const std::string_view preset : scenarios::presets()) {
      const scenarios::Workflow workflow = small_graph(preset);
      REQUIRE_MESSAGE(workflow.build().errors.empty(), preset << ": " << workflow.build().text());
      sim::Model by_switch = workflow.model(Dispatch::by_switch), by_goto = workflow.model(Dispatch::by_goto);
      by_switch.fault_shadow = by_goto.fault_shadow = faults::Armed::shadow_bytes(0);
      const Run reference = run_of(counted(by_switch), {}, 1, true);
      CHECK_MESSAGE(reference.trouble == "", preset);
      CHECK_MESSAGE(run_of(by_switch, {}, 1, false) == reference, preset);
      CHECK_MESSAGE(run_of(by_goto, {}, 1, false) == reference, preset);
    }
    if (thorough) CHECK(names_of_unreached() == "");
    CHECK(events > effort(20'000U));
    MESSAGE(events << " events");
  }
}

}  // namespace squall::laws

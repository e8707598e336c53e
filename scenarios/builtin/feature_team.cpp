// SPDX-License-Identifier: Apache-2.0
#include "scenarios/builtin/feature_team.hpp"

#include <string>
#include <utility>

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

Workflow team_with(std::string name, Demand inputs) {
  Workflow team{std::move(name)};
  team.key("plan");
  team.agent("planner", program()
                            .work(lognormal(4s, 20s))
                            .makes("plan")
                            .write("plan")
                            .send("coder", "task")
                            .receive(topic("release").from("docs"))
                            .finish());
  team.agent("coder", program()
                          .receive("task")
                          .read("plan")
                          .work(lognormal(30s, 2min))
                          .makes("code")
                          .send("tester", "code")
                          .receive("report", {.timeout = 5min, .otherwise = program().fail("the tester is silent")})
                          .send("docs", "code"));
  team.agent("tester", program()
                           .receive(std::move(inputs), {.id = "inputs"})
                           .work(lognormal(10s, 40s))
                           .makes("report")
                           .send("coder", "report"));
  team.agent(
      "docs",
      program().receive("code").work(uniform(6s, 30s)).makes("docs").send("tester", "docs").send("planner", "release"));
  return team;
}

}  // namespace

Workflow feature_team() { return team_with("feature-team", all_of({"code", "docs"})); }
Workflow feature_team_fixed() { return team_with("feature-team-fixed", any_of({"code", "docs"})); }

}  // namespace squall::scenarios

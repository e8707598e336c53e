// SPDX-License-Identifier: Apache-2.0
#include "reports/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/judgement.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

/// ASCII alone: then no name of a user's can steer a terminal that the text is printed on.
std::string written(const Json& json) {
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

std::string hex(std::uint64_t number) { return "0x" + digest_text(number); }

const char* name_of(sim::Halt halt) {
  switch (halt) {
    case sim::Halt::idle: return "idle";
    case sim::Halt::event_limit: return "event-limit";
    case sim::Halt::pending_limit: return "pending-limit";
    case sim::Halt::time_limit: return "time-limit";
  }
  return "";
}

Json list() { return Json::array(); }

Json finding_json(const scenarios::Finding& finding) {
  return {{"invariant", finding.invariant},
          {"signature", hex(finding.signature)},
          {"count", finding.runs},
          {"first_seed", finding.first_seed}};
}

Json file_json(const FileReport& file) {
  Json json = {{"file", file.path}, {"workflow", file.workflow}, {"result", name_of(file.result)}};
  json["runs"] = file.judgement.runs;
  json["violated"] = file.judgement.violated;
  json["unknown"] = file.judgement.unknown;
  json["findings"] = list();
  for (const scenarios::Finding& finding : file.judgement.findings) json["findings"].push_back(finding_json(finding));
  json["failures"] = file.judgement.failures;
  json["notes"] = file.judgement.notes;
  if (!file.trouble.empty()) json["diagnostics"] = file.trouble;
  if (!file.replay.empty()) json["replay"] = file.replay;
  return json;
}

}  // namespace

std::string run_json(const scenarios::Scenario& scenario, const scenarios::Recording& recording, sim::Seed seed,
                     const std::string& replay) {
  const scenarios::Outcome& outcome = recording.outcome;
  Json json = {{"version", version()}, {"workflow", scenario.model.name}, {"seed", static_cast<std::uint64_t>(seed)}};
  json["verdict"] = scenarios::name_of(scenarios::verdict_of(outcome));
  json["violations"] = list();
  for (const sim::Violation& violation : outcome.violations) {
    json["violations"].push_back({{"invariant", violation.invariant},
                                  {"signature", hex(faults::signature(violation))},
                                  {"at_ns", violation.at.time_since_epoch().count()},
                                  {"witness", violation.witness},
                                  {"story", sentences(violation)}});
  }
  json["faults"] = list();
  for (const faults::Line& line : recording.injected.lines)
    json["faults"].push_back({{"kind", faults::name_of(line.fault)}, {"plan", faults::to_text(line)}});
  json["events"] = outcome.events;
  json["virtual_ns"] = outcome.virtual_time.count();
  json["digest"] = hex(outcome.digest);
  json["halt"] = name_of(outcome.halt);
  json["open"] = list();
  for (const sim::Undecided& open : outcome.undecided)
    json["open"].push_back({{"invariant", open.invariant}, {"why", open.why}});
  json["unstruck"] = unstruck_of(scenario, recording);
  json["undrawn"] = scenarios::undrawn(scenario, recording.world);
  json["came_true"] = outcome.came_true;
  json["replay"] = replay;
  return written(json);
}

std::string snapshot_json(const Snapshot& snapshot, std::uint64_t number, sim::Instant at, const std::string& said) {
  Json json = {{"n", number}, {"at_ns", at.time_since_epoch().count()}, {"said", said}};
  json["agents"] = list();
  for (const AgentSnapshot& agent : snapshot.agents)
    json["agents"].push_back(
        {{"name", agent.name}, {"doing", agent.doing}, {"mailbox", agent.mailbox}, {"variables", agent.variables}});
  json["things"] = list();
  for (const ThingSnapshot& thing : snapshot.things)
    json["things"].push_back({{"name", thing.name}, {"holds", thing.holds}});
  return written(json);
}

std::string suite_json(std::span<const FileReport> files) {
  const Totals totals = totals_of(files);
  Json json = {{"version", version()},
               {"passed", totals.passed},
               {"failed", totals.failed},
               {"undecided", totals.undecided},
               {"files", list()}};
  for (const FileReport& file : files) json["files"].push_back(file_json(file));
  return written(json);
}

}  // namespace squall::reports

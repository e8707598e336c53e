// SPDX-License-Identifier: Apache-2.0
#include "reports/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/campaign.hpp"
#include "reports/lineage_story.hpp"
#include "reports/statistics.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/judgement.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

const sim::Violation* violation_in(const scenarios::Outcome& outcome, std::uint64_t signature) {
  for (const sim::Violation& each : outcome.violations) {
    if (faults::signature(each) == signature) return &each;
  }
  return nullptr;
}

std::string instant_text(sim::Instant at) { return duration_text(at.time_since_epoch()); }

std::string injected_text(const scenarios::Injected& each) {
  return fmt::format("{}, at {}", printable(faults::to_text(each.line)), instant_text(each.at));
}

std::string counterfactual_text(const Counterfactual& each) {
  if (!each.gone) return fmt::format("without {}: it is still there", printable(each.without));
  return each.verdict == "violated"
             ? fmt::format("without {}: it is gone (something else is violated)", printable(each.without))
             : fmt::format("without {}: it is gone", printable(each.without));
}

void add_list(std::string& text, const std::vector<std::string>& lines, std::size_t most = 40) {
  for (std::size_t l = 0; l < lines.size() && l < most; ++l) text += fmt::format("  - {}\n", lines[l]);
  if (lines.size() > most) text += fmt::format("  - and {} more\n", lines.size() - most);
}

}  // namespace

std::vector<Counterfactual> counterfactuals(const scenarios::ShrunkCase& shrunk) {
  std::vector<Counterfactual> all;
  for (std::size_t left_out = 0; left_out < shrunk.plan.lines.size(); ++left_out) {
    faults::Plan plan = shrunk.plan;
    plan.lines.erase(plan.lines.begin() + static_cast<std::ptrdiff_t>(left_out));
    const scenarios::Outcome outcome = scenarios::replay(*shrunk.loaded.scenario, sim::Seed{shrunk.seed}, plan).outcome;
    all.push_back({.without = faults::to_text(shrunk.plan.lines[left_out]),
                   .gone = violation_in(outcome, shrunk.signature) == nullptr,
                   .verdict = scenarios::name_of(scenarios::verdict_of(outcome))});
  }
  return all;
}

LastSteps last_steps(const scenarios::ShrunkCase& shrunk) {
  constexpr std::size_t steps_told = 4;
  const sim::Model& model = shrunk.loaded.scenario->model;
  const sim::World& world = shrunk.recording.world;
  const sim::Violation* violation = violation_in(shrunk.recording.outcome, shrunk.signature);
  LastSteps steps;
  if (violation == nullptr) return steps;
  const auto among = [](const faults::Names& names, const std::string& agent) {
    return std::ranges::find(names.all, agent) != names.all.end();
  };
  const auto struck_at = [&](const std::string& agent) {
    return std::ranges::any_of(shrunk.plan.lines, [&](const faults::Line& line) {
      const faults::Matcher& matcher = line.matcher;
      return among(matcher.agent, agent) || among(matcher.from, agent) || among(matcher.to, agent);
    });
  };
  for (const sim::TraceLine& line : shrunk.recording.trace.lines()) {
    if (line.seen.agent == sim::nobody) continue;
    const sim::Definition& definition = model.definition(world.agent(line.seen.agent).definition);
    if (!scenarios::speaks_of(*violation, definition.name) && !struck_at(definition.name)) continue;
    const std::string said = sentence(model, world, line);
    if (said.empty()) continue;
    const std::string name = printable(sim::agent_name(model, world, line.seen.agent));
    auto agent = std::ranges::find(steps, name, [](const auto& each) { return each.first; });
    if (agent == steps.end()) agent = steps.insert(steps.end(), {name, {}});
    agent->second.push_back(fmt::format("{:>12}  {}", instant_text(line.at), said));
    if (agent->second.size() > steps_told) agent->second.erase(agent->second.begin());
  }
  return steps;
}

std::string shrink_text(const scenarios::ShrunkCase& shrunk) {
  const std::string faults = shrunk.injected.size() == 1 ? "1 fault" : fmt::format("{} faults", shrunk.injected.size());
  std::string text = fmt::format("{}, seed {}: {}, signature 0x{}\n", printable(shrunk.loaded.name), shrunk.seed,
                                 printable(shrunk.invariant), faults::signature_text(shrunk.signature));
  text += shrunk_text(shrunk);
  text += fmt::format("   shrunk from {} to {} in {}\n", faults, shrunk.plan.lines.size(),
                      counted(shrunk.runs, "run", "runs"));
  if (!shrunk.left_out.empty()) text += fmt::format("   left out as well: {}\n", printable(listed(shrunk.left_out)));
  for (const Counterfactual& each : counterfactuals(shrunk)) text += fmt::format("   {}\n", counterfactual_text(each));
  return text;
}

std::string explanation(const scenarios::ShrunkCase& shrunk, const std::string& replay) {
  std::string text = story(*shrunk.loaded.scenario, shrunk.recording, sim::Seed{shrunk.seed}, "see the case below");
  text.resize(text.rfind("\nThe same run again:"));

  text += "\nWhat it needed:\n";
  std::vector<std::string> needed, idle;
  for (const scenarios::Injected& each : shrunk.injected) (each.needed ? needed : idle).push_back(injected_text(each));
  if (needed.empty()) {
    text += "  no fault: timing alone does it\n";
  } else {
    add_list(text, needed);
    for (const Counterfactual& each : counterfactuals(shrunk)) text += fmt::format("  {}\n", counterfactual_text(each));
  }
  if (const sim::Violation* violation = violation_in(shrunk.recording.outcome, shrunk.signature)) {
    const LineageStory passed = lineage_story(*shrunk.loaded.scenario, shrunk.recording, *violation);
    if (!passed.empty()) text += "\nFrom the fault to the result:\n" + lineage_text(passed);
  }
  text += "\nWhat did not matter:\n";
  for (const std::string& each : shrunk.left_out) idle.push_back(printable(each));
  if (idle.empty()) {
    text += "  nothing that could be left out\n";
  } else {
    add_list(text, idle);
  }
  if (const LastSteps steps = last_steps(shrunk); !steps.empty()) {
    text += "\nThe last steps of those involved:\n";
    for (const auto& [agent, lines] : steps) {
      text += fmt::format("  {}\n", agent);
      for (const std::string& line : lines) text += fmt::format("  {}\n", line);
    }
  }
  text += fmt::format("\nThe case, found in {}:\n", counted(shrunk.runs, "run", "runs"));
  const std::string file = scenarios::to_text(shrunk.file);
  for (std::size_t from = 0; from < file.size();) {
    const std::size_t to = std::min(file.find('\n', from), file.size());
    text += fmt::format("  {}\n", printable(std::string_view{file}.substr(from, to - from)));
    from = to + 1;
  }
  return text + fmt::format("\nThe run that it was shrunk from: {}\n", replay);
}

std::string explanation_json(const scenarios::ShrunkCase& shrunk, const std::string& file, const std::string& replay) {
  Json json = {{"version", version()},
               {"workflow", shrunk.loaded.name},
               {"file", file},
               {"seed", shrunk.seed},
               {"invariant", shrunk.invariant},
               {"signature", "0x" + faults::signature_text(shrunk.signature)},
               {"minimal", shrunk.minimal},
               {"runs", shrunk.runs},
               {"needed", Json::array()},
               {"did_not_matter", Json::array()},
               {"left_out", shrunk.left_out},
               {"plan", Json::array()},
               {"counterfactuals", Json::array()}};
  for (const scenarios::Injected& each : shrunk.injected) {
    json[each.needed ? "needed" : "did_not_matter"].push_back(
        {{"plan", faults::to_text(each.line)}, {"at_ns", each.at.time_since_epoch().count()}});
  }
  for (const faults::Line& line : shrunk.plan.lines) json["plan"].push_back(faults::to_text(line));
  for (const Counterfactual& each : counterfactuals(shrunk))
    json["counterfactuals"].push_back({{"without", each.without}, {"gone", each.gone}, {"verdict", each.verdict}});
  if (const sim::Violation* violation = violation_in(shrunk.recording.outcome, shrunk.signature)) {
    json["story"] = sentences(*violation);
    const LineageStory passed = lineage_story(*shrunk.loaded.scenario, shrunk.recording, *violation);
    json["lineage"] = {{"path", Json::array()}, {"summary", passed.summary}};
    for (const PassedOn& step : passed.path)
      json["lineage"]["path"].push_back({{"at_ns", step.at.time_since_epoch().count()}, {"text", step.text}});
  }
  json["last_steps"] = Json::object();
  for (const auto& [agent, lines] : last_steps(shrunk)) json["last_steps"][agent] = lines;
  json["digest"] = "0x" + digest_text(shrunk.recording.outcome.digest);
  json["case"] = scenarios::to_text(shrunk.file);
  json["replay"] = replay;
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports

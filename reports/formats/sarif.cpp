// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "faults/signature.hpp"
#include "reports/formats/formats.hpp"
#include "reports/lint_report.hpp"
#include "reports/markup.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"
#include "reports/version.hpp"
#include "scenarios/agents/op.hpp"
#include "scenarios/lint/passable.hpp"
#include "scenarios/lint/rules.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::Place;

constexpr std::size_t annotations_most = 10;
constexpr std::size_t code_flow_most = 200;

Json location(const Place& at) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(at.file)}}},
            {"region", {{"startLine", at.line}, {"startColumn", at.column}, {"endColumn", at.column + at.width}}}}}};
}

/// Where steps of the run stand in the file.
class Places {
 public:
  Places(const Recorded& recorded, const scenarios::Loaded& file) : recorded_(recorded), file_(file) {}

  /// The step that `agent` had begun last by `at`.
  std::optional<Place> of(const std::string& agent, sim::Instant at) const {
    const sim::Model& model = recorded_.scenario.model;
    const sim::World& world = recorded_.recording.world;
    std::optional<Place> place;
    for (const sim::TraceLine& line : recorded_.recording.trace.lines()) {
      if (line.at > at) break;
      if (line.seen.kind != sim::Seen::began || index(line.seen.agent) >= world.used(sim::Pool::agents)) continue;
      if (agent_name(model, world, line.seen.agent) != agent) continue;
      if (const auto found = step(line)) place = found;
    }
    return place;
  }

  std::optional<Place> step(const sim::TraceLine& line) const {
    const sim::World& world = recorded_.recording.world;
    const std::uint32_t definition = index(world.agent(line.seen.agent).definition);
    const scenarios::Code* code = scenarios::program_of(recorded_.scenario.model, definition);
    if (code == nullptr || line.seen.detail >= code->step_of_op.size()) return std::nullopt;
    const auto place = file_.place_of(code->steps[code->step_of_op[line.seen.detail]].mark);
    return place ? std::optional{place->at} : std::nullopt;
  }

  /// Of a violation: where the first of those it speaks of stood; else the start of the file.
  Place of(const sim::Violation& violation) const {
    const std::size_t n = violation.members.size();
    const std::size_t start = n == 0 ? 0 : sim::canonical_start(violation);
    for (std::size_t m = 0; m < n; ++m) {
      if (const auto place = of(violation.members[(start + m) % n], violation.at)) return *place;
    }
    for (const std::string& lane : recorded_.run.lanes) {
      const bool named = std::ranges::any_of(
          violation.reasons, [&](const std::string& reason) { return reason.find(lane) != std::string::npos; });
      if (!named) continue;
      if (const auto place = of(lane, violation.at)) return *place;
    }
    return {.file = file_.files.empty() ? recorded_.scenario.model.name : file_.files.front()};
  }

 private:
  const Recorded& recorded_;
  const scenarios::Loaded& file_;
};

std::string message_of(const sim::Violation& violation, bool timed) {
  std::string text = violation.invariant + " is violated: ";
  const std::vector<std::string> said = timed ? sentences(violation) : untimed_reasons(violation);
  for (std::size_t s = 0; s < said.size(); ++s) text += (s == 0 ? "" : "; ") + said[s];
  return text + ".";
}

/// The steps that were begun until the violation, those near it where there are many.
Json code_flow(const Recorded& recorded, const Places& places, const sim::Violation& violation) {
  std::vector<Json> steps;
  for (const sim::TraceLine& line : recorded.recording.trace.lines()) {
    if (line.at > violation.at) break;
    if (line.seen.kind != sim::Seen::began) continue;
    const auto place = places.step(line);
    if (!place) continue;
    Json at = location(*place);
    const std::string who =
        printable(agent_name(recorded.scenario.model, recorded.recording.world, line.seen.agent)) + " goes on here";
    at["message"] = {
        {"text", recorded.run.timed ? fmt::format("{}: {}", duration_text(line.at.time_since_epoch()), who) : who}};
    steps.push_back({{"location", std::move(at)}});
  }
  const std::size_t from = steps.size() - std::min(steps.size(), code_flow_most);
  Json locations = Json::array();
  for (std::size_t s = from; s < steps.size(); ++s) locations.push_back(std::move(steps[s]));
  return locations;
}

Json graph_of(const sim::Violation& violation) {
  Json nodes = Json::array(), edges = Json::array();
  const std::size_t n = violation.members.size();
  for (std::size_t m = 0; m < n; ++m) {
    nodes.push_back({{"id", fmt::format("n{}", m)}, {"label", {{"text", printable(violation.members[m])}}}});
    const std::string why = m < violation.reasons.size() ? printable(violation.reasons[m]) : "waits";
    edges.push_back({{"id", fmt::format("e{}", m)},
                     {"sourceNodeId", fmt::format("n{}", m)},
                     {"targetNodeId", fmt::format("n{}", (m + 1) % n)},
                     {"label", {{"text", why}}}});
  }
  return {{"description", {{"text", "who waits for whom"}}}, {"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

std::string document(Json rules, Json results) {
  const Json driver{
      {"name", "squall"}, {"version", version()}, {"semanticVersion", version()}, {"rules", std::move(rules)}};
  const Json json{
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       {{{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}}}}};
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

Place start_of(const scenarios::Loaded& file) { return {.file = file.files.empty() ? "" : file.files.front()}; }

/// Where a thread can be read: `celery/celery#5935`.
std::string address_of(std::string_view thread) {
  const std::size_t mark = thread.find('#');
  return fmt::format("https://github.com/{}/issues/{}", thread.substr(0, mark), thread.substr(mark + 1));
}

Json lint_rule(const scenarios::LintRule& rule, const std::string& id) {
  Json seen = Json::array();
  Json json{{"id", id},
            {"name", rule.name},
            {"shortDescription", {{"text", fmt::format("{}.", rule.means)}}},
            {"defaultConfiguration", {{"level", rule.severity == scenarios::Severity::warning ? "warning" : "note"}}}};
  for (const scenarios::Evidence& evidence : scenarios::evidence_of(rule)) {
    seen.push_back(evidence.thread.empty() ? std::string{evidence.id}
                                           : fmt::format("{} {}", evidence.id, evidence.thread));
    if (!evidence.thread.empty() && !json.contains("helpUri")) json["helpUri"] = address_of(evidence.thread);
  }
  json["properties"] = {{"evidence", std::move(seen)}};
  return json;
}

/// GitHub's workflow commands end at line ends and separate by these.
std::string command_text(const std::string& text, bool property) {
  std::string safe;
  for (const char c : printable(text)) {
    if (c == '%') safe += "%25";
    else if (property && c == ':') safe += "%3A";
    else if (property && c == ',') safe += "%2C";
    else safe += c;
  }
  return safe;
}

}  // namespace

std::string uri_of(const std::string& path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                       std::string_view{"/._-~"}.find(c) != std::string_view::npos;
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return text;
}

std::string sarif(const Recorded& recorded, const scenarios::Loaded& file) {
  const Places places{recorded, file};
  Json rules = Json::array(), results = Json::array();
  std::set<std::string> known;
  for (const sim::PlacedMonitor& placed : recorded.scenario.model.monitors) {
    if (!known.insert(placed.monitor.name).second) continue;
    rules.push_back(
        {{"id", printable(placed.monitor.name)}, {"shortDescription", {{"text", printable(placed.monitor.claim)}}}});
  }
  for (const sim::Violation& violation : recorded.recording.outcome.violations) {
    if (known.insert(violation.invariant).second) rules.push_back({{"id", printable(violation.invariant)}});
    Json result{
        {"ruleId", printable(violation.invariant)},
        {"level", "error"},
        {"message", {{"text", message_of(violation, recorded.run.timed)}}},
        {"locations", Json::array({location(places.of(violation))})},
        {"partialFingerprints", {{"squallSignature/v1", faults::signature_text(faults::signature(violation))}}}};
    Json flow = code_flow(recorded, places, violation);
    if (!flow.empty()) result["codeFlows"] = {{{"threadFlows", {{{"locations", std::move(flow)}}}}}};
    if (violation.cycle && !violation.members.empty())
      result["graphs"] = Json::array({graph_of(violation)});  // braces alone: an array for g++, the graph for clang++
    result["properties"] = {{"seed", static_cast<std::uint64_t>(recorded.seed)},
                            {"replay", printable(recorded.replay)}};
    results.push_back(std::move(result));
  }
  return document(std::move(rules), std::move(results));
}

std::string lint_sarif(const LintTelling& telling) {
  Json rules = Json::array(), results = Json::array();
  std::set<std::string> known;
  for (std::size_t n = 0; n < telling.found.size(); ++n) {
    const scenarios::LintFinding& finding = telling.found[n];
    const scenarios::LintRule& rule = *scenarios::find_lint_rule(finding.rule);
    // A family's number alone would name two rules.
    const std::string id = fmt::format("{}/{}", rule.id, rule.name);
    if (known.insert(id).second) rules.push_back(lint_rule(rule, id));
    const auto place = telling.file.place_of(finding.mark);
    std::string text = fmt::format("{}: {}", printable(finding.where), printable(finding.what));
    for (const std::string& reason : finding.reasons) text += "; " + printable(reason);
    text += ". Fix: " + printable(finding.fix) + ".";
    Json result{{"ruleId", id},
                {"level", level_of(telling, n)},
                {"message", {{"text", std::move(text)}}},
                {"locations", Json::array({location(place ? place->at : start_of(telling.file))})},
                {"properties", {{"certain", finding.certain}}}};
    if (!telling.rehearsed.empty()) {
      const auto& witness = telling.rehearsed[n].witness;
      result["properties"]["witness"] = witness ? "shown" : "suspicion";
      if (witness) result["properties"]["seed"] = witness->seed;
      if (const std::string replay = replay_of(telling, n); !replay.empty())
        result["properties"]["replay"] = printable(replay);
    }
    results.push_back(std::move(result));
  }
  return document(std::move(rules), std::move(results));
}

std::string annotation(const Place& at, const std::string& title, const std::string& message) {
  // GitHub's runner cuts a message there, and forgets what is longer.
  constexpr std::size_t title_most = 200, message_most = 4000;
  return fmt::format("::error file={},line={},col={},title={}::{}\n", command_text(at.file, true), at.line, at.column,
                     command_text(beginning(printable(title), title_most), true),
                     command_text(beginning(printable(message), message_most), false));
}

std::string github(const Recorded& recorded, const scenarios::Loaded& file) {
  const Places places{recorded, file};
  std::string text;
  for (const sim::Violation& violation : recorded.recording.outcome.violations)
    text +=
        annotation(places.of(violation), "violated: " + violation.invariant, message_of(violation, recorded.run.timed));
  return first_annotations(text);
}

std::string first_annotations(const std::string& text) {
  std::size_t end = 0, told = 0, all = 0;
  for (std::size_t at = 0; at < text.size(); ++all) {
    at = text.find('\n', at) + 1;
    if (told < annotations_most) {
      end = at;
      ++told;
    }
  }
  if (all == told) return text;
  return text.substr(0, end) +
         fmt::format(
             "::notice title=squall::{} more are not shown here: GitHub shows {} of a step. They stand in the "
             "output, in --summary and in --sarif.\n",
             all - told, annotations_most);
}

}  // namespace squall::reports

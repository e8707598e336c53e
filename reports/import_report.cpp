// SPDX-License-Identifier: Apache-2.0
#include "reports/import_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::imports::Note;

constexpr std::size_t told_not_understood = 3;

std::string note_text(const Note& note) {
  std::string where;
  if (note.at.line != 0) where = fmt::format("line {}", note.at.line);
  if (note.times > 1) where += fmt::format("{}{} times", where.empty() ? "" : ", ", note.times);
  return printable(note.text) + (where.empty() ? "" : " (" + where + ")");
}

/// Places, not kinds.
std::uint64_t places(const std::vector<Note>& notes) {
  return std::accumulate(notes.begin(), notes.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Note& note) { return sum + note.times; });
}

Json note_json(const Note& note) {
  return {{"line", note.at.line == 0 ? Json() : Json(note.at.line)}, {"text", note.text}, {"times", note.times}};
}

std::string joins_text(const std::map<std::string, std::uint32_t>& joins) {
  if (joins.empty()) return "none";
  std::vector<std::string> words;
  for (const auto& [kind, count] : joins) words.push_back(fmt::format("{} {}", count, kind));
  return listed(words);
}

}  // namespace

std::string import_text(const ImportReport& report) {
  const scenarios::imports::Drawing& drawing = *report.imported.drawing;
  const scenarios::imports::Tally& tally = report.imported.tally;
  std::string text = fmt::format("{}: {}\n", printable(report.file), scenarios::row_of(*report.imported.format).title);
  text += fmt::format("  {}, {}", counted(tally.nodes, "node", "nodes"),
                      counted(tally.control_edges, "control edge", "control edges"));
  if (tally.data_edges > 0) text += ", " + counted(tally.data_edges, "data edge", "data edges");
  text += ", " + counted(tally.scopes, "scope", "scopes");
  if (tally.fan_outs > 0) text += ", " + counted(tally.fan_outs, "fan-out", "fan-outs");
  text += fmt::format("\n  joins: {}\n", joins_text(tally.joins));
  text += fmt::format("  waits: {} bounded, {} without a bound\n", tally.waits_bounded, tally.waits_unbounded);
  text += fmt::format("  effects: {} with a key, {} without\n", tally.effects_with_key, tally.effects_without_key);
  if (tally.retries > 0) text += fmt::format("  retries: {}\n", tally.retries);
  if (drawing.recorded_ns) {
    text += fmt::format("  makespan: recorded {}", duration_text(sim::Duration{*drawing.recorded_ns}));
    if (report.simulated) text += fmt::format(", simulated {}", duration_text(*report.simulated));
    text += "\n";
  }
  text += fmt::format("  assumed:{}\n", drawing.assumptions.empty() ? " nothing" : "");
  for (const Note& note : drawing.assumptions) text += fmt::format("    - {}\n", note_text(note));
  const std::uint64_t unclear = places(drawing.not_understood);
  text += fmt::format("  not understood: {}\n", unclear == 0 ? "nothing" : counted(unclear, "place", "places"));
  for (std::size_t n = 0; n < std::min(told_not_understood, drawing.not_understood.size()); ++n)
    text += fmt::format("    - {}\n", note_text(drawing.not_understood[n]));
  if (drawing.not_understood.size() > told_not_understood)
    text += fmt::format("    - and {} more kinds, which stand at the head of the workflow file\n",
                        drawing.not_understood.size() - told_not_understood);
  if (!report.out.empty()) text += fmt::format("  written to {}\n", printable(report.out));
  return text;
}

std::string import_json(const ImportReport& report) {
  const scenarios::imports::Drawing& drawing = *report.imported.drawing;
  const scenarios::imports::Tally& tally = report.imported.tally;
  Json joins = Json::object();
  for (const auto& [kind, count] : tally.joins) joins[kind] = count;
  Json assumptions = Json::array(), first = Json::array();
  for (const Note& note : drawing.assumptions) assumptions.push_back(note_json(note));
  for (std::size_t n = 0; n < std::min(told_not_understood, drawing.not_understood.size()); ++n)
    first.push_back(note_json(drawing.not_understood[n]));
  Json json{{"version", version()},
            {"file", report.file},
            {"format", scenarios::row_of(*report.imported.format).name},
            {"workflow", drawing.name},
            {"nodes", tally.nodes},
            {"edges", {{"control", tally.control_edges}, {"data", tally.data_edges}}},
            {"scopes", tally.scopes},
            {"fan_outs", tally.fan_outs},
            {"joins", joins},
            {"waits", {{"bounded", tally.waits_bounded}, {"unbounded", tally.waits_unbounded}}},
            {"effects", {{"with_key", tally.effects_with_key}, {"without_key", tally.effects_without_key}}},
            {"retries", tally.retries},
            {"assumptions", assumptions},
            {"not_understood", {{"count", places(drawing.not_understood)}, {"first", first}}},
            {"recorded_ns", drawing.recorded_ns ? Json(*drawing.recorded_ns) : Json()},
            {"simulated_ns", report.simulated ? Json(report.simulated->count()) : Json()},
            {"out", report.out.empty() ? Json() : Json(report.out)}};
  if (report.out.empty()) json["text"] = report.imported.text;
  // ASCII alone, as in all JSON of ours: it may be printed on a terminal.
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports

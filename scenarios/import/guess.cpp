// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "scenarios/import/import.hpp"
#include "scenarios/import/json.hpp"

namespace squall::scenarios {
namespace {

std::string_view from_first_word(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

/// Whether a line of YAML begins with this key.
bool has_line(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at != std::string_view::npos; at = text.find('\n', at)) {
    if (at > 0 || text[0] == '\n') ++at;
    if (text.substr(at).starts_with(key)) return true;
  }
  return false;
}

std::optional<ForeignFormat> guess_json(std::string_view text) {
  static constexpr std::array<std::string_view, 16> telling{
      "resourceSpans", "resource_spans", "workflow", "schemaVersion", "runtimeSystem", "createdAt",
      "name",          "extends",        "States",   "StartAt",       "events",        "history",
      "nodes",         "edges",          "provider", "config"};
  const std::vector<imports::TopKey> keys = imports::top_keys(text, telling);
  const auto has = [&](std::string_view name) {
    return std::ranges::find(keys, name, &imports::TopKey::name) != keys.end();
  };
  const auto holds = [&](std::string_view name) {
    const auto found = std::ranges::find(keys, name, &imports::TopKey::name);
    return found != keys.end() && found->object;
  };
  if (has("resourceSpans") || has("resource_spans")) return ForeignFormat::otlp;
  if (holds("workflow") && (has("schemaVersion") || has("runtimeSystem") || has("createdAt") || has("name")))
    return ForeignFormat::wfformat;
  if (has("workflow") || has("extends")) return std::nullopt;  // our own, written as JSON
  if (has("States") || has("StartAt")) return ForeignFormat::asl;
  if (has("events") || has("history")) return ForeignFormat::temporal;
  if (has("nodes") && has("edges")) return ForeignFormat::langgraph;
  if (has("provider") && has("config")) return ForeignFormat::autogen;
  return std::nullopt;
}

}  // namespace

std::optional<ForeignFormat> guess_format(std::string_view text) {
  text = from_first_word(text);
  if (text.empty()) return std::nullopt;
  if (text.starts_with('{')) return guess_json(text);
  if (text.starts_with('[')) {
    const std::string_view first = from_first_word(text.substr(1));
    static constexpr std::array<std::string_view, 1> event{"eventId"};
    return imports::top_keys(first, event).empty() ? std::nullopt : std::optional{ForeignFormat::temporal};
  }
  const auto word = [&](std::string_view line, std::string_view known) {
    return line.starts_with(known) && line.size() > known.size() &&
           (line[known.size()] == ' ' || line[known.size()] == ';');
  };
  std::string_view body = text;
  if (body.starts_with("---")) {  // front matter, as Mermaid has it
    const std::size_t end = body.find("\n---", 3);
    body = end == std::string_view::npos ? std::string_view{} : from_first_word(body.substr(end + 4));
  }
  while (body.starts_with("%%")) body = from_first_word(body.substr(std::min(body.size(), body.find('\n'))));
  if (word(body, "graph") || word(body, "flowchart")) return ForeignFormat::mermaid;
  if (has_line(text, "workflow:") || has_line(text, "extends:")) return std::nullopt;
  if (has_line(text, "StartAt:") && has_line(text, "States:")) return ForeignFormat::asl;
  // A file of our own that lacks its first line has a graph too, but no list of nodes with ids and no edges.
  const auto holds = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (has_line(text, "graph:") && holds("- id:") && (holds("edges:") || holds("type:"))) return ForeignFormat::chatdev;
  return std::nullopt;
}

std::optional<ForeignFormat> foreign_format_named(std::string_view name) {
  const auto row = std::ranges::find(foreign_formats, name, &ForeignFormatRow::name);
  return row == foreign_formats.end() ? std::nullopt : std::optional{row->format};
}

const ForeignFormatRow& row_of(ForeignFormat format) {
  return *std::ranges::find(foreign_formats, format, &ForeignFormatRow::format);
}

}  // namespace squall::scenarios

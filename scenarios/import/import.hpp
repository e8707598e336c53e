// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/diagnostic.hpp"
#include "scenarios/import/drawing.hpp"
#include "scenarios/import/tally.hpp"

/// Other tools' workflow files, and recordings of runs: bytes in, a workflow file or diagnostics out.
namespace squall::scenarios {

enum class ForeignFormat : std::uint8_t { langgraph, mermaid, asl, autogen, chatdev, temporal, otlp, wfformat };

struct ForeignFormatRow {
  ForeignFormat format;
  std::string_view name;   ///< as the command takes it
  std::string_view title;  ///< for people
};
inline constexpr std::array<ForeignFormatRow, 8> foreign_formats{
    {{ForeignFormat::langgraph, "langgraph", "LangGraph, graph JSON"},
     {ForeignFormat::mermaid, "mermaid", "LangGraph, Mermaid"},
     {ForeignFormat::asl, "asl", "Amazon States Language"},
     {ForeignFormat::autogen, "autogen", "AutoGen, component JSON"},
     {ForeignFormat::chatdev, "chatdev", "ChatDev, workflow YAML"},
     {ForeignFormat::temporal, "temporal", "Temporal, event history"},
     {ForeignFormat::otlp, "otlp", "OpenTelemetry, OTLP/JSON traces"},
     {ForeignFormat::wfformat, "wfformat", "WfCommons, WfFormat"}}};

/// nothing where no format is called so.
std::optional<ForeignFormat> foreign_format_named(std::string_view name);
const ForeignFormatRow& row_of(ForeignFormat format);

/// Which foreign format a text is in, by what it holds; nothing where it is none, or a workflow file of our own. Looks at the
/// keys at its top, wherever in the text they stand; linear.
std::optional<ForeignFormat> guess_format(std::string_view text);

struct ImportOptions {
  std::optional<ForeignFormat> format{};  ///< nothing: guessed
  std::string overlay_name{};             ///< how diagnostics call the overlay; empty: there is none
  std::string overlay{};                  ///< its text
  std::string join{};  ///< of drawings that do not say: each, all, all-taken or any; empty: the runtime's
  bool fit = false;    ///< recorded times of one name become {p50, p99}
};

/// A foreign file, imported.
struct Imported {
  std::optional<ForeignFormat> format;
  std::optional<imports::Drawing> drawing;  ///< nothing where there are diagnostics
  imports::Tally tally;
  std::string text;  ///< the workflow file
  std::vector<Diagnostic> diagnostics;

  bool ok() const { return drawing.has_value(); }
};

/// Imports a text; `name` is what diagnostics and comments call it. Any bytes give a workflow file or diagnostics.
Imported import_text(const std::string& name, std::string text, const ImportOptions& options = {});

/// The same of the file at `path`, which may have 100 MiB.
Imported import_file(const std::string& path, const ImportOptions& options = {});

}  // namespace squall::scenarios

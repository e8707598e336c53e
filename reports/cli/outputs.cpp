// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/outputs.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "reports/cli/console.hpp"
#include "reports/formats/formats.hpp"
#include "reports/html.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"
#include "scenarios/history/recorded_history.hpp"

namespace squall::reports::cli {

bool Outputs::none() const {
  return report.empty() && sarif.empty() && otlp.empty() && trace_event.empty() && trace.empty() && shiviz.empty() &&
         dot.empty() && mermaid.empty() && history.empty() && !github;
}

void add_outputs(CLI::App& command, Outputs& into) {
  command.add_option("--report", into.report, "an HTML file to write: pictures, time travel, everything in one page");
  command.add_option("--sarif", into.sarif, "a SARIF file to write, for code scanning");
  command.add_option("--otlp", into.otlp, "an OTLP/JSON trace to write, for OpenTelemetry");
  command.add_option("--trace-event", into.trace_event, "a Trace Event file to write, for Perfetto");
  command.add_option("--trace", into.trace, "a file of JSON lines to write: everything that was seen");
  command.add_option("--shiviz", into.shiviz, "a ShiViz log to write");
  command.add_option("--dot", into.dot, "a graph to write for Graphviz: who sent to whom, who waits for whom");
  command.add_option("--mermaid", into.mermaid, "a Mermaid sequence diagram to write");
  command.add_option("--history", into.history,
                     "a file of JSON lines to write: what was asked of the context, for 'squall history check'");
  command.add_flag("--github", into.github, "prints annotations for GitHub Actions besides");
}

bool write_output(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  const std::string wrong = write_whole(path, text);
  if (wrong.empty()) return true;
  refuse(fmt::format("cannot write '{}': {}", printable(path), wrong),
         "name a file in a folder that can be written to");
  return false;
}

namespace {

/// Writes all that are wanted of `whole`; of `near` what is to be looked at.
bool write_formats(const Outputs& wanted, const scenarios::Loaded& file, const Recorded& whole, const Recorded& near,
                   const std::function<std::string()>& page) {
  bool written = true;
  const auto put = [&](const std::string& path, const auto& text) {
    if (!path.empty()) written = write_output(path, text()) && written;
  };
  put(wanted.report, page);
  put(wanted.sarif, [&] { return sarif(whole, file); });
  put(wanted.otlp, [&] { return otlp(whole); });
  put(wanted.trace_event, [&] { return trace_event(whole); });
  put(wanted.trace, [&] { return trace_lines(whole); });
  put(wanted.shiviz, [&] { return shiviz(whole); });
  put(wanted.dot, [&] { return dot(whole); });
  put(wanted.mermaid, [&] { return mermaid(near); });
  put(wanted.history, [&] { return scenarios::history_lines(scenarios::history_of(whole.scenario, whole.recording)); });
  if (wanted.github) written = told(github(whole, file)) && written;
  return written;
}

}  // namespace

bool write_outputs(const Outputs& wanted, const scenarios::Loaded& file, const scenarios::Recording& recording,
                   sim::Seed seed, const std::string& again) {
  if (wanted.none()) return true;
  const scenarios::Scenario& scenario = *file.scenario;
  const Chronicle near = chronicle(scenario, recording);
  const Chronicle whole = chronicle(scenario, recording, whole_run);
  return write_formats(wanted, file, {scenario, recording, whole, seed, again},
                       {scenario, recording, near, seed, again},
                       [&] { return run_html(scenario, recording, seed, again); });
}

bool write_outputs(const Outputs& wanted, const scenarios::Loaded& file, const UntimedTelling& telling) {
  if (wanted.none()) return true;
  const scenarios::Scenario& scenario = telling.scenario;
  const scenarios::Recording recording = recording_of(telling.run);
  const Chronicle near = chronicle(scenario, telling.run);
  const Chronicle whole = chronicle(scenario, telling.run, whole_run);
  return write_formats(wanted, file, {scenario, recording, whole, telling.seed, telling.replay},
                       {scenario, recording, near, telling.seed, telling.replay}, [&] { return run_html(telling); });
}

}  // namespace squall::reports::cli

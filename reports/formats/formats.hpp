// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "reports/views/chronicle.hpp"
#include "scenarios/file.hpp"

/// A run as other tools read it. All times are virtual. Every text ends with a newline.
namespace squall::reports {

/// What all of these are written from. Refers to what its parts live in.
struct Recorded {
  const scenarios::Scenario& scenario;
  const scenarios::Recording& recording;
  const Chronicle& run;
  sim::Seed seed{};
  std::string replay;  ///< the command that plays this run again
};

/// A Mermaid sequence diagram: a line for each message, lost ones with a cross, notes where a violation begins.
std::string mermaid(const Recorded&);

/// DOT: who sent how many messages to whom, and in bold who waits for whom in each violated cycle.
std::string dot(const Recorded&);

/// A log for ShiViz: `host {vector clock}`, then the moment's sentence. Its expression is the default one,
/// `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`. Clocks are those of Fidge and Mattern: a message carries its sender's.
std::string shiviz(const Recorded&);

/// Trace Event JSON, for Perfetto and chrome://tracing: a track for each agent with its moments, one each for its waits, its
/// holds and its crashes, so that slices of one track never overlap; messages are flows.
std::string trace_event(const Recorded&);

/// OTLP/JSON: one trace, a span for each agent (`invoke_agent`, by the conventions for generative AI), spans for what lasts,
/// events for moments, links for messages. Virtual time counts from the epoch.
std::string otlp(const Recorded&);

/// JSON lines: a head with `squall_trace` (the version of this format: 1), then a line for each observation with `n`,
/// `at_ns`, `kind` and what it is about; `said` where a story tells it. The whole run.
std::string trace_lines(const Recorded&);

/// SARIF 2.1.0: a result for each violation, at the line of the step where the first of those involved stood, with the story
/// as code flow, the cycle as graph, and the signature as partial fingerprint.
std::string sarif(const Recorded&, const scenarios::Loaded& file);
/// Workflow commands for GitHub: an annotation for each violation, 10 at most, as GitHub shows no more of a step.
std::string github(const Recorded&, const scenarios::Loaded& file);

/// The name of a kind of observation as `trace_lines` writes it.
const char* name_of(sim::Seen kind);

}  // namespace squall::reports

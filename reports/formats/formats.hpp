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
/// `at_ns`, `kind` and what it is about; `said` where a story tells it; of an untimed run `event`, its number, and `at_ns` is
/// 0. The whole run. Its schema: trace.schema.json beside this file.
std::string trace_lines(const Recorded&);

/// A path as a URI reference: what may not stand there becomes %NN.
std::string uri_of(const std::string& path);

/// SARIF 2.1.0: a result for each violation, at the line of the step where the first of those involved stood, with the story
/// as code flow, the cycle as graph, and the signature as partial fingerprint.
std::string sarif(const Recorded&, const scenarios::Loaded& file);
/// Workflow commands for GitHub: an annotation for each violation, as many as it shows (`first_annotations`).
std::string github(const Recorded&, const scenarios::Loaded& file);
/// One of them: an error at a place. Cut to what GitHub's runner takes of a message, 4096 characters.
std::string annotation(const scenarios::Place& at, const std::string& title, const std::string& message);
/// The first 10 of `text`, a line each, as GitHub shows no more of a step, and a notice of how many there are besides.
std::string first_annotations(const std::string& text);

/// The name of a kind of observation as `trace_lines` writes it.
const char* name_of(sim::Seen kind);

}  // namespace squall::reports

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scenarios/cases/decided_case.hpp"
#include "scenarios/untimed.hpp"

/// What an untimed run came to: whoever decided on it, a search, a strategy or a person.
namespace squall::reports {

/// All that its story is told from. Refers to what its parts live in.
struct UntimedTelling {
  const scenarios::Scenario& scenario;
  const sim::Schedule& schedule;
  const scenarios::UntimedRun& run;
  std::string replay;  ///< the command that plays it again
  sim::Seed seed{1};   ///< of what was drawn where there were no decisions any more
};

/// The run as one of those that pictures and other tools' formats are made of: without what a plan would say.
scenarios::Recording recording_of(const scenarios::UntimedRun& run);

/// Which faults struck, and at which events: `message-loss of a -> b x, at event 2`.
std::vector<std::string> struck_in(const scenarios::UntimedRun& run);

/// Whether the decisions were followed, where not, and what fell away, in sentences.
std::vector<std::string> how_followed(const UntimedTelling& telling);

/// The violation in sentences without instants: there are none here.
std::vector<std::string> untimed_reasons(const sim::Violation& violation);

/// What is violated and why, without what happened.
std::string untimed_findings(const UntimedTelling& telling);

/// What is violated and why, each event with what was seen of it, whether the decisions were followed. Ends with a newline.
/// `happened`: whole lines in place of the events; empty: these.
std::string untimed_story(const UntimedTelling& telling, const std::string& happened = {});

/// The same, and besides: which faults it needed, where anything else could have come instead.
std::string untimed_explanation(const UntimedTelling& telling);

/// The same for programs: `version workflow verdict violations[{invariant, signature, at_ns, witness, story[]}] faults[{kind,
/// plan}] events virtual_ns digest` as of timed runs, and `decisions followed divergence path[{event, by, could, seen[]}]`. One
/// JSON object in ASCII, with a newline.
std::string untimed_json(const UntimedTelling& telling);

}  // namespace squall::reports

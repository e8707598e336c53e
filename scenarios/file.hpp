// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/diagnostic.hpp"
#include "scenarios/run.hpp"
#include "sim/explore/schedule.hpp"

/// Workflow files: text in, a scenario or diagnostics out.
namespace squall::scenarios {

/// What a suite demands of a file. The seeds are 1 to `over` or `within`.
struct Expect {
  std::vector<std::string>
      violates;  ///< each is violated in some run `within` so many seeds, and no other check in any
  std::vector<std::string> may_violate;  ///< these may be, or not
  bool holds = false;                    ///< nothing is violated `over` so many seeds
  std::uint32_t within = 0, over = 0;    ///< 0: not said

  friend bool operator==(const Expect&, const Expect&) = default;
};

/// What shrinking and counterexamples pin in a case file.
struct Pins {
  /// `set`: a named draw, by the name that reports give it, and its answer: a time, a branch or a yes.
  struct Answer {
    std::string draw;
    std::variant<sim::Duration, std::int64_t, bool> value;
    friend bool operator==(const Answer&, const Answer&) = default;
  };
  std::vector<Answer> set;
  std::optional<sim::Schedule> schedule;  ///< `choose` and `schedule`: the decisions of an untimed run
  std::vector<std::string> without_agents;
  std::vector<std::uint32_t> without_instances;  ///< from 0

  bool empty() const { return set.empty() && !schedule && without_agents.empty() && without_instances.empty(); }
  friend bool operator==(const Pins&, const Pins&) = default;
};

class StepPlaces;

/// A workflow file, read.
struct Loaded {
  /// Model, checks, faults and plan; nothing where there are errors. With a plan the faults are off, unless the file says
  /// `and-faults`.
  std::optional<Scenario> scenario;
  /// Everything that is wrong, at most 20 and a line that says how many more.
  std::vector<Diagnostic> diagnostics;

  std::optional<std::uint32_t>
      workers;       ///< of a graph: how many nodes run at once, 0 any number; nothing where there is none
  std::string name;  ///< `workflow:`
  std::optional<std::uint64_t> seed;    ///< `seed:`
  std::optional<std::uint64_t> digest;  ///< `digest:`, of the run with that seed
  std::optional<Expect> expect;         ///< `expect:`
  Pins pins;
  std::vector<std::string> files;  ///< as they were opened: the file, then those it extends
  /// Where one of them is another tool's (`import`): how much was assumed in reading it.
  std::optional<std::size_t> assumptions;

  /// What the scenario's model was built from; null where there are errors.
  std::shared_ptr<const Workflow> workflow;
  /// Where its steps stand; see `place_of`.
  std::shared_ptr<const StepPlaces> places;

  bool ok() const { return scenario.has_value(); }
  /// A diagnostic at the step with this mark (`StepInfo::mark`), with its place and its source line alone; nullopt where no
  /// step has it.
  std::optional<Diagnostic> place_of(std::uint32_t mark) const;
};

struct LoadOptions {
  /// The suite's folder: what is extended must lie in it. Empty: the folder of the file.
  std::string root;
  /// A file that holds a list of fault lines, each with `nth` or `at`: taken instead of the workflow's own `plan`. Empty: none.
  std::string plan;
  /// Changes to the workflow, as `change` says them: paths and values. What is so already stays.
  std::vector<std::pair<std::string, std::string>> changes;
  /// Taken as what the file at the path holds, which then need not be there; empty: it is read. What it extends is read.
  std::string text;
};

/// Reads the file at `path`, those that it extends, and builds the workflow. Never throws for what a user wrote: any bytes
/// give a scenario or diagnostics, in time and memory in proportion to the limits of the language.
Loaded load(const std::string& path, const LoadOptions& = {});

/// The same of a text that is in no file; `name` is what diagnostics call it. It can extend nothing.
Loaded load_text(const std::string& name, std::string text);

/// The JSON Schema (draft-07) of workflow files, for editors. Written from the field table and the catalogues.
std::string schema();

/// The reference page of workflow files, as Markdown. Written from the same tables.
std::string reference();

}  // namespace squall::scenarios

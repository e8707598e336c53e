// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/file.hpp"
#include "scenarios/reader/pins.hpp"
#include "scenarios/reader/reading.hpp"

namespace squall::scenarios {

/// A `where` or a `while` of a line of faults: compiled when the model is there.
struct LineCondition {
  std::size_t line = 0;
  std::string field;
  Expression expression;
  std::string text;
  Mark mark;
};

/// Lines of `faults` or of a `plan`, with what is still to be done about them.
struct FaultLines {
  std::vector<faults::Line> lines;
  std::vector<Mark> marks;
  std::vector<LineCondition> conditions;
};

/// A file as the builder takes it, before it is built.
struct Sections {
  Workflow workflow{""};
  std::string about;
  FaultLines faults;
  std::optional<FaultLines> plan;
  bool and_faults = false;
  PinNodes pins;
  /// Where a name was declared: what a build error without a step is about.
  std::vector<std::pair<std::string, Mark>> declared;
};

/// Decodes a whole file. What it says about itself goes into `loaded`.
Sections read_sections(Reading& reading, const Node& root, Loaded& loaded);

/// The list under `faults` or `plan`.
FaultLines read_fault_lines(Reading& reading, const Node& list);

/// The conditions of lines as type checking takes them: a message is called `event`.
std::vector<Expression> conditions_of(const FaultLines& lines);

/// Compiles the conditions of lines for the model that was built from `workflow`, and says what is wrong with them.
void finish_fault_lines(Reading& reading, const Workflow& workflow, sim::Model& model, FaultLines& lines);

/// `check` and `goal`. Without a `check`: the defaults.
void read_checks(Reading& reading, const Node* check, const Node* goal, Sections& sections);

}  // namespace squall::scenarios

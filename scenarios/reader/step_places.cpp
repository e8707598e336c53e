// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/step_places.hpp"

#include <algorithm>

#include "scenarios/reader/reading.hpp"
#include "scenarios/reader/words.hpp"

namespace squall::scenarios {
namespace {

/// The word that says what the step does.
Mark action_of(const Node& step) {
  for (const Node::Entry& entry : step.entries) {
    const FieldRow* row = find_field("step", entry.key->text);
    if (row != nullptr && !is_step_field(row->name)) return entry.key->mark;
  }
  return step.mark;
}

}  // namespace

StepPlaces::StepPlaces(Sources sources, const Reading& reading) : sources_(std::move(sources)) {
  for (std::uint32_t number = 1; reading.knows(number); ++number) {
    const Reading::Numbered& numbered = reading.numbered(number);
    // What is no step: a node of a graph, an expression.
    marks_.emplace_back(number, numbered.step != nullptr ? action_of(*numbered.step) : numbered.mark);
  }
}

std::optional<Diagnostic> StepPlaces::at(std::uint32_t mark) const {
  const auto found = std::ranges::lower_bound(marks_, mark, {}, &std::pair<std::uint32_t, Mark>::first);
  if (found == marks_.end() || found->first != mark) return std::nullopt;
  const Mark at = sources_.original(found->second);
  return Diagnostic{sources_.place(at), {}, {}, sources_.shown_line(at)};
}

}  // namespace squall::scenarios

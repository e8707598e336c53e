// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "faults/catalogue.hpp"
#include "faults/line.hpp"

/// From names and values to lines, for whoever reads them out of a file: one row for each field that a kind's line may
/// have, and one function that sets a field. Readers, schemas and reference pages are made from these rows.
namespace squall::faults {

/// A stretch of virtual time: from here to before there.
struct Window {
  sim::Instant from = sim::start_of_time;
  sim::Instant until = sim::end_of_time;
};
/// `at`: an instant, or a step, which of its occurrences (none: each) and on which side of it.
struct StepMoment {
  StepPlace place;
  std::optional<std::uint32_t> nth;
};
using Moment = std::variant<sim::Instant, StepMoment>;

/// A value that a reader has understood. Which of these a field takes is what its row says.
using FieldValue = std::variant<bool,               // flag
                                std::int64_t,       // count, integer
                                sim::Probability,   // chance
                                sim::Distribution,  // duration
                                std::string,        // word; the name of a topic, tool, key or resource; a text
                                Names,              // agents
                                Condition,          // condition
                                Window,             // window
                                Moment>;            // moment

/// The fields of a line of this kind: its matcher's, its trigger's, its own options, each in the order in which a line is
/// written.
std::vector<FieldRow> fields_of(const CatalogueRow& kind);

/// A line of this kind that leaves everything out.
Line blank_line(const CatalogueRow& kind);

/// Sets one field. A duration that may be left out also takes, as a string, the word that says so: `restart: never`. Agents
/// may come as one string. Returns what is wrong, as half a sentence ("takes a duration"), or nothing. Names are not looked up: that is
/// `check`'s part, which knows the model.
std::string set_field(Line& line, std::string_view field, const FieldValue& value);

}  // namespace squall::faults

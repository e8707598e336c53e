// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/workflow.hpp"

/// What may be wrong with a workflow before any name is looked up in it: declarations that contradict one another, numbers
/// that mean nothing, and limits.
namespace squall::scenarios {

inline constexpr std::size_t agents_max = 100'000;       ///< declared; their members count below
inline constexpr std::uint64_t members_max = 4'000'000;  ///< agents in the world when a run begins
inline constexpr std::size_t declared_max = 65'000;      ///< topics; keys; tools; resources
inline constexpr std::uint32_t handlers_at_once_max = 255;
inline constexpr std::uint32_t nesting_max = 64;     ///< steps inside steps
inline constexpr std::uint32_t own_errors_max = 64;  ///< names that `fail` and `reply` give to errors

/// What is wrong, and what to write instead.
using Complaint = std::pair<std::string, std::string>;
std::optional<Complaint> complaint(const sim::Distribution& time);
std::optional<Complaint> complaint(sim::Probability chance);

/// Finds all of it. False: the programs are nested too deep to be looked at any further.
bool check_declarations(const Workflow& workflow, std::vector<BuildError>& errors);

}  // namespace squall::scenarios

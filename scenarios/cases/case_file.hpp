// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "faults/plan.hpp"
#include "scenarios/file.hpp"
#include "sim/explore/schedule.hpp"

/// Case files: one run of a workflow, as a workflow file that extends it.
namespace squall::scenarios {

/// What a case changes in the workflow that it extends: paths of `change` with their new values, as YAML.
using Changes = std::vector<std::pair<std::string, std::string>>;

struct CaseFile {
  std::string extends;  ///< path of the workflow, from the folder of the case
  std::string workflow, about;
  std::uint64_t seed = 1;
  Changes change;
  faults::Plan plan;
  std::vector<Pins::Answer> set{};          ///< draws and what they are answered with
  std::optional<sim::Schedule> schedule{};  ///< an untimed run: then neither seed nor plan is written
  bool faults_off = false;                  ///< says `and-faults: false`, where the workflow says true
  std::optional<std::uint64_t> digest;
  std::vector<std::string> violates, may_violate;  ///< `expect`; both empty: none
  std::vector<std::string> comments;               ///< lines above all else
};

/// The text of the file: reads back as what it was written from.
std::string to_text(const CaseFile&);

/// `text` as a YAML scalar: as it stands where that is safe, else in double quotes.
std::string yaml_scalar(const std::string& text);

}  // namespace squall::scenarios

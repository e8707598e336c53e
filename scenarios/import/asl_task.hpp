// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// What a Task state's `Resource` means.
struct AslResource {
  enum class Waits : std::uint8_t {
    reply,     ///< request and answer
    callback,  ///< .waitForTaskToken, or an activity: until somebody outside says so
    job,       ///< .sync: until a job has ended
  } waits = Waits::reply;
  std::string tool;   ///< native name
  std::string label;  ///< as the file has it
  bool effect = true;
  bool keyed = false;  ///< it says what it is by a token, or a condition lets it through once
};

AslResource asl_resource(Foreign& foreign, const Node& state);

}  // namespace squall::scenarios::imports

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// An error of the States Language as the workflow language names it. What services throw becomes `unavailable` or
/// `rate-limited`, States.Timeout `timeout`; empty: any error (States.ALL, States.TaskFailed).
std::string native_error(std::string_view name);

/// Whether nothing but the state machine itself and its conditions throw this error: no service and no fault does.
bool is_own_error(std::string_view name);

/// Whether a state's Retry and Catch name no more errors than 200; else that is refused.
bool asl_errors_fit(Foreign& foreign, const Node& state);

/// The `Retry` of a state as one policy, nothing where it has none. Missing values are those of the language: IntervalSeconds 1,
/// MaxAttempts 3, BackoffRate 2.0, no MaxDelaySeconds, JitterStrategy NONE.
std::optional<DrawnRetry> asl_retry(Foreign& foreign, const Node& state);

/// One entry of `ErrorEquals` with where it leads.
struct AslCatch {
  std::string error;  ///< as the file has it
  std::string next;   ///< name of a state
  Mark at;
};
std::vector<AslCatch> asl_catches(Foreign& foreign, const Node& state);

/// Native names of the errors in `Retry` and `Catch` that nothing but the task itself throws, each once.
std::vector<std::string> own_errors(const Node& state);

}  // namespace squall::scenarios::imports

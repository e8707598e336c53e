// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace squall::reports {

inline std::string file_text(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  REQUIRE_MESSAGE(file.is_open(), path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// What a shell saw of a program.
struct Ran {
  int exit_status = -1;  ///< -1: it did not end by itself
  std::string output, errors;
};

/// Runs `line`. `output`: where its standard output goes instead.
inline Ran ran_by_a_shell(const std::string& line,
                          const std::string& output = SQUALL_BINARY_DIR "/tests/shell.output") {
  const std::string errors = SQUALL_BINARY_DIR "/tests/shell.errors";
  const std::string redirected = line + " >'" + output + "' 2>'" + errors + "'";
  const int status = std::system(redirected.c_str());  // NOLINT(bugprone-command-processor): a shell is what users have
  Ran ran;
  if (WIFEXITED(status)) ran.exit_status = WEXITSTATUS(status);
  if (!output.starts_with("/dev/")) ran.output = file_text(output);
  ran.errors = file_text(errors);
  return ran;
}

/// Runs the built command with these arguments, as a shell reads them.
template <class... Output>
Ran squall(const std::string& arguments, const Output&... output) {
  return ran_by_a_shell("'" SQUALL_COMMAND "' " + arguments, output...);
}

}  // namespace squall::reports

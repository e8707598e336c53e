// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The commands. Each takes its arguments as they were written and returns the exit status.
namespace squall::reports::cli {

struct RunArguments {
  std::string file;
  std::string seed;  ///< empty: the file's, else 1
  std::string plan;  ///< a file; empty: none
  bool json = false;
};
/// Plays one seed of a workflow and tells its story.
int run(const RunArguments&);
/// The same; then plays it again from the plan of what struck, and compares the digests of both with each other and with that
/// of the file, where it has one.
int replay(const RunArguments&);

struct TestArguments {
  std::vector<std::string> paths;
  std::string seeds;  ///< empty: what the files say
  std::string junit;  ///< a file to write; empty: none
  bool json = false;
};
/// Judges every workflow file in `paths` and below by its `expect`.
int test(const TestArguments&);

/// What can be said of a workflow without playing it: 1 where something can never go well.
int lint(const std::string& file, bool json);

/// The JSON Schema of workflow files.
int schema();
/// `which`: faults, invariants or steps.
int catalogue(const std::string& which, bool json);

/// Writes one workflow (by name), or all of those that squall comes with, into a folder.
int init(const std::string& name, const std::string& folder);

}  // namespace squall::reports::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

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

/// A file of this process alone: test executables run side by side.
inline std::string shell_file(const std::string& what) {
  return SQUALL_BINARY_DIR "/tests/shell." + std::to_string(getpid()) + "." + what;
}

/// Runs `line`. `output`: where its standard output goes instead.
inline Ran ran_by_a_shell(const std::string& line, const std::string& output = shell_file("output")) {
  const std::string errors = shell_file("errors");
  const std::string redirected = line + " >'" + output + "' 2>'" + errors + "'";
  const int status = std::system(redirected.c_str());  // NOLINT(bugprone-command-processor): a shell is what users have
  Ran ran;
  if (WIFEXITED(status)) ran.exit_status = WEXITSTATUS(status);
  if (!output.starts_with("/dev/")) ran.output = file_text(output);
  ran.errors = file_text(errors);
  std::error_code ignored;
  std::filesystem::remove(errors, ignored);
  if (output == shell_file("output")) std::filesystem::remove(output, ignored);
  return ran;
}

/// Runs the built command with these arguments, as a shell reads them, in the folder of the sources.
template <class... Output>
Ran squall(const std::string& arguments, const Output&... output) {
  return ran_by_a_shell("cd '" SQUALL_SOURCE_DIR "' && '" SQUALL_COMMAND "' " + arguments, output...);
}

/// A folder of a test's own, empty at first and gone with it.
class Scratch {
 public:
  explicit Scratch(const std::string& name) : folder_(SQUALL_BINARY_DIR "/tests/scratch-" + name) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& folder() const { return folder_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  /// Writes a file, and returns its path.
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path{path(name)}.parent_path());
    std::ofstream{path(name), std::ios::binary} << text;
    return path(name);
  }
  /// Names of what is in it.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator{folder_})
      all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
  }

 private:
  std::string folder_;
};

}  // namespace squall::reports

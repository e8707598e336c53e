// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace squall::laws {

/// Workflow files below this folder of the repository, in order of their names, as they are opened.
inline std::vector<std::string> workflow_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{SQUALL_SOURCE_DIR "/" + folder}) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace squall::laws

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/import/import.hpp"

namespace squall::scenarios {

inline const std::string import_data = SQUALL_SOURCE_DIR "/tests/data/import/";

inline std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  REQUIRE_MESSAGE(file.is_open(), path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Names of the files in a folder that end so, sorted.
inline std::vector<std::string> files_in(const std::string& folder, bool (*wanted)(const std::filesystem::path&)) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.is_regular_file() && wanted(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

/// A sample, imported under its own name.
inline Imported sample(const std::string& name, const ImportOptions& options = {}) {
  return import_text(name, content_of(import_data + name), options);
}

inline std::string told(const Imported& imported) { return to_text(imported.diagnostics); }

/// What an import makes, played with seed 1.
inline Recording played(const Imported& imported) {
  REQUIRE_MESSAGE(imported.ok(), told(imported));
  const Loaded loaded = load_text("imported.yaml", imported.text);
  REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
  return record(*loaded.scenario, sim::Seed{1});
}

}  // namespace squall::scenarios

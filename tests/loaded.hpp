// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "scenarios/file.hpp"

/// Workflows that have to be read without a complaint.
namespace squall {

/// Of a test's own text.
inline scenarios::Loaded loaded_text(const std::string& text) {
  scenarios::Loaded loaded = scenarios::load_text("test.yaml", text);
  REQUIRE_MESSAGE(loaded.ok(), scenarios::to_text(loaded.diagnostics));
  return loaded;
}

/// A file of the suites, `feature-team/fixed.yaml`.
inline scenarios::Loaded suite(const std::string& file) {
  scenarios::Loaded loaded = scenarios::load(SQUALL_SOURCE_DIR "/scenarios/suites/" + file);
  REQUIRE_MESSAGE(loaded.ok(), scenarios::to_text(loaded.diagnostics));
  return loaded;
}

}  // namespace squall

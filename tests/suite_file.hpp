// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "scenarios/file.hpp"

namespace squall {

/// A file of the suites, `feature-team/fixed.yaml`, that has to be read without a complaint.
inline scenarios::Loaded suite(const std::string& file) {
  scenarios::Loaded loaded = scenarios::load(SQUALL_SOURCE_DIR "/scenarios/suites/" + file);
  REQUIRE_MESSAGE(loaded.ok(), scenarios::to_text(loaded.diagnostics));
  return loaded;
}

}  // namespace squall

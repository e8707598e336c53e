// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace squall::reports {

/// Writes `text` into the file at `path`, which appears whole, under a temporary name first, or not at all; what is no regular
/// file (a device, a pipe) is written to directly. Returns what went wrong, as half a sentence; empty where nothing did.
std::string write_whole(const std::string& path, std::string_view text);

}  // namespace squall::reports

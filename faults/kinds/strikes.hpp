// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace squall::faults {

/// What a kind of fault strikes: which matcher fields it has, and which events roll its dice.
enum class Strikes : std::uint8_t {
  message,  ///< each send rolls
  agent     ///< each shared step begun by a live activation rolls
};

}  // namespace squall::faults

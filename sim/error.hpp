// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace squall::sim {

/// Why a step failed, as programs see it (`error.name`). Names of a user's own begin at `own`: position in `Model::errors`.
enum class Error : std::uint8_t {
  none,
  failed,
  timeout,
  cancelled,
  unavailable,
  rate_limited,
  fenced,
  conflict,
  lost_lease,
  rejected,
  unsound,
  overflow,
  no_field,
  crashed,
  impossible,
  refused,
  count,
  own = 64
};

constexpr std::string_view error_name(Error error) {
  constexpr std::string_view names[] = {
      "none",       "failed",   "timeout", "cancelled", "unavailable", "rate-limited", "fenced",     "conflict",
      "lost-lease", "rejected", "unsound", "overflow",  "no-field",    "crashed",      "impossible", "refused"};
  return error < Error::count ? names[static_cast<std::size_t>(error)] : std::string_view{"own"};
}

/// How an activation ended.
enum class Ending : std::uint8_t { ok, failed, cancelled, crashed };

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sim/context.hpp"
#include "tests/sim/stage.hpp"

/// Steps that read and write a key.
namespace squall::sim::testing {

/// Reads `key` and calls `with` on the result.
template <class With>
Step reading(KeyId key, With with) {
  return [=](Turn& turn, const Wake&) {
    const ReadResult result = turn.read(key, ask(turn));
    with(result);
  };
}
inline Step read_into(KeyId key, std::vector<std::int64_t>& values) {
  return reading(key, [&values](const ReadResult& result) { values.push_back(result.has_value ? result.value : -1); });
}
inline Step write(KeyId key, std::int64_t value, Error* error = nullptr) {
  return [=](Turn& turn, const Wake&) {
    const Error met = turn.write(key, value, no_row, ask(turn));
    if (error != nullptr) *error = met;
  };
}
inline std::int64_t committed(const World& world, const Model& model, KeyId key, Row instance = 0) {
  const KeyView view = key_of(world, model, key, instance);
  return view.version(view.newest()).value;
}

}  // namespace squall::sim::testing

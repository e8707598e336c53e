// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenarios/file.hpp"

/// Any bytes in: a scenario or diagnostics out. Run with `reader_fuzz -max_len=65536 -timeout=1 corpus tests/fuzz/corpus`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const squall::scenarios::Loaded loaded =
      squall::scenarios::load_text("fuzz.yaml", std::string{reinterpret_cast<const char*>(data), size});
  // One or the other, never both and never neither; and what is said can be printed.
  if (loaded.ok() != loaded.diagnostics.empty()) std::abort();
  if (!loaded.ok() && squall::scenarios::to_text(loaded.diagnostics).empty()) std::abort();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenarios/file.hpp"

// libfyaml 0.7.12 never frees the pieces of a scalar that it puts together from more than 32, such as one with as many doubled
// quotes. They come back with the process. That the reader itself lets go of all it was given is for the tests under the
// address sanitizer, which suppress nothing.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfyaml.so\n";
}  // NOLINT(bugprone-reserved-identifier)

/// Any bytes in: a scenario or diagnostics out. Run with `reader_fuzz -max_len=65536 -timeout=1 corpus tests/fuzz/corpus`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const squall::scenarios::Loaded loaded =
      squall::scenarios::load_text("fuzz.yaml", std::string{reinterpret_cast<const char*>(data), size});
  // One or the other, never both and never neither; and what is said can be printed.
  if (loaded.ok() != loaded.diagnostics.empty()) std::abort();
  if (!loaded.ok() && squall::scenarios::to_text(loaded.diagnostics).empty()) std::abort();
  return 0;
}

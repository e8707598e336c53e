// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scenarios/file.hpp"
#include "scenarios/import/import.hpp"

// As in reader_fuzz.cpp: libfyaml keeps the pieces of some scalars.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfyaml.so\n";
}  // NOLINT(bugprone-reserved-identifier)

/// Any bytes in: a workflow file that can be read, or diagnostics. The first byte says which format, or that it is guessed, and
/// what is wished. Run with `import_fuzz -max_len=16384 -timeout=2 CORPUS tests/data/import`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace squall::scenarios;
  if (size == 0) return 0;
  std::string text{reinterpret_cast<const char*>(data), size};
  ImportOptions options;
  // A file as it is has its format guessed; one with a control character in front of it has it said.
  if (data[0] < 9) {
    if (data[0] != 8) options.format = foreign_formats[data[0]].format;
    options.fit = true;
    options.join = "all";
    text.erase(0, 1);
  }
  const Imported imported = import_text("fuzz", text, options);
  if (imported.ok() != imported.diagnostics.empty()) std::abort();
  if (!imported.ok()) return to_text(imported.diagnostics).empty() ? (std::abort(), 0) : 0;
  // What is written can be read: the importers are the only ones who could mend it. Only size may be too much for it.
  if (imported.text.size() > 200'000) return 0;
  const Loaded loaded = load_text("imported", imported.text);
  for (const Diagnostic& one : loaded.diagnostics) {
    const bool bound = one.what.find("more than") != std::string::npos || one.what.find("at most") != std::string::npos;
    if (!bound) {
      std::fputs(to_text(loaded.diagnostics).c_str(), stderr);
      std::fputs(imported.text.c_str(), stderr);
      std::abort();
    }
  }
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <thread>

#include "reports/cli/terminal.hpp"
#include "reports/emphasis.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "scenarios/reader/values.hpp"

namespace squall::reports::cli {

std::optional<std::uint64_t> number_of(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int refuse(std::string_view what, std::string_view fix) {
  fmt::print(stderr, "error: {}\n  fix: {}\n", what, fix);
  return bad_input;
}

int refuse_seed(std::string_view text) {
  return refuse(fmt::format("'{}' is not a seed", printable(text)),
                "write a whole number from 0 to 2^64 - 1, decimal or with 0x");
}

std::optional<unsigned> jobs_of(const std::string& text) {
  if (text.empty()) return std::max(1U, std::thread::hardware_concurrency());
  const auto jobs = number_of(text);
  if (jobs && *jobs >= 1 && *jobs <= 1024) return static_cast<unsigned>(*jobs);
  refuse(fmt::format("'{}' is not a number of threads", printable(text)),
         "write a whole number from 1 to 1024, or leave --jobs out: one for each core");
  return std::nullopt;
}

std::optional<std::chrono::steady_clock::duration> time_of(const std::string& text, std::string_view meaning) {
  const auto time = scenarios::parse_duration(text);
  const auto* duration = std::get_if<sim::Duration>(&time);
  if (duration != nullptr && duration->count() > 0)
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(*duration);
  refuse(fmt::format("'{}' is not a time to {} for", printable(text), meaning), "write 60s, 10m or 8h");
  return std::nullopt;
}

bool told(std::string_view plain) {
  const std::string coloured = has_colours() ? emphasised(plain) : std::string{};
  const std::string_view text = coloured.empty() ? plain : std::string_view{coloured};
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return true;
  fmt::print(stderr, "error: the output could not be written\n  fix: look for room where it goes\n");
  return false;
}

int tell(std::string_view text, int status) { return told(text) ? status : our_fault; }

std::string path_word(const std::string& path) { return shell_word(path.starts_with('-') ? "./" + path : path); }

std::optional<scenarios::Loaded> playable(const std::string& file, const std::string& plan, std::string& trouble) {
  scenarios::Loaded loaded = scenarios::load(file, {.root = {}, .plan = plan});
  if (!loaded.ok()) {
    trouble = to_text(loaded.diagnostics);
    return std::nullopt;
  }
  if (loaded.assumptions) {
    fmt::print(stderr, "note: '{}' is another tool's, and was read with {}: 'squall import {}' tells them\n",
               printable(loaded.files.front()), counted(*loaded.assumptions, "assumption", "assumptions"),
               path_word(loaded.files.front()));
  }
  return loaded;
}

std::optional<int> refuse_decisions(const scenarios::Loaded& file, std::string_view command) {
  if (!file.pins.schedule) return std::nullopt;
  return refuse(fmt::format("'{}' holds the decisions of one untimed run: '{}' has nothing to choose there",
                            printable(file.files.front()), command),
                "use run, replay, explain or test, or name the workflow that it extends");
}

}  // namespace squall::reports::cli

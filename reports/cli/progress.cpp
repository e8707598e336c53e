// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reports/cli/terminal.hpp"
#include "reports/statistics.hpp"

namespace squall::reports::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto between_lines = 10s;
constexpr auto between_frames = 100ms;

std::string time_left(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::max(0.0, seconds)));
  if (whole >= 3600) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  return whole >= 60 ? fmt::format("{}m{:02}s", whole / 60, whole % 60) : fmt::format("{}s", whole);
}

}  // namespace

ProgressLine::ProgressLine(std::uint64_t runs, std::optional<Clock::time_point> end)
    : terminal_(isatty(STDERR_FILENO) == 1), runs_(runs), end_(end) {
  next_ = begin_ + (terminal_ ? Clock::duration{500ms} : Clock::duration{between_lines});
}

ProgressLine::~ProgressLine() { done(); }

void ProgressLine::done() {
  if (written_ && terminal_ && !done_) {
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
  }
  done_ = true;
}

double ProgressLine::seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

void ProgressLine::add(const faults::Progress& done) {
  before_.runs += done.runs;
  before_.violated += done.violated;
  before_.events += done.events;
  before_.findings = std::max(before_.findings, done.findings);
}

void ProgressLine::tick(const faults::Progress& progress) {
  const Clock::time_point now = Clock::now();
  if (done_ || now < next_) return;
  next_ = now + (terminal_ ? Clock::duration{between_frames} : Clock::duration{between_lines});
  const std::uint64_t runs = before_.runs + progress.runs;
  const double passed = seconds(), rate = static_cast<double>(runs) / passed;
  const double left = end_                       ? std::chrono::duration<double>(*end_ - now).count()
                      : runs_ > runs && rate > 0 ? static_cast<double>(runs_ - runs) / rate
                                                 : 0;
  const std::string line =
      fmt::format("{}, {} runs/s, {}, {} left", counted(runs, "run", "runs"), grouped(static_cast<std::uint64_t>(rate)),
                  counted(std::max(before_.findings, progress.findings), "finding", "findings"), time_left(left));
  if (terminal_) {
    // A line that is longer than the terminal could not be written over.
    fmt::print(stderr, "\r\033[K{}", line.substr(0, columns_of(STDERR_FILENO) - 1));
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
  written_ = true;
}

}  // namespace squall::reports::cli

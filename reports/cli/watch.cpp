// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/page_server.hpp"
#include "reports/cli/signals.hpp"
#include "reports/html.hpp"
#include "reports/text.hpp"
#include "scenarios/file.hpp"

namespace squall::reports::cli {
namespace {

namespace fs = std::filesystem;
using Times = std::map<std::string, fs::file_time_type>;

/// The file, what it extends, and the regressions beside it, with when each was written.
Times times_of(const std::string& file, std::vector<std::string>& regressions) {
  Times times;
  std::error_code gone;
  const auto note = [&](const std::string& path) { times[path] = fs::last_write_time(path, gone); };
  note(file);
  for (const std::string& each : scenarios::load(file).files) note(each);
  regressions.clear();
  const fs::path folder = fs::path{file}.has_parent_path() ? fs::path{file}.parent_path() : fs::path{"."};
  for (const auto& entry : fs::directory_iterator{folder, gone}) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".case.yaml")) continue;
    regressions.push_back(path);
    note(path);
  }
  std::ranges::sort(regressions);
  return times;
}

/// Of the first file that fails the run that shows it, else the verdict on all.
std::string page_of(const std::vector<FileReport>& reports) {
  for (const FileReport& each : reports) {
    if (each.result == FileReport::Result::unreadable) break;  // then that is what is to be seen
    if (!each.page.empty()) return each.page;
  }
  return suite_html(reports);
}

}  // namespace

int watch(const std::string& file, bool once, const std::optional<std::string>& port) {
  using namespace std::chrono_literals;
  if (once && port)
    return refuse("--once ends before anybody could look at what --serve shows", "leave out one of them");
  note_interrupts();
  std::optional<PageServer> server = port ? served_on(*port) : std::nullopt;
  if (port && !server) return bad_input;
  Times last;
  while (!interrupted()) {
    std::vector<std::string> paths;
    Times now = times_of(file, paths);
    if (now == last) {
      std::this_thread::sleep_for(200ms);
      continue;
    }
    last = std::move(now);
    paths.push_back(file);  // regressions first: what was mended must not come back
    fmt::print(stderr, "== {}\n", printable(file));
    std::vector<FileReport> reports;
    const int status = test({.paths = std::move(paths), .seeds = {}, .junit = {}, .kept = server ? &reports : nullptr});
    if (server) server->show(page_of(reports));
    if (once) return status;
    std::fflush(stdout);
  }
  return interrupted_exit;
}

}  // namespace squall::reports::cli

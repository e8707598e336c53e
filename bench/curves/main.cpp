// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/curves/picture.hpp"
#include "bench/curves/points.hpp"

// squall_curves [--long] [--json FILE] [--svg FILE] [NAME...]: what one event costs in time, and what a workload takes in
// memory, as it grows. Each point is measured in a process of its own, so that its memory is its own.
namespace {

using namespace squall::bench;

/// Resident memory of the largest moment, in bytes.
std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// In a child. False: it did not come to an end.
bool measure(const Curve& curve, std::uint64_t n, Point& point) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    const std::uint64_t before = peak_bytes();
    const Measured measured = curve.measure(n);
    const Point made{.n = n, .measured = measured, .peak_bytes = peak_bytes() - before};
    const bool whole = write(ends[1], &made, sizeof made) == static_cast<ssize_t>(sizeof made);
    _exit(whole ? 0 : 1);
  }
  close(ends[1]);
  const bool read_it = read(ends[0], &point, sizeof point) == static_cast<ssize_t>(sizeof point);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return read_it && WIFEXITED(status) && WEXITSTATUS(status) == 0 && point.measured.units > 0;
}

nlohmann::ordered_json as_json(const Curve& curve, const Point& point) {
  return {{"curve", curve.name},
          {"grows", curve.grows},
          {"n", point.n},
          {"build_seconds", point.measured.build_seconds},
          {"run_seconds", point.measured.run_seconds},
          {"unit", curve.unit},
          {"ns_per_unit", point.ns_per_unit()},
          {"world_bytes", point.measured.world_bytes},
          {"peak_bytes", point.peak_bytes},
          {"peak_bytes_per_n", point.bytes_per_n()}};
}

bool write_file(const std::string& name, const std::string& text) {
  std::ofstream file{name, std::ios::binary};
  file << text;
  file.close();
  if (file) return true;
  fmt::print(stderr, "squall_curves: cannot write {}\n", name);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  bool at_length = false;
  std::string json_file, svg_file;
  std::vector<std::string_view> names;
  for (int a = 1; a < argc; ++a) {
    const std::string_view word = argv[a];
    if (word == "--long") {
      at_length = true;
    } else if ((word == "--json" || word == "--svg") && a + 1 < argc) {
      (word == "--json" ? json_file : svg_file) = argv[++a];
    } else if (word.starts_with("--")) {
      fmt::print(stderr, "usage: squall_curves [--long] [--json FILE] [--svg FILE] [NAME...]\n");
      return 2;
    } else {
      names.push_back(word);
    }
  }
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  std::vector<Drawn> drawn;
  bool whole = true;
  for (const Curve& curve : curves()) {
    if (!names.empty() && std::ranges::find(names, curve.name) == names.end()) continue;
    fmt::print(
        "\n{}: {}\n| {} | build s | run s | ns per {} | peak MiB | bytes per 1 of n |\n|--:|--:|--:|--:|--:|--:|\n",
        curve.name, curve.about, curve.grows, curve.unit);
    Drawn line{.curve = &curve, .points = {}};
    for (std::uint64_t n = 10; n <= (at_length ? curve.last_long : curve.last); n *= 10) {
      Point point;
      if (!measure(curve, n, point)) {
        fmt::print("| {} | did not come to its end |\n", n);
        whole = false;
        break;
      }
      fmt::print("| {} | {:.3f} | {:.3f} | {:.1f} | {:.1f} | {:.0f} |\n", n, point.measured.build_seconds,
                 point.measured.run_seconds, point.ns_per_unit(), static_cast<double>(point.peak_bytes) / (1 << 20),
                 point.bytes_per_n());
      std::fflush(stdout);
      all.push_back(as_json(curve, point));
      line.points.push_back(point);
    }
    drawn.push_back(std::move(line));
  }
  if (!json_file.empty()) whole = write_file(json_file, all.dump(1) + "\n") && whole;
  if (!svg_file.empty()) whole = write_file(svg_file, picture(drawn)) && whole;
  return whole ? 0 : 1;
}

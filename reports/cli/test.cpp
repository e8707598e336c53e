// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <set>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/formats/formats.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/output.hpp"
#include "reports/story.hpp"
#include "reports/suite.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {
namespace {

namespace fs = std::filesystem;

bool is_workflow_file(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

/// All workflow files below a folder, by their paths, whatever order the disk has them in. Hidden ones are left out, and links
/// to folders are not followed: they could lead round in a circle. What cannot be looked into is said in `trouble`.
void add_files_below(const std::string& folder, std::vector<std::string>& files, std::string& trouble) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator at{folder, error};
  for (; !error && at != fs::recursive_directory_iterator{}; at.increment(error)) {
    std::error_code ignored;
    const bool hidden = at->path().filename().string().starts_with('.');
    if (hidden && at->is_directory(ignored)) at.disable_recursion_pending();
    if (!hidden && at->is_regular_file(ignored) && is_workflow_file(at->path())) found.push_back(at->path().string());
  }
  if (error) trouble = fmt::format("'{}' cannot be searched: {}", printable(folder), error.message());
  std::ranges::sort(found);
  files.insert(files.end(), found.begin(), found.end());
}

/// What is asked for besides of the run that shows a failure.
void add_outputs(FileReport& report, const scenarios::Loaded& file, const scenarios::Recording& recording,
                 sim::Seed seed, const TestArguments& wanted) {
  const bool page = !wanted.report.empty() || wanted.kept != nullptr;
  if (wanted.sarif.empty() && !wanted.github && !page) return;
  const Chronicle whole = chronicle(*file.scenario, recording, whole_run);
  const Recorded all{*file.scenario, recording, whole, seed, report.replay};
  if (!wanted.sarif.empty()) report.sarif = sarif(all, file);
  if (wanted.github) report.annotations = github(all, file);
  if (page) report.page = run_html(*file.scenario, recording, seed, report.replay);
}

/// The same of a case of decisions.
void add_decided(FileReport& report, const scenarios::Loaded& file, const TestArguments& wanted) {
  const scenarios::Scenario& scenario = *file.scenario;
  const scenarios::UntimedRun run = scenarios::play(scenario, *file.pins.schedule);
  const UntimedTelling telling{scenario, *file.pins.schedule, run, report.replay};
  report.findings = untimed_findings(telling);
  if (wanted.sarif.empty() && !wanted.github && wanted.report.empty() && wanted.kept == nullptr) return;
  const scenarios::Recording recording = recording_of(run);
  const Chronicle whole = chronicle(scenario, run, whole_run);
  const Recorded all{scenario, recording, whole, telling.seed, report.replay};
  if (!wanted.sarif.empty() && run.outcome.violated()) report.sarif = sarif(all, file);
  if (wanted.github) report.annotations = github(all, file);
  if (!wanted.report.empty() || wanted.kept != nullptr) report.page = run_html(telling);
}

/// `suites/pair/broken.yaml` as the name of one file.
std::string page_name(std::string path) {
  for (char& c : path) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!plain) c = '-';
  }
  return path.substr(std::min(path.find_first_not_of("-."), path.size())) + ".html";
}

/// Adds to the end of a file, as whoever collects summaries expects. False: said why not.
bool append(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "ab");
  bool good = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) good = std::fclose(file) == 0 && good;
  if (!good)
    refuse(fmt::format("cannot write '{}'", printable(path)), "name a file in a folder that can be written to");
  return good;
}

bool write_all(const TestArguments& arguments, const std::vector<FileReport>& reports) {
  bool good = arguments.sarif.empty() || write_output(arguments.sarif, suite_sarif(reports));
  if (!arguments.summary.empty()) good = append(arguments.summary, suite_markdown(reports)) && good;
  std::set<std::string> names;
  for (const FileReport& each : reports) {
    if (!each.page.empty() && !arguments.report.empty()) {
      std::string name = page_name(each.path);
      while (!names.insert(name).second) name.insert(0, "other-");  // of paths that differ in what no name may hold
      good = write_output((fs::path{arguments.report} / name).string(), each.page) && good;
    }
  }
  if (arguments.github) good = told(suite_github(reports)) && good;
  return good;
}

FileReport judged(const std::string& path, std::optional<std::uint32_t> seeds, const TestArguments& wanted) {
  FileReport report{.path = path};
  const auto file = playable(path, "", report.trouble);
  if (!file) {
    report.result = FileReport::Result::unreadable;
    report.replay = fmt::format("squall run {}", path_word(path));
    return report;
  }
  report.workflow = file->name;
  report.judgement = scenarios::judge(*file, seeds);
  switch (report.judgement.result) {
    case scenarios::Judgement::Result::passed: report.result = FileReport::Result::passed; return report;
    case scenarios::Judgement::Result::failed: report.result = FileReport::Result::failed; break;
    case scenarios::Judgement::Result::undecided: report.result = FileReport::Result::undecided; break;
  }
  if (file->pins.schedule) {
    report.replay = fmt::format("squall replay {}", path_word(path));
    add_decided(report, *file, wanted);
  } else if (const auto seed = report.judgement.shown) {
    const scenarios::Recording recording = scenarios::record(*file->scenario, sim::Seed{*seed});
    report.findings = findings(*file->scenario, recording, sim::Seed{*seed});
    report.replay = fmt::format("squall run {} --seed {}", path_word(path), *seed);
    add_outputs(report, *file, recording, sim::Seed{*seed}, wanted);
  } else {
    report.replay = fmt::format("squall test {}", path_word(path));
    if (seeds) report.replay += fmt::format(" --seeds {}", *seeds);
  }
  return report;
}

/// The gravest thing that happened: input that is none, then a demand that is not met, then one that nothing is known of.
int status_of(const std::vector<FileReport>& reports) {
  const auto any = [&](FileReport::Result result) {
    return std::ranges::any_of(reports, [&](const FileReport& report) { return report.result == result; });
  };
  if (any(FileReport::Result::unreadable)) return bad_input;
  if (any(FileReport::Result::failed)) return violation;
  return any(FileReport::Result::undecided) ? no_verdict : as_wanted;
}

/// Names the files that took longest, where somebody has waited for them. Not in what is told: that is the same on every machine.
void name_slowest(const std::vector<FileReport>& reports) {
  constexpr std::chrono::nanoseconds worth_it = std::chrono::seconds{2};
  constexpr std::size_t named = 3;
  std::chrono::nanoseconds all{};
  std::vector<const FileReport*> order;
  for (const FileReport& report : reports) {
    all += report.took.value_or(std::chrono::nanoseconds{});
    order.push_back(&report);
  }
  if (all < worth_it || order.size() <= named) return;
  std::ranges::stable_sort(order, std::ranges::greater{}, &FileReport::took);
  std::string text;
  for (std::size_t n = 0; n < named; ++n) {
    const double seconds = std::chrono::duration<double>(*order[n]->took).count();
    text += fmt::format("{}{} {:.1f} s", n == 0 ? "slowest: " : ", ", printable(order[n]->path), seconds);
  }
  fmt::print(stderr, "{}\n", text);
}

}  // namespace

int test(const TestArguments& arguments) {
  std::optional<std::uint32_t> seeds;
  if (!arguments.seeds.empty()) {
    const auto number = number_of(arguments.seeds);
    if (!number || *number == 0 || *number > std::numeric_limits<std::uint32_t>::max())
      return refuse(fmt::format("'{}' is not a number of seeds", printable(arguments.seeds)),
                    "write a whole number from 1 to 2^32 - 1");
    seeds = static_cast<std::uint32_t>(*number);
  }
  std::vector<std::string> files;
  for (const std::string& path : arguments.paths) {
    std::error_code error;
    std::string trouble;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
      return refuse(fmt::format("there is no file and no folder '{}'", printable(path)), "look at the path's spelling");
    if (fs::is_directory(status)) {
      add_files_below(path, files, trouble);
    } else {
      files.push_back(path);
    }
    if (!trouble.empty()) return refuse(trouble, "look at the folder's permissions");
  }
  if (!arguments.junit.empty()) {
    const fs::path folder = fs::path{arguments.junit}.parent_path();
    std::error_code error;
    if (fs::is_directory(arguments.junit, error) || (!folder.empty() && !fs::is_directory(folder, error)))
      return refuse(fmt::format("'{}' cannot be a file", printable(arguments.junit)),
                    "name a file in a folder that is there");
  }

  // What failed once is played first.
  std::stable_partition(files.begin(), files.end(),
                        [](const std::string& file) { return file.ends_with(".case.yaml"); });
  std::vector<FileReport> reports;
  for (const std::string& file : files) {
    const auto before = std::chrono::steady_clock::now();
    reports.push_back(judged(file, seeds, arguments));
    reports.back().took = std::chrono::steady_clock::now() - before;
    if (!arguments.json && !told(line_of(reports.back()))) return our_fault;
  }
  if (!told(arguments.json ? suite_json(reports) : summary_of(reports))) return our_fault;
  if (!arguments.json) name_slowest(reports);
  if (!arguments.junit.empty()) {
    if (const std::string trouble = write_whole(arguments.junit, junit(reports)); !trouble.empty()) {
      fmt::print(stderr, "error: '{}' could not be written: {}\n  fix: look for room and permissions there\n",
                 printable(arguments.junit), trouble);
      return our_fault;
    }
  }
  if (!write_all(arguments, reports)) return our_fault;
  if (arguments.kept != nullptr) *arguments.kept = reports;
  if (files.empty()) {
    fmt::print(stderr, "error: there is no workflow file\n  fix: name files, or folders that hold .yaml files\n");
    return no_verdict;
  }
  return status_of(reports);
}

}  // namespace squall::reports::cli

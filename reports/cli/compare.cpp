// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/progress.hpp"
#include "reports/cli/signals.hpp"
#include "reports/comparison.hpp"
#include "reports/html.hpp"
#include "reports/text.hpp"
#include "scenarios/grid.hpp"
#include "scenarios/player.hpp"

namespace squall::reports::cli {
namespace {

struct CompareOrder {
  std::vector<std::string> files;
  std::uint64_t first = 1, seeds = 1'000;
  unsigned jobs = 1;
  std::vector<scenarios::GridAxis> axes;
};

/// Points of a grid, at most.
constexpr std::size_t cells_max = 10'000;

std::optional<int> understand(const CompareArguments& arguments, CompareOrder& order) {
  order.files = arguments.files;
  if (order.files.size() > 2) return refuse("two designs are compared, not more", "name A and B");
  if (order.files.size() == 1 && arguments.grid.empty())
    return refuse("one design is compared with nothing", "name another file, or write --grid message-loss=0..20%/5");
  if (!arguments.first.empty()) {
    const auto first = number_of(arguments.first);
    if (!first) return refuse_seed(arguments.first);
    order.first = *first;
  }
  if (!arguments.seeds.empty()) {
    const auto seeds = number_of(arguments.seeds);
    if (!seeds || *seeds == 0 || *seeds > std::numeric_limits<std::uint64_t>::max() - order.first)
      return refuse(fmt::format("'{}' is not a number of seeds", printable(arguments.seeds)),
                    "write a whole number from 1 on; the last seed lies below 2^64");
    order.seeds = *seeds;
  }
  const auto jobs = jobs_of(arguments.jobs);
  if (!jobs) return bad_input;
  order.jobs = *jobs;
  std::size_t cells = 1;
  for (const std::string& text : arguments.grid) {
    std::string trouble, fix;
    const auto axis = scenarios::grid_axis(text, trouble, fix);
    if (!axis) return refuse(printable(trouble), fix);
    if (std::ranges::find(order.axes, axis->kind, &scenarios::GridAxis::kind) != order.axes.end())
      return refuse(fmt::format("two axes are called {}", axis->kind), "write all its values in one --grid");
    cells *= axis->values.size();
    if (cells > cells_max)
      return refuse(fmt::format("the grid has more than {} points", cells_max), "take larger steps");
    order.axes.push_back(*axis);
  }
  return std::nullopt;
}

std::string again_text(const CompareArguments& arguments, const CompareOrder& order, std::uint64_t seeds) {
  std::string text = "squall compare";
  for (const std::string& file : arguments.files) text += " " + path_word(file);
  text += fmt::format(" --seeds {}", seeds);
  if (order.first != 1) text += fmt::format(" --first {}", order.first);
  for (const std::string& axis : arguments.grid) text += " --grid " + shell_word(axis);
  return text;
}

int compare_two(const CompareArguments& arguments, const CompareOrder& order,
                const std::vector<scenarios::Loaded>& workflows) {
  ProgressLine progress{order.seeds, std::nullopt};
  ComparisonReport report{
      .first = order.files[0], .second = order.files[1], .first_seed = order.first, .comparison = {}, .again = {}};
  report.comparison =
      scenarios::compare(*workflows[0].scenario, *workflows[1].scenario, order.jobs, order.first, order.seeds,
                         {.stop = interrupted, .tick = [&](const faults::Progress& now) { progress.tick(now); }});
  progress.done();
  const std::uint64_t pairs = report.comparison.pairs;
  report.again = again_text(arguments, order, pairs);
  if (!arguments.report.empty() && !write_output(arguments.report, comparison_html(report))) return our_fault;
  return tell(arguments.json ? comparison_json(report) : comparison_text(report),
              interrupted() ? interrupted_exit : as_wanted);
}

/// Points in the order of their axes, the last one fastest. Nothing, and a diagnostic, where a kind cannot be so strong.
int over_grid(const CompareArguments& arguments, const CompareOrder& order,
              const std::vector<scenarios::Loaded>& workflows) {
  std::vector<std::vector<scenarios::GridValue>> points{{}};
  GridReport report{.axes = {},
                    .files = order.files,
                    .first_seed = order.first,
                    .cells = {},
                    .again = again_text(arguments, order, order.seeds)};
  for (const scenarios::GridAxis& axis : order.axes) {
    report.axes.push_back(axis.kind);
    std::vector<std::vector<scenarios::GridValue>> longer;
    for (const auto& point : points) {
      for (const scenarios::GridValue& value : axis.values) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    }
    points = std::move(longer);
  }
  ProgressLine progress{order.seeds * points.size() * workflows.size(), std::nullopt};
  for (const auto& point : points) {
    GridCell cell;
    for (const scenarios::GridValue& value : point) cell.values.push_back(scenarios::to_text(value));
    for (const scenarios::Loaded& workflow : workflows) {
      scenarios::Scenario scenario = *workflow.scenario;
      for (std::size_t a = 0; a < point.size(); ++a) {
        if (const std::string wrong = set_strength(scenario, order.axes[a].kind, point[a]); !wrong.empty())
          return refuse(printable(wrong), "give the file a line of this kind, and let the grid change its chance");
      }
      faults::Campaign campaign{scenarios::players_of(scenario), order.jobs};
      cell.sides.push_back(
          campaign.run(order.first, order.seeds,
                       {.stop = interrupted, .tick = [&](const faults::Progress& now) { progress.tick(now); }}));
      const faults::Tally& played = cell.sides.back();
      progress.add({played.runs, played.violated, played.events, played.findings.size()});
    }
    if (interrupted()) break;  // a point that was cut short would look like a whole one
    report.cells.push_back(std::move(cell));
  }
  progress.done();
  if (!arguments.report.empty() && !write_output(arguments.report, grid_html(report))) return our_fault;
  return tell(arguments.json ? grid_json(report) : grid_text(report), interrupted() ? interrupted_exit : as_wanted);
}

}  // namespace

int compare(const CompareArguments& arguments) {
  CompareOrder order;
  if (const auto refused = understand(arguments, order)) return *refused;
  std::vector<scenarios::Loaded> workflows;
  for (const std::string& file : order.files) {
    std::string trouble;
    auto workflow = playable(file, "", trouble);
    if (!workflow) {
      fmt::print(stderr, "{}", trouble);
      return bad_input;
    }
    if (const auto refused = refuse_decisions(*workflow, "compare")) return *refused;
    workflows.push_back(std::move(*workflow));
  }
  note_interrupts();
  return order.axes.empty() ? compare_two(arguments, order, workflows) : over_grid(arguments, order, workflows);
}

}  // namespace squall::reports::cli

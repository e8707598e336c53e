// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/run_view.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/views/lineage.hpp"
#include "reports/violation_html.hpp"
#include "scenarios/judgement.hpp"

namespace squall::reports {
namespace {

using namespace sim;

/// One run on a page of its own, timed or along decisions.
class RunPage {
 public:
  RunPage(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
          const std::string& replay)
      : scenario_(scenario),
        recording_(recording),
        seed_(seed),
        replay_(replay),
        run_(chronicle(scenario, recording)) {}
  RunPage(const UntimedTelling& telling, const scenarios::Recording& recording)
      : scenario_(telling.scenario),
        recording_(recording),
        seed_(telling.seed),
        replay_(telling.replay),
        run_(chronicle(telling.scenario, telling.run)),
        untimed_(&telling) {}

  std::string all() {
    page_ = page_head(untimed_ == nullptr
                          ? fmt::format("{}, seed {}", scenario_.model.name, static_cast<std::uint64_t>(seed_))
                          : fmt::format("{}, untimed", scenario_.model.name));
    verdict();
    for (const Violation& violation : recording_.outcome.violations) trouble(violation);
    checks();
    faults();
    if (untimed_ != nullptr)
      page_ += list_html("Whether the decisions were followed", "followed", how_followed(*untimed_), false);
    again();
    const RunView view{run_, recording_.outcome.violations, "run"};
    page_ += heading("What happened", "story") + story_html(view);
    page_ += heading("Between whom", "space-time") + diagram_html(view);
    page_ += travel_html(view, states());
    ancestry();
    return std::move(page_) + page_end();
  }

 private:
  std::vector<Snapshot> states() const {
    return untimed_ == nullptr ? snapshots(scenario_, seed_, run_)
                               : snapshots(scenario_, untimed_->schedule, seed_, run_);
  }

  std::string what_run() const {
    const scenarios::Outcome& outcome = recording_.outcome;
    if (untimed_ != nullptr)
      return fmt::format("untimed, {} events, digest 0x{}", outcome.events, digest_text(outcome.digest));
    return fmt::format("seed {}, {} events, {} of virtual time, digest 0x{}", static_cast<std::uint64_t>(seed_),
                       outcome.events, duration_text(outcome.virtual_time), digest_text(outcome.digest));
  }

  void verdict() {
    const scenarios::Verdict verdict = scenarios::verdict_of(recording_.outcome);
    const char* word = verdict == scenarios::Verdict::violated ? "violated"
                       : verdict == scenarios::Verdict::holds  ? "holds"
                                                               : "unknown";
    page_ +=
        fmt::format("<header><h1>{}</h1>\n<p><span class=\"verdict {}\">{}</span> <span class=\"soft\">{}</span></p>\n",
                    inert_text(scenario_.model.name), word,
                    verdict == scenarios::Verdict::violated ? "✗ violated"
                    : verdict == scenarios::Verdict::holds  ? "✓ every check holds in this run"
                                                            : "? undecided",
                    what_run());
    if (!scenario_.about.empty()) page_ += fmt::format("<p>{}</p>\n", inert_text(scenario_.about));
    page_ += "</header>\n<main>\n";
  }

  void trouble(const Violation& violation) {
    const std::string id = fmt::format("violated-{}", ++troubles_);
    page_ += heading("Violated: " + violation.invariant, id);
    const std::string_view claim = claim_of(violation.invariant);
    if (!claim.empty()) page_ += fmt::format("<p class=\"soft\">{}</p>\n", inert_text(claim));
    page_ += violation_html(violation, run_.timed, id);
  }

  std::string_view claim_of(const std::string& invariant) const {
    for (const PlacedMonitor& placed : scenario_.model.monitors) {
      if (invariant == placed.monitor.name) return placed.monitor.claim;
    }
    return {};
  }

  void checks() {
    std::vector<std::string> lines;
    for (const PlacedMonitor& placed : scenario_.model.monitors)
      lines.push_back(fmt::format("{}: {}", placed.monitor.name, placed.monitor.claim));
    if (recording_.outcome.violations.empty()) page_ += list_html("Checked", "checked", lines, false);
    lines.clear();
    for (const Undecided& open : recording_.outcome.undecided) lines.push_back(open.invariant + ": " + open.why);
    page_ += list_html("Left open", "open", lines, false);
  }

  void faults() {
    if (untimed_ != nullptr) {
      const std::vector<std::string> struck = struck_in(untimed_->run);
      if (struck.empty())
        page_ += heading("Faults", "faults") +
                 fmt::format("<p>No fault struck{}.</p>\n", recording_.outcome.violated() ? ": the order does it" : "");
      page_ += list_html("Faults that struck", "faults", struck, true);
      return;
    }
    std::vector<std::string> lines;
    for (std::size_t l = 0; l < recording_.injected.lines.size(); ++l) {
      lines.push_back(fmt::format("{}  at {}", squall::faults::to_text(recording_.injected.lines[l]),
                                  duration_text(recording_.instants[l].time_since_epoch())));
    }
    if (lines.empty()) page_ += heading("Faults", "faults") + "<p>No fault struck.</p>\n";
    page_ += list_html("Faults that struck", "faults", lines, true);
    page_ += list_html("Lines of the plan that did not strike", "unstruck", unstruck_of(scenario_, recording_), true);
  }

  void again() { page_ += heading("The same run again", "replay") + command_line(replay_); }

  void ancestry() {
    const LineageFigure drawn = lineage_figure(lineage(scenario_, recording_));
    if (drawn.svg.empty()) return;
    page_ += heading("What the result rests on", "lineage");
    page_ += fmt::format(
        "<p class=\"soft\">{} ✗ and a thick border: unsound; ▲ and dashes: rests on what is unsound; ≠ and an inner "
        "border: rests on two versions of one key; a cut corner: a version of a key of the context.</p>\n"
        "<div class=\"frame\" tabindex=\"0\">\n{}</div>\n<details><summary>In words</summary>\n<ul>\n",
        inert_text(drawn.description), drawn.svg);
    for (const std::string& line : drawn.sentences) page_ += fmt::format("<li>{}</li>\n", inert_text(line));
    page_ += "</ul></details>\n";
  }

  const scenarios::Scenario& scenario_;
  const scenarios::Recording& recording_;
  Seed seed_;
  const std::string& replay_;
  const Chronicle run_;
  const UntimedTelling* untimed_ = nullptr;
  std::string page_;
  int troubles_ = 0;
};

}  // namespace

std::string run_html(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
                     const std::string& replay) {
  return RunPage{scenario, recording, seed, replay}.all();
}

std::string run_html(const UntimedTelling& telling) {
  const scenarios::Recording recording = recording_of(telling.run);
  return RunPage{telling, recording}.all();
}

}  // namespace squall::reports

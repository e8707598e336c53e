// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/views/chronicle.hpp"
#include "reports/views/lineage.hpp"
#include "reports/views/space_time.hpp"
#include "reports/violation_html.hpp"
#include "scenarios/judgement.hpp"

namespace squall::reports {
namespace {

using namespace sim;

/// What the page's script travels through: see `Run` in page.ts. Every text stands in it once.
class TravelData {
 public:
  TravelData(const Chronicle& chronicle, const std::vector<Snapshot>& states, std::size_t start) {
    nlohmann::json json = {{"row", space_time_row}, {"top", space_time_top}, {"start", start}};
    nlohmann::json& moments = json["moments"] = nlohmann::json::array();
    for (const Moment& moment : chronicle.moments) {
      moments.push_back({moment.number, text(duration_text(moment.at.time_since_epoch())), text(moment.text),
                         moment.lane == no_lane ? -1 : static_cast<int>(moment.lane)});
    }
    // Agents are spawned and instances begin on the way, so what there is to look at is what there ever was.
    std::vector<std::vector<std::size_t>> all;
    all.reserve(states.size());
    for (const Snapshot& state : states) all.push_back(slots_of(state));
    json["slots"] = slots_;
    const std::size_t nothing = text("");
    for (std::vector<std::size_t>& state : all) state.resize(slots_.size(), nothing);
    json["first"] = all.empty() ? std::vector<std::size_t>{} : all.front();
    nlohmann::json& changes = json["changes"] = nlohmann::json::array();
    for (std::size_t s = 1; s < all.size(); ++s) {
      nlohmann::json changed = nlohmann::json::array();
      for (std::size_t slot = 0; slot < all[s].size(); ++slot) {
        if (all[s][slot] == all[s - 1][slot]) continue;
        changed.push_back(slot);
        changed.push_back(all[s][slot]);
      }
      changes.push_back(std::move(changed));
    }
    json["texts"] = texts_;
    data_ = json.dump(-1, ' ', true);
  }

  const std::string& data() const { return data_; }

 private:
  std::size_t text(const std::string& said) {
    const auto [at, fresh] = known_.emplace(printable(said), texts_.size());
    if (fresh) texts_.push_back(at->first);
    return at->second;
  }

  std::size_t slot(int kind, const std::string& name) {
    const auto [at, fresh] = places_.emplace(std::pair{kind, name}, slots_.size());
    if (fresh) slots_.push_back({kind, static_cast<int>(text(name))});
    return at->second;
  }

  std::vector<std::size_t> slots_of(const Snapshot& state) {
    std::vector<std::size_t> values;
    const auto put = [&](int kind, const std::string& name, const std::string& said) {
      const std::size_t at = slot(kind, name);
      if (values.size() <= at) values.resize(at + 1, text(""));
      values[at] = text(said);
    };
    for (const AgentSnapshot& agent : state.agents) {
      put(0, agent.name, listed(agent.doing));
      put(1, agent.name, agent.mailbox.empty() ? "nothing" : listed(agent.mailbox));
    }
    for (const ThingSnapshot& thing : state.things) put(2, thing.name, thing.holds);
    return values;
  }

  std::vector<std::string> texts_;
  std::map<std::string, std::size_t> known_;
  std::vector<std::pair<int, int>> slots_;
  std::map<std::pair<int, std::string>, std::size_t> places_;
  std::string data_;
};

class RunPage {
 public:
  RunPage(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
          const std::string& replay)
      : scenario_(scenario), recording_(recording), seed_(seed), replay_(replay) {}

  std::string all() {
    const Chronicle run = chronicle(scenario_, recording_);
    const std::vector<Violation>& violations = recording_.outcome.violations;
    page_ = page_head(fmt::format("{}, seed {}", scenario_.model.name, static_cast<std::uint64_t>(seed_)));
    verdict();
    for (const Violation& violation : violations) trouble(violation);
    checks();
    faults();
    again();
    ancestry();
    diagram(run, violations);
    const bool travels = recording_.world.timed() && !run.moments.empty();
    if (travels) {
      page_ +=
          "<section id=\"travel\" hidden>\n" + heading("Time travel", "time-travel") +
          "<p class=\"soft\">The slider, or the keys ← → Page Up, Page Down, Home and End. A click into the diagram "
          "goes "
          "there. What changed is marked; the numbers are those of <code>squall replay --until</code>.</p>\n"
          "<input type=\"range\" id=\"moment\" min=\"0\" value=\"0\" aria-label=\"moment of the run\">\n"
          "<p id=\"said\" role=\"status\"></p>\n<div class=\"frame\"><table><thead><tr><th scope=\"col\">who</th><th "
          "scope=\"col\"></th><th scope=\"col\">before</th><th scope=\"col\">after</th></tr></thead><tbody "
          "id=\"state\"></tbody></table></div>\n</section>\n";
    }
    story_of(run);
    std::string data;
    if (travels) {
      const std::size_t start = violations.empty() ? run.moments.size() - 1 : moment_of(run, violations.front().at);
      data = TravelData{run, snapshots(scenario_, seed_, run), start}.data();
    }
    return std::move(page_) + page_end(data);
  }

 private:
  void verdict() {
    const scenarios::Verdict verdict = scenarios::verdict_of(recording_.outcome);
    const char* word = verdict == scenarios::Verdict::violated ? "violated"
                       : verdict == scenarios::Verdict::holds  ? "holds"
                                                               : "unknown";
    page_ += fmt::format(
        "<header><h1>{}</h1>\n<p><span class=\"verdict {}\">{}</span> <span class=\"soft\">seed {}, {} events, {} of "
        "virtual time, digest 0x{}</span></p>\n",
        inert_text(scenario_.model.name), word,
        verdict == scenarios::Verdict::violated ? "✗ violated"
        : verdict == scenarios::Verdict::holds  ? "✓ every check holds in this run"
                                                : "? undecided",
        static_cast<std::uint64_t>(seed_), recording_.outcome.events, duration_text(recording_.outcome.virtual_time),
        digest_text(recording_.outcome.digest));
    if (!scenario_.about.empty()) page_ += fmt::format("<p>{}</p>\n", inert_text(scenario_.about));
    page_ += "</header>\n<main>\n";
  }

  void trouble(const Violation& violation) {
    page_ += heading("Violated: " + violation.invariant, fmt::format("violated-{}", ++troubles_));
    const std::string_view claim = claim_of(violation.invariant);
    if (!claim.empty()) page_ += fmt::format("<p class=\"soft\">{}</p>\n", inert_text(claim));
    page_ += violation_html(violation);
  }

  std::string_view claim_of(const std::string& invariant) const {
    for (const PlacedMonitor& placed : scenario_.model.monitors) {
      if (invariant == placed.monitor.name) return placed.monitor.claim;
    }
    return {};
  }

  void list(const char* title, const char* id, const std::vector<std::string>& lines, bool code) {
    if (lines.empty()) return;
    page_ += heading(title, id) + "<ul>\n";
    for (const std::string& line : lines)
      page_ += code ? fmt::format("<li><code>{}</code></li>\n", inert_text(line))
                    : fmt::format("<li>{}</li>\n", inert_text(line));
    page_ += "</ul>\n";
  }

  void checks() {
    std::vector<std::string> lines;
    for (const PlacedMonitor& placed : scenario_.model.monitors)
      lines.push_back(fmt::format("{}: {}", placed.monitor.name, placed.monitor.claim));
    if (recording_.outcome.violations.empty()) list("Checked", "checked", lines, false);
    lines.clear();
    for (const Undecided& open : recording_.outcome.undecided) lines.push_back(open.invariant + ": " + open.why);
    list("Left open", "open", lines, false);
  }

  void faults() {
    std::vector<std::string> lines;
    for (std::size_t l = 0; l < recording_.injected.lines.size(); ++l) {
      lines.push_back(fmt::format("{}  at {}", squall::faults::to_text(recording_.injected.lines[l]),
                                  duration_text(recording_.instants[l].time_since_epoch())));
    }
    // What strikes in an untimed run is one of its decisions: the command's text names them.
    if (!recording_.world.timed()) return;
    if (lines.empty()) page_ += heading("Faults", "faults") + "<p>No fault struck.</p>\n";
    list("Faults that struck", "faults", lines, true);
    list("Lines of the plan that did not strike", "unstruck", unstruck_of(scenario_, recording_), true);
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

  void diagram(const Chronicle& run, const std::vector<Violation>& violations) {
    const SpaceTime drawn = space_time(run, violations);
    page_ += heading("What happened between whom", "space-time");
    left_out(run);
    page_ += fmt::format(
        "<p class=\"soft\">{} Time runs downwards. ⟶ a message; ✕ at its end: lost; dashed: delayed or under way; "
        "ring: a "
        "copy; thin line beside a lane: a wait, dotted and thick: one without an end; box: a hold; hatched: down; ◆ a "
        "write, "
        "◇ a read.</p>\n<div class=\"frame\" id=\"diagram\" tabindex=\"0\">\n",
        inert_text(drawn.description));
    page_ += drawn.svg + "</div>\n";
  }

  void left_out(const Chronicle& run) {
    if (run.moments.size() == run.moments_all) return;
    page_ += fmt::format("<p class=\"soft\">{} moments before and {} after what is shown are left out.</p>\n",
                         run.first, run.moments_all - run.first - run.moments.size());
  }

  void story_of(const Chronicle& run) {
    page_ += heading("The story", "story");
    left_out(run);
    page_ += "<div class=\"frame\"><table><tbody>\n";
    for (const Moment& moment : run.moments) {
      page_ += fmt::format("<tr><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>\n",
                           moment.number, duration_text(moment.at.time_since_epoch()), inert_text(moment.text));
    }
    page_ += "</tbody></table></div>\n</main>\n";
  }

  static std::size_t moment_of(const Chronicle& run, Instant at) {
    std::size_t last = 0;
    for (std::size_t m = 0; m < run.moments.size() && run.moments[m].at <= at; ++m) last = m;
    return last;
  }

  const scenarios::Scenario& scenario_;
  const scenarios::Recording& recording_;
  Seed seed_;
  const std::string& replay_;
  std::string page_;
  int troubles_ = 0;
};

}  // namespace

std::string run_html(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
                     const std::string& replay) {
  return RunPage{scenario, recording, seed, replay}.all();
}

}  // namespace squall::reports

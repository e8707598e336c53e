// SPDX-License-Identifier: Apache-2.0
#include "reports/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using scenarios::FaultSet;
using scenarios::Sweep;
using scenarios::Verdict;

/// Sets told of one finding.
constexpr std::size_t told_max = 20;

std::vector<std::string> lines_of(const Sweep& sweep, const FaultSet& set) {
  std::vector<std::string> lines;
  for (const std::uint32_t line : set.lines) lines.push_back(to_text(sweep.lines[line]));
  return lines;
}

bool has(const FaultSet& set, std::uint32_t finding) {
  return std::ranges::find(set.findings, finding) != set.findings.end();
}

/// `3 places`, `1 place`.
std::string counted(std::uint64_t count, const char* what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

std::string kinds_of(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const faults::Line& line : sweep.kinds.lines) {
    const std::string name{faults::name_of(line.fault)};
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names.empty() ? "none" : listed(names);
}

struct Survived {
  std::string kind;
  std::uint64_t played = 0, survived = 0;
};
/// Of single faults, by kind, in the order of their first places.
std::vector<Survived> survived(const Sweep& sweep) {
  std::vector<Survived> all;
  for (const FaultSet& set : sweep.sets) {
    if (set.lines.size() != 1) continue;
    const std::string kind{faults::name_of(sweep.lines[set.lines.front()].fault)};
    auto known = std::ranges::find(all, kind, &Survived::kind);
    if (known == all.end()) known = all.insert(all.end(), {.kind = kind});
    ++known->played;
    known->survived += set.verdict == Verdict::holds ? 1 : 0;
  }
  return all;
}

void add_set(std::string& text, const Sweep& sweep, const FaultSet& set) {
  const char* lead = "    - ";
  for (const std::string& line : lines_of(sweep, set)) {
    text += fmt::format("{}{}\n", lead, printable(line));
    lead = "      - ";
  }
}

void add_sets(std::string& text, const Sweep& sweep, const std::vector<const FaultSet*>& sets) {
  for (std::size_t s = 0; s < std::min(sets.size(), told_max); ++s) add_set(text, sweep, *sets[s]);
  if (sets.size() > told_max) text += fmt::format("    and {} more: --json has all\n", grouped(sets.size() - told_max));
}

template <class Wanted>
std::vector<const FaultSet*> sets_where(const Sweep& sweep, const Wanted& wanted) {
  std::vector<const FaultSet*> sets;
  for (const FaultSet& set : sweep.sets) {
    if (wanted(set)) sets.push_back(&set);
  }
  return sets;
}

void add_fatal(std::string& text, const Sweep& sweep, std::size_t size) {
  const std::uint64_t fatal = sweep.count(size, Verdict::violated);
  if (fatal == 0) return;
  text += size == 1 ? fmt::format("\nFatal alone: {}\n", counted(fatal, "fault"))
                    : fmt::format("\nFatal together, though not alone: {}\n", counted(fatal, "pair"));
  std::vector<std::vector<const FaultSet*>> sets;  // of each finding
  for (std::uint32_t f = 0; f < sweep.findings.size(); ++f)
    sets.push_back(sets_where(sweep, [&](const FaultSet& set) { return set.lines.size() == size && has(set, f); }));
  for (std::size_t f = 0; f < sets.size(); ++f) {
    const bool told = std::ranges::find(sets, sets[f]) != sets.begin() + static_cast<std::ptrdiff_t>(f);
    if (sets[f].empty() || told) continue;
    for (std::size_t same = f; same < sets.size(); ++same) {
      if (sets[same] != sets[f]) continue;
      const scenarios::SweepFinding& finding = sweep.findings[same];
      text += fmt::format("  {} [{}]{}\n", finding.invariant, faults::signature_text(finding.signature),
                          finding.reason.empty() ? "" : ": " + printable(finding.reason));
    }
    add_sets(text, sweep, sets[f]);
  }
}

void add_open(std::string& text, const Sweep& sweep) {
  const auto open = sets_where(sweep, [](const FaultSet& set) { return set.verdict == Verdict::unknown; });
  if (open.empty()) return;
  text += fmt::format("\nWithout a verdict, since a limit was reached or a check could not tell: {}\n",
                      counted(open.size(), "run"));
  add_sets(text, sweep, open);
}

void add_survived(std::string& text, const Sweep& sweep) {
  text += "\nSurvived:\n";
  for (const Survived& each : survived(sweep))
    text += fmt::format("  {}: {} of {}\n", each.kind, grouped(each.survived), counted(each.played, "place"));
  if (sweep.sets.empty()) text += "  there was nothing to survive\n";
  const std::uint64_t pairs =
      sweep.count(2, Verdict::holds) + sweep.count(2, Verdict::violated) + sweep.count(2, Verdict::unknown);
  if (sweep.pairs) text += fmt::format("  pairs: {} of {}\n", grouped(sweep.count(2, Verdict::holds)), grouped(pairs));
}

void add_methods(std::string& text, const Sweep& sweep) {
  if (sweep.good.violated()) return;  // no good outcome to walk back from
  if (!sweep.has_outcome) {
    text += "\nLineage has nothing to walk back from: in the run without faults nobody reports or finishes.\n";
    return;
  }
  const auto add = [&](const char* what, std::size_t size) {
    const SweepMethods each = methods(sweep, size);
    if (each.swept == 0) return false;
    text += fmt::format("  {}: {} on the way to the outcome instead of {}; {} of {} fatal ones are among them\n", what,
                        counted(each.lineage, "run"), grouped(each.swept), grouped(each.lineage_fatal),
                        grouped(each.swept_fatal));
    return true;
  };
  const std::size_t begin = text.size();
  const bool singles = add("singles", 1);
  if (!add("pairs", 2) && !singles) return;
  text.insert(begin, "\nBy lineage, of losses, crashes and hangs alone:\n");
  const std::vector<std::uint32_t> missed = sweep.missed();
  if (missed.empty()) {
    text += sweep.bound == Sweep::Bound::none ? "  Both ways find the same.\n"
                                              : "  Both ways find the same in what was played.\n";
    return;
  }
  text += "  Not on the way to what was reported, and fatal to something else:\n";
  std::vector<const FaultSet*> sets;
  sets.reserve(missed.size());
  for (const std::uint32_t set : missed) sets.push_back(&sweep.sets[set]);
  add_sets(text, sweep, sets);
}

const char* bound_text(Sweep::Bound bound) {
  switch (bound) {
    case Sweep::Bound::runs: return "there are more runs than were asked for (--runs)";
    case Sweep::Bound::stopped: return "it was interrupted";
    case Sweep::Bound::none: break;
  }
  return "";
}

const char* name_of(Sweep::Bound bound) {
  constexpr const char* names[] = {"none", "runs", "stopped"};
  return names[static_cast<std::size_t>(bound)];
}

}  // namespace

SweepMethods methods(const Sweep& sweep, std::size_t size) {
  SweepMethods methods;
  for (const FaultSet& set : sweep.sets) {
    if (set.lines.size() != size || !set.omission) continue;
    const std::uint64_t fatal = set.verdict == Verdict::violated ? 1 : 0;
    ++methods.swept;
    methods.swept_fatal += fatal;
    if (!set.by_lineage) continue;
    ++methods.lineage;
    methods.lineage_fatal += fatal;
  }
  return methods;
}

std::string sweep_text(const SweepReport& report) {
  const Sweep& sweep = report.sweep;
  std::string text =
      fmt::format("{}, seed {}: {} where a fault can strike, {}\n", printable(report.scenario.model.name), report.seed,
                  counted(sweep.places, "place"), counted(sweep.runs, "run"));
  text += fmt::format("Kinds: {}\n", kinds_of(sweep));
  if (!sweep.kinds.left_out.empty())
    text += fmt::format("Left out, since they strike no place of a run: {}\n", listed(sweep.kinds.left_out));
  if (sweep.bound != Sweep::Bound::none) text += fmt::format("That is not all: {}.\n", bound_text(sweep.bound));
  if (sweep.good.violated()) {
    text += "\nViolated without any fault, and not counted below:\n";
    for (const sim::Violation& violation : sweep.good.violations)
      text += fmt::format("  {}{}\n", violation.invariant,
                          violation.reasons.empty() ? "" : ": " + printable(violation.reasons.front()));
  } else if (verdict_of(sweep.good) == Verdict::unknown) {
    text += "\nThe run without faults has no verdict: a limit was reached first, or a check could not tell.\n";
  }
  add_fatal(text, sweep, 1);
  add_fatal(text, sweep, 2);
  add_open(text, sweep);
  add_survived(text, sweep);
  add_methods(text, sweep);
  switch (sweep.verdict()) {
    case Verdict::holds:
      text += fmt::format("\nEvery {} was survived, with this seed.\n",
                          sweep.pairs ? "single fault and every pair" : "single fault");
      break;
    case Verdict::unknown: text += "\nNothing fatal was found so far, and the answer is open.\n"; break;
    case Verdict::violated: break;
  }
  if (!sweep.findings.empty())
    text += fmt::format("\nOne of these again: its lines into a file, and {} --plan LINES\n", report.replay);
  text += fmt::format("\nThe same sweep again: {}\n", report.again);
  return text;
}

std::string sweep_json(const SweepReport& report) {
  using nlohmann::ordered_json;
  const Sweep& sweep = report.sweep;
  const auto sets = [&](const std::vector<const FaultSet*>& of) {
    ordered_json all = ordered_json::array();
    for (const FaultSet* set : of) all.push_back(lines_of(sweep, *set));
    return all;
  };
  ordered_json kinds = ordered_json::array();
  for (const faults::Line& line : sweep.kinds.lines) kinds.push_back(to_text(line));
  ordered_json violations = ordered_json::array();
  for (const sim::Violation& violation : sweep.good.violations)
    violations.push_back({{"invariant", violation.invariant},
                          {"signature", digest_text(faults::signature(violation))},
                          {"reasons", violation.reasons}});
  ordered_json findings = ordered_json::array();
  for (std::uint32_t f = 0; f < sweep.findings.size(); ++f) {
    const scenarios::SweepFinding& finding = sweep.findings[f];
    findings.push_back({{"invariant", finding.invariant},
                        {"signature", digest_text(finding.signature)},
                        {"reason", finding.reason},
                        {"sets", sets(sets_where(sweep, [&](const FaultSet& set) { return has(set, f); }))}});
  }
  ordered_json by_kind = ordered_json::array();
  for (const Survived& each : survived(sweep))
    by_kind.push_back({{"kind", each.kind}, {"places", each.played}, {"survived", each.survived}});
  const auto method = [&](std::size_t size) {
    const SweepMethods each = methods(sweep, size);
    return ordered_json{{"swept", each.swept},
                        {"swept_fatal", each.swept_fatal},
                        {"lineage", each.lineage},
                        {"lineage_fatal", each.lineage_fatal}};
  };
  std::vector<const FaultSet*> missed;
  for (const std::uint32_t set : sweep.missed()) missed.push_back(&sweep.sets[set]);
  const auto tried = sets_where(sweep, [](const FaultSet& set) { return set.lines.size() == 2; });
  const ordered_json whole{
      {"version", version()},
      {"workflow", report.scenario.model.name},
      {"seed", report.seed},
      {"verdict", scenarios::name_of(sweep.verdict())},
      {"places", sweep.places},
      {"runs", sweep.runs},
      {"bound", name_of(sweep.bound)},
      {"kinds", kinds},
      {"left_out", sweep.kinds.left_out},
      {"good", {{"verdict", scenarios::name_of(verdict_of(sweep.good))}, {"violations", violations}}},
      {"findings", findings},
      {"open", sets(sets_where(sweep, [](const FaultSet& set) { return set.verdict == Verdict::unknown; }))},
      {"survived", by_kind},
      {"pairs", {{"tried", tried.size()}, {"fatal", sweep.count(2, Verdict::violated)}}},
      {"lineage",
       {{"outcome", sweep.has_outcome}, {"singles", method(1)}, {"pairs", method(2)}, {"missed", sets(missed)}}},
      {"replay", report.replay},
      {"again", report.again}};
  return whole.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports

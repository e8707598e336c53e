// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <type_traits>

#include "faults/shrink.hpp"
#include "faults/signature.hpp"
#include "faults/text.hpp"
#include "scenarios/cases/shrinking.hpp"
#include "scenarios/run.hpp"
#include "sim/fields.hpp"
#include "sim/invariants/catalogue.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

/// An option as a file writes it; empty where it is one of those that stay as they are.
template <class Value>
std::string option_text(const Value& value) {
  if constexpr (sim::is_optional<Value>) {
    return value ? option_text(*value) : std::string{};
  } else if constexpr (std::is_same_v<Value, sim::Duration>) {
    return faults::to_text(value);
  } else if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    return fmt::format("{}", value);
  } else {
    return {};
  }
}

/// An invariant as a file asks for it: by its name, with the options that are not as they are without saying.
std::string to_yaml(const sim::Invariant& invariant) {
  return std::visit(
      [](const auto& one) {
        using One = std::decay_t<decltype(one)>;
        std::vector<std::string> plain;
        const One standard;
        One::fields(standard, [&](const sim::Field&, const auto& value) { plain.push_back(option_text(value)); });
        std::string options;
        std::size_t n = 0;
        One::fields(one, [&](const sim::Field& field, const auto& value) {
          const std::string text = option_text(value);
          if (text != plain[n++]) options += fmt::format("{}{}: {}", options.empty() ? "" : ", ", field.name, text);
        });
        return options.empty() ? std::string{One::name} : fmt::format("{{{}: {{{}}}}}", One::name, options);
      },
      invariant);
}

class Rehearsing {
 public:
  Rehearsing(const Loaded& file, const LintFinding& finding, const WitnessOptions& options)
      : file_(file), finding_(finding), options_(options), scenario_(*file.scenario) {}

  Rehearsed run() {
    // A file that holds the decisions of one run is no workflow to play seeds of.
    if ((finding_.rehearsal.names.empty() && finding_.rehearsal.some.empty()) || file_.pins.schedule || !add_judges())
      return {};
    if (!play(true)) {
      faults::Profile with = scenario_.faults;
      for (const faults::Line& line : finding_.rehearsal.faults) {
        if (faults::check_lines(scenario_.model, {&line, 1}).empty()) with.lines.push_back(line);
      }
      if (with.lines.size() == scenario_.faults.lines.size()) return {std::nullopt, runs_};
      scenario_.faults = std::move(with);
      scenario_.faults.swarm = false;
      scenario_.model.fault_shadow = faults::Armed::shadow_bytes(scenario_.plan.lines, scenario_.faults.lines);
      if (!play(false)) return {std::nullopt, runs_};
    }
    return {finish(), runs_};
  }

 private:
  bool is_checked(std::string_view name) const {
    return std::ranges::any_of(file_.scenario->model.monitors,
                               [&](const sim::PlacedMonitor& placed) { return placed.monitor.name == name; });
  }

  /// The scenario judged by what the finding names as well. False where it cannot be built so.
  bool add_judges() {
    std::vector<sim::Invariant> more;
    for (const sim::Invariant& judge : finding_.rehearsal.judges) {
      names_.emplace_back(name_of(judge));
      if (!is_checked(name_of(judge))) more.push_back(judge);
    }
    Workflow workflow = *file_.workflow;
    for (const Asked& asked : finding_.rehearsal.claims) {
      if (is_checked(asked.claim.name)) continue;
      names_.push_back(asked.claim.name);
      workflow.claim(asked.claim);
      added_.emplace_back(asked.claim.name, asked.text);
    }
    if (more.empty() && added_.empty()) return true;
    for (const sim::Invariant& judge : more) {
      workflow.check(judge);
      added_.emplace_back(name_of(judge), to_yaml(judge));
    }
    Built built = workflow.build();
    if (!built.model) return false;
    // What a case pins and leaves out is not in the workflow.
    built.model->pins = scenario_.model.pins;
    built.model->load.left_out = scenario_.model.load.left_out;
    for (std::size_t d = 0; d < scenario_.model.definitions.size(); ++d)
      built.model->definitions[d].left_out = scenario_.model.definitions[d].left_out;
    built.model->fault_shadow = scenario_.model.fault_shadow;
    scenario_.model = std::move(*built.model);
    return true;
  }

  /// Whether a violation of this check can show it: one that the finding names, or a claim of the workflow's own.
  bool is_meant(const std::string& invariant) const {
    return std::ranges::find(names_, invariant) != names_.end() || sim::find_invariant(invariant) == nullptr;
  }

  bool shows(const sim::Violation& violation) const {
    const auto named = [&](const std::string& name) { return speaks_of(violation, name); };
    const Rehearsal& wanted = finding_.rehearsal;
    return is_meant(violation.invariant) && std::ranges::all_of(wanted.names, named) &&
           (wanted.some.empty() || std::ranges::any_of(wanted.some, named));
  }

  /// A violation that shows it; one of the workflow's own checks where there is one.
  const sim::Violation* shows(const Outcome& outcome) const {
    const sim::Violation* found = nullptr;
    for (const sim::Violation& violation : outcome.violations) {
      if (!shows(violation)) continue;
      if (is_checked(violation.invariant)) return &violation;
      if (found == nullptr) found = &violation;
    }
    return found;
  }

  bool play(bool own) {
    constexpr std::uint32_t looks_most = 20;  // at runs that are violated otherwise
    Runner runner{scenario_};
    std::uint32_t looks = 0;
    for (std::uint32_t seed = 1; seed <= options_.seeds && events_ < options_.events_most && looks < looks_most;
         ++seed) {
      const Outcome& outcome = runner.run(sim::Seed{seed});
      ++runs_;
      events_ += outcome.events;
      if (std::ranges::none_of(outcome.violations, [&](const auto& each) { return is_meant(each.invariant); }))
        continue;
      const Recording recording = record(scenario_, sim::Seed{seed});
      ++looks;
      const sim::Violation* violation = shows(recording.outcome);
      if (violation == nullptr) continue;
      found_.seed = seed;
      found_.violation = *violation;
      found_.plan = recording.injected;
      found_.own_faults = own;
      return true;
    }
    return false;
  }

  const sim::Violation* same(const Outcome& outcome) const {
    for (const sim::Violation& violation : outcome.violations) {
      if (faults::signature(violation) == faults::signature(found_.violation)) return &violation;
    }
    return nullptr;
  }

  Witness finish() {
    const faults::Plan all = found_.plan;
    const auto of = [&](std::span<const std::size_t> parts) {
      faults::Plan plan;
      for (const std::size_t part : parts) plan.lines.push_back(all.lines[part]);
      return plan;
    };
    faults::Budget budget{.left = 300};
    const faults::Shrunk shrunk = faults::ddmin(
        all.lines.size(),
        [&](std::span<const std::size_t> parts) {
          return same(replay(scenario_, sim::Seed{found_.seed}, of(parts)).outcome) != nullptr;
        },
        budget);
    found_.plan = of(shrunk.parts);
    const Recording recording = replay(scenario_, sim::Seed{found_.seed}, found_.plan);
    if (const sim::Violation* violation = same(recording.outcome)) found_.violation = *violation;
    for (const auto& [name, text] : added_) {
      if (name == found_.violation.invariant) found_.added.push_back(text);
    }
    write_case(recording);
    return std::move(found_);
  }

  void write_case(const Recording& recording) {
    CaseFile& file = found_.file;
    file.extends = fs::path{file_.files.front()}.filename().string();
    file.workflow = file_.name;
    file.about = fmt::format("{}: {}", finding_.where, finding_.what);
    file.seed = found_.seed;
    file.plan = found_.plan;
    file.faults_off = !file_.scenario->plan.lines.empty() && !file_.scenario->faults.lines.empty();
    file.violates = {found_.violation.invariant};
    for (const sim::Violation& violation : recording.outcome.violations) {
      const std::string& name = violation.invariant;
      const bool is_there = is_checked(name) || name == found_.violation.invariant;
      const auto known = [&](const std::vector<std::string>& list) {
        return std::ranges::find(list, name) != list.end();
      };
      if (is_there && !known(file.violates) && !known(file.may_violate)) file.may_violate.push_back(name);
    }
    if (!found_.added.empty()) add_check();
  }

  /// The check that shows it, besides those that the workflow asks for; of one that does not say, besides the default ones, for
  /// with one check that is asked for there are none.
  void add_check() {
    CaseFile& file = found_.file;
    file.change = {{"check.add", fmt::format("[{}]", found_.added.front())}};
    const fs::path path{file_.files.front()};
    const std::string beside = (path.parent_path() / (path.stem().string() + ".case.yaml")).string();
    const Loaded again = load(beside, {.root = {}, .plan = {}, .text = to_text(file)});
    if (again.ok() && again.scenario->model.monitors.size() > file_.scenario->model.monitors.size()) return;
    std::string checks;
    for (const sim::Invariant& each : sim::default_invariants()) checks += fmt::format("{}, ", name_of(each));
    file.change = {{"check.add", fmt::format("[{}{}]", checks, found_.added.front())}};
  }

  const Loaded& file_;
  const LintFinding& finding_;
  const WitnessOptions& options_;
  Scenario scenario_;
  std::vector<std::string> names_;  ///< of judges
  std::vector<std::pair<std::string, std::string>>
      added_;  ///< those that the file does not have, and as it would write them
  Witness found_;
  std::uint64_t runs_ = 0, events_ = 0;
};

}  // namespace

Rehearsed rehearse(const Loaded& file, const LintFinding& finding, const WitnessOptions& options) {
  return Rehearsing{file, finding, options}.run();
}

}  // namespace squall::scenarios

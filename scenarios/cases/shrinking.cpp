// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/shrinking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "faults/shrink.hpp"
#include "faults/signature.hpp"
#include "scenarios/agents/op.hpp"
#include "sim/pins.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

const sim::Violation* find_violation(const Outcome& outcome, std::uint64_t signature) {
  for (const sim::Violation& violation : outcome.violations) {
    if (faults::signature(violation) == signature) return &violation;
  }
  return nullptr;
}

bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

/// Whether `text` has `name` as a word of its own.
bool names(const std::string& text, const std::string& name) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_name_letter(text[at - 1]);
    if (begins && (end == text.size() || !is_name_letter(text[end]))) return true;
  }
  return false;
}

std::optional<sim::Instant> rounded(sim::Instant at, sim::Duration to) {
  const std::int64_t step = to.count(), now = at.time_since_epoch().count();
  const std::int64_t near = (now + step / 2) / step * step;
  return near == now ? std::nullopt : std::optional{sim::start_of_time + sim::Duration{near}};
}

class Shrinker {
 public:
  Shrinker(const std::string& path, const Loaded& workflow, std::uint64_t seed, const ShrinkOptions& options)
      : path_(path), workflow_(workflow), seed_(seed), options_(options), budget_{.left = options.runs_max} {}

  std::optional<ShrunkCase> run() {
    const Recording first = record(*workflow_.scenario, sim::Seed{seed_});
    if (first.outcome.violations.empty()) return std::nullopt;
    signature_ = options_.signature.value_or(faults::signature(first.outcome.violations.front()));
    const sim::Violation* violation = find_violation(first.outcome, signature_);
    if (violation == nullptr) return std::nullopt;
    told_ = *violation;
    now_.plan = first.injected;
    if (!shows(now_)) throw std::logic_error{"a recorded plan does not replay its run"};

    std::vector<std::size_t> kept = without_faults();
    if (!options_.faults_only) {
      shrink_load();
      shrink_groups();
      leave_out_agents();
      leave_out_time_on_the_network();
    }
    simplify_times();
    if (changed_) {
      const std::vector<std::size_t> again = without_faults();
      for (std::size_t k = 0; k < again.size(); ++k) kept[k] = kept[again[k]];
      kept.resize(again.size());
    }
    if (options_.times && shrink_drawn_times()) {
      const std::vector<std::size_t> again = without_faults();
      for (std::size_t k = 0; k < again.size(); ++k) kept[k] = kept[again[k]];
      kept.resize(again.size());
    }
    return finish(first, kept);
  }

 private:
  struct State {
    Changes change;
    faults::Plan plan;
    std::vector<Pins::Answer> set{};
  };

  /// The scenario as this state has it; null where that is no workflow.
  const Scenario* scenario_of(const State& state) {
    if (state.change.empty() && state.set.empty()) return &*workflow_.scenario;
    if (!built_from_ || state.change != built_from_->change || state.set != built_from_->set) {
      built_from_ = State{state.change, {}, state.set};
      CaseFile file{.extends = fs::path{path_}.filename().string(), .seed = seed_, .change = state.change};
      file.set = state.set;
      built_ = load(case_path(), {.root = {}, .plan = {}, .text = to_text(file)});
    }
    return built_.ok() ? &*built_.scenario : nullptr;
  }

  std::string case_path() const {
    const fs::path path{path_};
    return (path.parent_path() / (path.stem().string() + ".case.yaml")).string();
  }

  bool shows(const State& state) {
    const Scenario* scenario = scenario_of(state);
    if (scenario == nullptr || !check(scenario->model, state.plan).empty()) return false;
    return find_violation(replay(*scenario, sim::Seed{seed_}, state.plan).outcome, signature_) != nullptr;
  }

  /// Keeps `next` where it still shows the violation. A workflow that shows it without any fault, where faults were needed
  /// before, fails for another reason: that is refused.
  bool take(State next, bool structural) {
    if (structural && scenario_of(next) == nullptr) return false;  // nothing was played
    if (!budget_.spend() || !shows(next)) return false;
    if (structural && !next.plan.lines.empty()) {
      if (!budget_.spend() || shows({next.change, {}, next.set})) return false;
    }
    now_ = std::move(next);
    changed_ = true;
    return true;
  }

  State with(const std::string& path, std::string value) const {
    State next = now_;
    std::erase_if(next.change, [&](const auto& each) { return each.first == path; });
    next.change.emplace_back(path, std::move(value));
    return next;
  }

  /// Positions of the lines that are kept.
  std::vector<std::size_t> without_faults() {
    const faults::Plan all = now_.plan;
    const auto of = [&](std::span<const std::size_t> parts) {
      faults::Plan plan;
      for (const std::size_t part : parts) plan.lines.push_back(all.lines[part]);
      return plan;
    };
    const faults::Shrunk shrunk = faults::ddmin(
        all.lines.size(),
        [&](std::span<const std::size_t> parts) {
          return shows({now_.change, of(parts), now_.set});
        },
        budget_);
    minimal_ = shrunk.minimal;
    now_.plan = of(shrunk.parts);
    return shrunk.parts;
  }

  void shrink_load() {
    const std::uint32_t instances = workflow_.scenario->model.load.instances;
    if (instances <= 1) return;
    const auto few = [&](std::uint64_t count) {
      State next = with("load.instances", fmt::format("{}", count));
      if (count == 1) {
        for (faults::Line& line : next.plan.lines) {
          if (line.matcher.instance == 0U) line.matcher.instance.reset();
        }
      }
      return take(std::move(next), true);
    };
    const std::uint64_t enough = least(instances, few);
    if (enough < instances) left_out_.push_back(fmt::format("{} of {} instances", instances - enough, instances));
  }

  void shrink_groups() {
    for (const sim::Definition& definition : workflow_.scenario->model.definitions) {
      if (definition.replicas <= 1) continue;
      const std::string path = fmt::format("agents.{}.replicas", definition.name);
      const std::uint64_t enough = least(
          definition.replicas, [&](std::uint64_t count) { return take(with(path, fmt::format("{}", count)), true); });
      if (enough < definition.replicas) {
        left_out_.push_back(
            fmt::format("{} of {} members of {}", definition.replicas - enough, definition.replicas, definition.name));
      }
    }
  }

  /// Takes pairs of runs itself, so it counts them itself.
  template <class Fewer>
  std::uint64_t least(std::uint64_t all, const Fewer& fewer) {
    faults::Budget questions{.left = 64};
    return faults::smallest(1, all, fewer, questions);
  }

  void leave_out_agents() {
    for (const sim::Definition& definition : workflow_.scenario->model.definitions) {
      if (speaks_of(told_, definition.name)) continue;  // a wait for somebody who is not there is another bug
      const std::string path = "agents." + definition.name;
      State next = with(path, "null");
      std::erase_if(next.change, [&](const auto& each) { return each.first.starts_with(path + "."); });
      if (take(std::move(next), true)) left_out_.push_back("agent " + definition.name);
    }
  }

  void leave_out_time_on_the_network() {
    if (take(with("network.latency", "0s"), true) || take(with("network", "{latency: 0s}"), true))
      left_out_.push_back("the time that messages are under way");
  }

  void simplify_times() {
    for (std::size_t l = 0; l < now_.plan.lines.size(); ++l) {
      for (const unsigned digits : {1U, 2U}) {
        State next = now_;
        faults::Line& line = next.plan.lines[l];
        line.fault = faults::rounded(line.fault, digits);
        if (line == now_.plan.lines[l] || take(std::move(next), false)) break;
      }
      if (!now_.plan.lines[l].trigger.at) continue;
      for (const std::int64_t milliseconds : {60'000, 1'000, 100, 1}) {
        const auto at = rounded(*now_.plan.lines[l].trigger.at, std::chrono::milliseconds{milliseconds});
        if (!at) break;
        State next = now_;
        next.plan.lines[l].trigger.at = at;
        if (take(std::move(next), false)) break;
      }
    }
  }

  /// Every time that work and sleep draw in the run as it is now, as the shortest that could be drawn instead.
  std::vector<Pins::Answer> drawn_times() {
    constexpr std::uint32_t each_max = 32, all_max = 256;  // a case with more lines than that helps nobody
    struct Site {
      std::string name;
      sim::Pin pin;
      sim::Duration shortest;
    };
    if (!workflow_.pins.set.empty()) return {};  // whoever wrote the file has said which times it is about
    Scenario probe = *scenario_of(now_);
    std::vector<Site> sites;
    for (const sim::Definition& definition : probe.model.definitions) {
      if (definition.behaviour->struct_agent || definition.behaviour->code == nullptr) continue;
      const Code& code = code_of(*definition.behaviour);
      for (std::size_t at = 0; at < code.ops.size(); ++at) {
        const Op& op = code.ops[at];
        if (op.code != OpCode::work && op.code != OpCode::sleep) continue;
        const TimeOf& time = code.times[op.b];
        if (time.computed.given() || time.drawn.kind == sim::Distribution::Kind::constant) continue;
        // Counts how often it is drawn, and answers nothing.
        sites.push_back({code.steps[code.step_of_op[at]].name,
                         {.site = op.site, .nth = 0xffff'ffffU, .of = sim::Pin::Of::time},
                         sim::sample(time.drawn, 0)});
      }
    }
    std::ranges::stable_sort(sites, {}, [](const Site& site) { return site.pin.site; });
    probe.model.pins.clear();
    for (const Site& site : sites) probe.model.pins.push_back(site.pin);
    const Recording run = replay(probe, sim::Seed{seed_}, now_.plan);
    std::vector<Pins::Answer> times;
    for (std::size_t s = 0; s < sites.size(); ++s) {
      const std::uint32_t drawn = std::min(sim::drawn_at(run.world, probe.model, s), each_max);
      for (std::uint32_t nth = 1; nth <= drawn && times.size() < all_max; ++nth)
        times.push_back({fmt::format("{} #{}", sites[s].name, nth), sites[s].shortest});
    }
    std::ranges::sort(times, {}, &Pins::Answer::draw);
    return times;
  }

  /// True where some time turned out not to matter.
  bool shrink_drawn_times() {
    const std::vector<Pins::Answer> times = drawn_times();
    const auto all_but = [&](std::span<const std::size_t> kept) {
      State next = now_;
      next.set.clear();
      for (std::size_t t = 0; t < times.size(); ++t) {
        if (!std::ranges::binary_search(kept, t)) next.set.push_back(times[t]);
      }
      return next;
    };
    const faults::Shrunk matter = faults::ddmin(
        times.size(),
        [&](std::span<const std::size_t> kept) {
          const State next = all_but(kept);
          // Without the faults it must not come to the same: then it is another reason.
          return shows(next) && (next.plan.lines.empty() || !shows({next.change, {}, next.set}));
        },
        budget_);
    if (matter.parts.size() == times.size()) return false;
    now_ = all_but(matter.parts);
    left_out_.push_back(fmt::format("how long {} of {} pieces of work and sleep take",
                                    times.size() - matter.parts.size(), times.size()));
    return true;
  }

  ShrunkCase finish(const Recording& first, const std::vector<std::size_t>& kept) {
    ShrunkCase result{
        .seed = seed_,
        .signature = signature_,
        .invariant = told_.invariant,
        .injected = {},
        .left_out = std::move(left_out_),
        .change = now_.change,
        .set = now_.set,
        .plan = now_.plan,
        .minimal = minimal_,
        .runs = budget_.spent,
        .file = {},
        .loaded = {},
        .recording = {
            .outcome = {}, .trace = sim::Trace{}, .injected = {}, .instants = {}, .struck = {}, .world = first.world}};
    for (std::size_t i = 0; i < first.injected.lines.size(); ++i) {
      result.injected.push_back({first.injected.lines[i], first.instants[i], std::ranges::binary_search(kept, i)});
    }
    CaseFile& file = result.file;
    file.extends = fs::path{path_}.filename().string();
    file.workflow = workflow_.name;
    file.seed = seed_;
    file.change = now_.change;
    file.set = now_.set;
    file.plan = now_.plan;
    file.faults_off = !workflow_.scenario->plan.lines.empty() && !workflow_.scenario->faults.lines.empty();
    result.recording = replay(*scenario_of(now_), sim::Seed{seed_}, now_.plan);
    file.digest = result.recording.outcome.digest;
    file.violates = {told_.invariant};
    for (const sim::Violation& violation : result.recording.outcome.violations) {
      const auto known = [&](const std::vector<std::string>& names) {
        return std::ranges::find(names, violation.invariant) != names.end();
      };
      if (!known(file.violates) && !known(file.may_violate)) file.may_violate.push_back(violation.invariant);
    }
    result.loaded = load(case_path(), {.root = {}, .plan = {}, .text = to_text(file)});
    if (!result.loaded.ok())
      throw std::logic_error{"a case that was written does not read back:\n" + to_text(result.loaded.diagnostics)};
    result.recording = record(*result.loaded.scenario, sim::Seed{seed_});
    if (result.recording.outcome.digest != *file.digest)
      throw std::logic_error{"a case that was written is another run when it is read"};
    return result;
  }

  const std::string& path_;
  const Loaded& workflow_;
  const std::uint64_t seed_;
  const ShrinkOptions& options_;
  faults::Budget budget_;
  std::uint64_t signature_ = 0;
  sim::Violation told_;
  State now_;
  bool changed_ = false, minimal_ = false;
  std::vector<std::string> left_out_;
  std::optional<State> built_from_;
  Loaded built_;
};

}  // namespace

bool speaks_of(const sim::Violation& violation, const std::string& agent) {
  const auto says = [&](const std::string& text) { return names(text, agent); };
  return std::ranges::any_of(violation.witness, says) || std::ranges::any_of(violation.reasons, says);
}

std::optional<ShrunkCase> shrink(const std::string& path, const Loaded& workflow, std::uint64_t seed,
                                 const ShrinkOptions& options) {
  return Shrinker{path, workflow, seed, options}.run();
}

}  // namespace squall::scenarios

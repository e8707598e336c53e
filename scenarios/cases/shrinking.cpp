// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/shrinking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "faults/extents.hpp"
#include "faults/shrink.hpp"
#include "faults/signature.hpp"
#include "faults/text.hpp"
#include "scenarios/cases/attempt.hpp"
#include "scenarios/cases/drawn_times.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

const sim::Violation* find_violation(const std::vector<sim::Violation>& violations, std::uint64_t signature) {
  for (const sim::Violation& violation : violations) {
    if (faults::signature(violation) == signature) return &violation;
  }
  return nullptr;
}

std::string text_of(const faults::Extent& extent, std::int64_t value) {
  return extent.is_time ? faults::to_text(sim::Duration{value}) : fmt::format("{} times", value);
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
      : path_(path),
        workflow_(workflow),
        seed_(seed),
        options_(options),
        budget_{.left = options.runs_max},
        attempts_{path, workflow, seed} {}

  std::optional<ShrunkCase> run() {
    const Attempts::First first = attempts_.first();
    if (first.violations.empty()) return std::nullopt;
    signature_ = options_.signature.value_or(faults::signature(first.violations.front()));
    const sim::Violation* violation = find_violation(first.violations, signature_);
    if (violation == nullptr) return std::nullopt;
    told_ = *violation;
    now_.plan = first.injected;
    if (!shows(now_)) throw std::logic_error{"a recorded plan does not replay its run"};

    std::vector<std::size_t> kept = without_faults();
    const auto once_more = [&] {
      const std::vector<std::size_t> again = without_faults();
      for (std::size_t k = 0; k < again.size(); ++k) kept[k] = kept[again[k]];
      kept.resize(again.size());
    };
    if (!options_.faults_only) {
      shrink_load();
      shrink_groups();
      leave_out_agents();
      leave_out_delays();
    }
    shorten_faults();
    simplify_times();
    if (changed_) once_more();
    if (options_.times && shrink_drawn_times()) once_more();
    return finish(first, kept);
  }

 private:
  bool shows(const Attempt& attempt) { return attempts_.shows(attempt, signature_); }

  /// Keeps `next` where it still shows the violation, and each fault strikes. A workflow that shows it without any fault, where
  /// faults were needed before, fails for another reason: that is refused.
  bool take(Attempt next, bool structural) {
    if (structural && attempts_.scenario_of(next) == nullptr) return false;  // nothing was played
    if (!budget_.spend() || !attempts_.shows(next, signature_, true)) return false;
    if (structural && !next.plan.lines.empty()) {
      if (!budget_.spend() || shows({next.change, {}, next.set})) return false;
    }
    now_ = std::move(next);
    changed_ = true;
    return true;
  }

  Attempt with(const std::string& path, std::string value) const {
    Attempt next = now_;
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
      Attempt next = with("load.instances", fmt::format("{}", count));
      if (count == 1) {
        for (faults::Line& line : next.plan.lines) {
          if (line.matcher.instance == 0U) line.matcher.instance.reset();
        }
      }
      return take(std::move(next), true);
    };
    const std::uint64_t enough = least(instances, 1, few);
    if (enough < instances) left_out_.push_back(fmt::format("{} of {} instances", instances - enough, instances));
  }

  void shrink_groups() {
    for (const sim::Definition& definition : workflow_.scenario->model.definitions) {
      if (definition.replicas <= 1) continue;
      const std::string path = fmt::format("agents.{}.replicas", definition.name);
      const std::uint64_t enough = least(definition.replicas, 1, [&](std::uint64_t count) {
        return take(with(path, fmt::format("{}", count)), true);
      });
      if (enough < definition.replicas) {
        left_out_.push_back(
            fmt::format("{} of {} members of {}", definition.replicas - enough, definition.replicas, definition.name));
      }
    }
  }

  /// Takes pairs of runs itself, so it counts them itself.
  template <class Fewer>
  std::uint64_t least(std::uint64_t all, std::uint64_t lowest, const Fewer& fewer) {
    faults::Budget questions{.left = 64};
    return faults::smallest(lowest, all, fewer, questions);
  }

  void leave_out_agents() {
    for (const sim::Definition& definition : workflow_.scenario->model.definitions) {
      if (speaks_of(told_, definition.name)) continue;  // a wait for somebody who is not there is another bug
      const std::string path = "agents." + definition.name;
      Attempt next = with(path, "null");
      std::erase_if(next.change, [&](const auto& each) { return each.first.starts_with(path + "."); });
      if (take(std::move(next), true)) left_out_.push_back("agent " + definition.name);
    }
  }

  void leave_out_delays() {
    const sim::Model& model = workflow_.scenario->model;
    if (attempts_.scenario_of(now_)->model.load.instances > 1 && !is_zero(model.load.every) &&
        take(with("load.every", "0s"), true))
      left_out_.push_back("the time between arrivals");
    if (take(with("network.latency", "0s"), true) || take(with("network", "{latency: 0s}"), true))
      left_out_.push_back("the time that messages are under way");
    for (const sim::Definition& definition : model.definitions) {
      const std::string path = "agents." + definition.name;
      const auto gone = std::ranges::find(now_.change, path, [](const auto& each) { return each.first; });
      if (definition.start_after <= sim::Duration{} || gone != now_.change.end()) continue;
      if (take(with(path + ".start", "0s"), true)) left_out_.push_back(definition.name + "'s late start");
    }
  }

  static bool is_zero(const sim::Distribution& time) {
    return time.kind == sim::Distribution::Kind::constant && time.a == 0;
  }

  /// Delays and durations of faults to zero, or to the least that a person would write and that still fails alike.
  void shorten_faults() {
    for (std::size_t l = 0; l < now_.plan.lines.size(); ++l) {
      const std::vector<faults::Extent> all = faults::extents(now_.plan.lines[l].fault);
      for (std::size_t e = 0; e < all.size(); ++e) {
        const std::vector<std::int64_t> less = faults::plain_values_below(all[e]);
        const std::uint64_t found = least(less.size(), 0, [&](std::uint64_t which) {
          Attempt next = now_;
          faults::Line& line = next.plan.lines[l];
          line.fault = faults::with_extent(line.fault, e, less[which]);
          return take(std::move(next), false);
        });
        if (found == less.size()) continue;
        const std::string_view kind = faults::name_of(now_.plan.lines[l].fault);
        left_out_.push_back(less[found] == 0 ? fmt::format("the {} of {}", text_of(all[e], all[e].value), kind)
                                             : fmt::format("all but {} of the {} of {}", text_of(all[e], less[found]),
                                                           text_of(all[e], all[e].value), kind));
      }
    }
  }

  void simplify_times() {
    for (std::size_t l = 0; l < now_.plan.lines.size(); ++l) {
      for (const unsigned digits : {1U, 2U}) {
        Attempt next = now_;
        faults::Line& line = next.plan.lines[l];
        line.fault = faults::rounded(line.fault, digits);
        if (line == now_.plan.lines[l] || take(std::move(next), false)) break;
      }
      if (!now_.plan.lines[l].trigger.at) continue;
      for (const std::int64_t milliseconds : {60'000, 1'000, 100, 1}) {
        const auto at = rounded(*now_.plan.lines[l].trigger.at, std::chrono::milliseconds{milliseconds});
        if (!at) break;
        Attempt next = now_;
        next.plan.lines[l].trigger.at = at;
        if (take(std::move(next), false)) break;
      }
    }
  }

  /// True where some time turned out not to matter.
  bool shrink_drawn_times() {
    if (!workflow_.pins.set.empty()) return false;  // whoever wrote the file has said which times it is about
    const std::vector<Pins::Answer> times = shortest_times(*attempts_.scenario_of(now_), seed_, now_.plan);
    const auto all_but = [&](std::span<const std::size_t> kept) {
      Attempt next = now_;
      next.set.clear();
      for (std::size_t t = 0; t < times.size(); ++t) {
        if (!std::ranges::binary_search(kept, t)) next.set.push_back(times[t]);
      }
      return next;
    };
    const faults::Shrunk matter = faults::ddmin(
        times.size(),
        [&](std::span<const std::size_t> kept) {
          const Attempt next = all_but(kept);
          // Without the faults it must not come to the same: then it is another reason.
          return shows(next) && (next.plan.lines.empty() || !shows({next.change, {}, next.set}));
        },
        budget_);
    if (matter.parts.size() == times.size()) return false;
    now_ = all_but(matter.parts);
    left_out_.push_back(fmt::format("how long {} of {} pieces of work, sleeps and pauses before retries take",
                                    times.size() - matter.parts.size(), times.size()));
    return true;
  }

  ShrunkCase finish(const Attempts::First& first, const std::vector<std::size_t>& kept) {
    CaseFile file{.extends = fs::path{path_}.filename().string(), .workflow = workflow_.name, .seed = seed_};
    file.change = now_.change;
    file.set = now_.set;
    file.plan = now_.plan;
    file.faults_off = !workflow_.scenario->plan.lines.empty() && !workflow_.scenario->faults.lines.empty();
    const Outcome outcome = attempts_.outcome_of(now_);
    file.digest = outcome.digest;
    file.violates = {told_.invariant};
    for (const sim::Violation& violation : outcome.violations) {
      const auto known = [&](const std::vector<std::string>& names) {
        return std::ranges::find(names, violation.invariant) != names.end();
      };
      if (!known(file.violates) && !known(file.may_violate)) file.may_violate.push_back(violation.invariant);
    }
    Loaded loaded = load(attempts_.case_path(), {.root = {}, .plan = {}, .text = to_text(file)});
    if (!loaded.ok())
      throw std::logic_error{"a case that was written does not read back:\n" + to_text(loaded.diagnostics)};
    Recording recording = record(*loaded.scenario, sim::Seed{seed_});
    if (recording.outcome.digest != *file.digest)
      throw std::logic_error{"a case that was written is another run when it is read"};
    std::vector<Injected> injected;
    for (std::size_t i = 0; i < first.injected.lines.size(); ++i)
      injected.push_back({first.injected.lines[i], first.instants[i], std::ranges::binary_search(kept, i)});
    return {.seed = seed_,
            .signature = signature_,
            .invariant = told_.invariant,
            .injected = std::move(injected),
            .left_out = std::move(left_out_),
            .change = now_.change,
            .set = now_.set,
            .plan = now_.plan,
            .minimal = minimal_,
            .runs = budget_.spent,
            .file = std::move(file),
            .loaded = std::move(loaded),
            .recording = std::move(recording)};
  }

  const std::string& path_;
  const Loaded& workflow_;
  const std::uint64_t seed_;
  const ShrinkOptions& options_;
  faults::Budget budget_;
  Attempts attempts_;
  std::uint64_t signature_ = 0;
  sim::Violation told_;
  Attempt now_;
  bool changed_ = false, minimal_ = false;
  std::vector<std::string> left_out_;
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

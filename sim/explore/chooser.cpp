// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/chooser.hpp"

#include <algorithm>

namespace squall::sim {
namespace {

constexpr Purpose which = purpose("which");

/// Keys with a number each, sorted by key.
template <class Number>
class Table {
 public:
  void clear() { entries_.clear(); }
  /// The number of `key`, and whether it is new.
  std::pair<Number*, bool> at(SiteKey key) {
    const auto place = std::ranges::lower_bound(entries_, key, {}, &std::pair<SiteKey, Number>::first);
    if (place != entries_.end() && place->first == key) return {&place->second, false};
    return {&entries_.insert(place, {key, Number{}})->second, true};
  }
  template <class Gone>
  void erase_if(const Gone& gone) {
    std::erase_if(entries_, [&](const auto& entry) { return gone(entry.first); });
  }

 private:
  std::vector<std::pair<SiteKey, Number>> entries_;
};

class Uniform final : public Chooser {
 public:
  void begin(std::uint64_t run) override { run_ = run; }
  std::size_t choose(std::uint64_t step, std::span<const Choice> choices) override {
    return below(draw_value(draw_base(run_, site_key("walk/event"), 0, step), which),
                 static_cast<std::uint32_t>(choices.size()));
  }

 private:
  std::uint64_t run_ = 0;
};

/// One of the choices of this task, all alike.
std::size_t one_of(std::uint64_t run, std::uint64_t step, std::span<const Choice> choices, SiteKey task) {
  const auto same = [&](const Choice& choice) { return choice.task == task; };
  const auto count = static_cast<std::uint32_t>(std::ranges::count_if(choices, same));
  std::uint32_t skip = count == 1 ? 0 : below(draw_value(draw_base(run, task, 0, step), which), count);
  std::size_t at = 0;
  for (;; ++at) {
    if (same(choices[at]) && skip-- == 0) return at;
  }
}

/// The task with the highest priority acts. A task that is about to make the step at a change point falls below all that
/// have not fallen, and of those that have the first point's is the lowest.
class Pct final : public Chooser {
 public:
  Pct(std::uint32_t depth, std::uint64_t steps) : points_(depth - 1), steps_(std::max<std::uint64_t>(1, steps)) {}

  void begin(std::uint64_t run) override {
    run_ = run;
    priorities_.clear();
    for (std::uint32_t p = 0; p < points_.size(); ++p)
      points_[p] = scale(draw_value(draw_base(run, site_key("pct/change"), 0, p), which), steps_);
  }

  std::size_t choose(std::uint64_t step, std::span<const Choice> choices) override {
    SiteKey first = highest(choices);
    for (std::uint32_t p = 0; p < points_.size(); ++p) {
      if (points_[p] != step) continue;
      *priorities_.at(first).first = p + 1;
      first = highest(choices);
    }
    return one_of(run_, step, choices, first);
  }

 private:
  /// Above every priority of a task that has fallen.
  static constexpr std::uint64_t lowest_at_first = Strategy::depth_max + 1;

  SiteKey highest(std::span<const Choice> choices) {
    SiteKey best = 0;
    std::uint64_t best_priority = 0;
    for (const Choice& choice : choices) {
      const auto [priority, is_new] = priorities_.at(choice.task);
      if (is_new) {
        const std::uint64_t drawn = draw_value(draw_base(run_, choice.task, 0, 0), purpose("pct/priority"));
        *priority = std::max(drawn, lowest_at_first);
      }
      const bool better = *priority > best_priority || (*priority == best_priority && choice.task > best);
      if (!better) continue;
      best = choice.task;
      best_priority = *priority;
    }
    return best;
  }

  std::vector<std::uint64_t> points_;
  std::uint64_t steps_, run_ = 0;
  Table<std::uint64_t> priorities_;
};

/// A task is chosen by how many events it has left, as far as the forecast tells. Where no task blocks another, each order of
/// all events is then as likely as any other.
class WeightedWalk final : public Chooser {
 public:
  explicit WeightedWalk(const Forecast& forecast) : forecast_(forecast) {}
  void begin(std::uint64_t run) override {
    run_ = run;
    done_.clear();
  }

  std::size_t choose(std::uint64_t step, std::span<const Choice> choices) override {
    tasks_.clear();
    for (const Choice& choice : choices) {
      if (std::ranges::find(tasks_, choice.task) == tasks_.end()) tasks_.push_back(choice.task);
    }
    std::ranges::sort(tasks_);
    weights_.clear();
    for (const SiteKey task : tasks_) {
      const std::uint32_t all = forecast_.of(task), done = *done_.at(task).first;
      weights_.push_back(all > done ? all - done : 1);
    }
    const std::uint64_t value = draw_value(draw_base(run_, site_key("walk/task"), 0, step), which);
    const SiteKey task = tasks_[weighted(value, static_cast<std::uint32_t>(tasks_.size()), weights_.data())];
    ++*done_.at(task).first;
    return one_of(run_, step, choices, task);
  }

 private:
  const Forecast& forecast_;
  std::uint64_t run_ = 0;
  Table<std::uint32_t> done_;
  std::vector<SiteKey> tasks_;
  std::vector<std::uint32_t> weights_;
};

/// The event with the highest priority comes next. Priorities are drawn when an event becomes possible, and anew when one
/// that it races with has come: events race that change one agent, or that both reach what all share.
class Pos final : public Chooser {
 public:
  void begin(std::uint64_t run) override {
    run_ = run;
    drawn_.clear();
    priorities_.clear();
  }

  std::size_t choose(std::uint64_t, std::span<const Choice> choices) override {
    keys_.clear();
    for (const Choice& choice : choices) keys_.push_back(child_key(choice.task, choice.event));
    std::ranges::sort(keys_);
    priorities_.erase_if([&](SiteKey key) { return !std::ranges::binary_search(keys_, key); });
    std::size_t best = 0;
    std::uint64_t best_priority = 0;
    for (std::size_t c = 0; c < choices.size(); ++c) {
      const auto [priority, is_new] = priorities_.at(child_key(choices[c].task, choices[c].event));
      if (is_new)
        *priority = draw_value(draw_base(run_, choices[c].task, 0, (*drawn_.at(choices[c].task).first)++),
                               purpose("pos/priority"));
      if (c != 0 && *priority <= best_priority) continue;
      best = c;
      best_priority = *priority;
    }
    forget_races(choices, choices[best]);
    return best;
  }

 private:
  /// What races with `chosen` is drawn anew, itself included.
  void forget_races(std::span<const Choice> choices, const Choice& chosen) {
    keys_.clear();
    for (const Choice& choice : choices) {
      if (choice.who == chosen.who || (choice.reaches_out && chosen.reaches_out))
        keys_.push_back(child_key(choice.task, choice.event));
    }
    std::ranges::sort(keys_);
    priorities_.erase_if([&](SiteKey key) { return std::ranges::binary_search(keys_, key); });
  }

  std::uint64_t run_ = 0;
  Table<std::uint64_t> priorities_;  ///< of events
  Table<std::uint32_t> drawn_;       ///< of tasks: how many priorities
  std::vector<SiteKey> keys_;
};

}  // namespace

std::uint32_t Forecast::of(SiteKey task) const {
  const auto place = std::ranges::lower_bound(events, task, {}, &std::pair<SiteKey, std::uint32_t>::first);
  return place != events.end() && place->first == task ? place->second : 0;
}

std::unique_ptr<Chooser> make_chooser(Strategy strategy, const Forecast& forecast) {
  switch (strategy.kind) {
    case Strategy::Kind::uniform: return std::make_unique<Uniform>();
    case Strategy::Kind::pct: return std::make_unique<Pct>(strategy.depth, forecast.steps);
    case Strategy::Kind::walk: return std::make_unique<WeightedWalk>(forecast);
    case Strategy::Kind::pos: return std::make_unique<Pos>();
  }
  return nullptr;
}

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/schedule.hpp"

#include <algorithm>
#include <utility>

#include "sim/digest.hpp"
#include "sim/explore/event_name.hpp"
#include "sim/explore/liveness.hpp"
#include "sim/explore/promised.hpp"

namespace squall::sim {
namespace {

constexpr SiteKey free_event = site_key("schedule/event");
constexpr SiteKey free_answer = site_key("schedule/answer");
constexpr Purpose which = purpose("which");

/// Gives answers in their order, and draws those that nobody has given.
class Answers final : public Decider {
 public:
  explicit Answers(Seed seed) : run_(run_key(seed)) {}
  /// The next questions are answered by these.
  void give(const std::vector<std::uint32_t>& answers) {
    answers_ = &answers;
    given_ = 0;
    fits_ = true;
    agreed_.clear();
    said_.clear();
  }
  void draw() {
    answers_ = nullptr;
    agreed_.clear();
    said_.clear();
  }
  /// Whether each answer was asked for, and each question had one.
  bool fitted() const { return fits_ && (answers_ == nullptr || given_ == answers_->size()); }

  std::uint32_t choose(const Question&, Purpose what_for, std::uint32_t n, const std::uint32_t* weights) override {
    said_.push_back(answer(what_for, n, weights));
    return said_.back();
  }
  /// What was answered since the answers were given, or, where they are drawn, since `forget`.
  const std::vector<std::uint32_t>& said() const { return said_; }
  void forget() { said_.clear(); }
  /// Purposes of the questions that were not answered with 0 since the answers were given.
  const std::vector<Purpose>& agreed() const { return agreed_; }
  std::uint32_t event(std::uint64_t step, std::uint32_t n) const {
    return below(draw_value(draw_base(run_, free_event, 0, step), which), n);
  }

 private:
  std::uint32_t answer(Purpose what_for, std::uint32_t n, const std::uint32_t* weights) {
    if (answers_ == nullptr)
      return weighted(draw_value(draw_base(run_, free_answer, 0, drawn_++), what_for), n, weights);
    if (given_ < answers_->size() && (*answers_)[given_] < n) {
      const std::uint32_t given = (*answers_)[given_++];
      if (given != 0) agreed_.push_back(what_for);
      return given;
    }
    fits_ = false;
    return 0;
  }

  std::uint64_t run_;
  const std::vector<std::uint32_t>* answers_ = nullptr;
  std::size_t given_ = 0;
  std::uint64_t drawn_ = 0;
  bool fits_ = true;
  std::vector<Purpose> agreed_;
  std::vector<std::uint32_t> said_;
};

/// Who brings an event of this name about: the sender of a message, else whose name it begins with.
std::string_view actor_of(std::string_view event) { return event.substr(0, event.find(' ')); }

class Following {
 public:
  Following(const Exploration& exploration, const Schedule& schedule, const FollowOptions& options)
      : exploration_(exploration),
        schedule_(schedule),
        options_(options),
        answers_(options.seed),
        run_{.model = exploration.model, .decide = answers_, .faults = exploration.faults, .timed = false},
        enabled_(exploration.model, exploration.faults, schedule.timers),
        enabled_last_(exploration.model, exploration.faults, Timers::last),
        content_(exploration.model, exploration.content),
        result_{.world = World{exploration.model, Half::state_only},
                .events = {},
                .fell_away = {},
                .divergence = {},
                .violations = {},
                .undecided = {},
                .came_true = {}} {
    exploration_.fault_budget = schedule.faults;
    run_.sink = options.trace;
    run_.violations = &violations_;
    run_.notes_deliveries = exploration.content.last_delivered;
  }

  Followed run() {
    answers_.give(schedule_.begin);
    begin_explored(world(), run_, exploration_);
    result_.digest = chained(0, content_.hash(world()));
    if (options_.look) options_.look(world());
    if (!answers_.fitted()) diverge(Divergence::Why::answers, schedule_.decisions.size(), {});
    decided();
    if (violations_.empty()) freely();
    keep_violations();
    result_.undecided = violations_.undecided();
    result_.came_true = violations_.came_true();
    return std::move(result_);
  }

 private:
  using By = Followed::By;

  /// Each once, as a search does: several of one event may say the same.
  void keep_violations() {
    for (Violation& violation : violations_.take()) {
      const auto same = [&](const Violation& known) {
        return known.invariant == violation.invariant && known.witness == violation.witness;
      };
      if (std::ranges::none_of(result_.violations, same)) result_.violations.push_back(std::move(violation));
    }
  }

  World& world() { return result_.world; }
  bool goes_on() const { return violations_.empty() && result_.events.size() < options_.steps_max; }

  void diverge(Divergence::Why why, std::size_t decision, std::vector<std::string> possible) {
    result_.divergence = {why, decision, std::move(possible)};
  }

  void play(const std::vector<Event>& events, std::size_t at, const std::vector<std::string>& names, By by) {
    const Event event = events[at];
    const std::size_t seen = options_.trace != nullptr ? options_.trace->lines().size() : 0;
    result_.events.push_back({names[at], by, seen, names.size(), {}, {}});
    if (event.is_move()) result_.events.back().faults.push_back(names[at]);
    run_.moves = by == By::draw ? &enabled_last_.moves() : &enabled_.moves();
    answers_.forget();
    apply(world(), event, run_);
    result_.events.back().answers = answers_.said();
    result_.digest = chained(result_.digest, content_.hash(world()));
    if (options_.look) options_.look(world());
    for (const Purpose purpose : answers_.agreed()) {
      const std::string_view fault = options_.fault_of ? options_.fault_of(purpose) : std::string_view{};
      if (!fault.empty()) result_.events.back().faults.emplace_back(fault);
    }
  }

  /// What is owed since the loop began, and where.
  void begin_loop() {
    loop_hash_ = content_.hash(world());
    loop_event_ = result_.events.size();
    owed_ = promised_in(world(), run_);
  }
  void go_round() {
    const auto now = promised_in(world(), run_);
    std::erase_if(owed_, [&](const auto& owed) {
      return std::ranges::none_of(now, [&](const auto& promise) { return promise.first == owed.first; });
    });
  }
  void close_loop() {
    if (next_ != schedule_.decisions.size() || result_.divergence || !violations_.empty()) return;
    if (content_.hash(world()) != loop_hash_ || result_.events.size() == loop_event_) return;
    result_.loop = loop_event_;
    for (auto& [id, promise] : owed_) {
      promise.reasons.insert(promise.reasons.begin(), for_ever(result_.events.size() - loop_event_));
      violations_.add({.invariant = exploration_.model.monitors[id.monitor].monitor.name,
                       .witness = std::move(promise.witness),
                       .reasons = std::move(promise.reasons)});
    }
  }

  void decided() {
    while (next_ < schedule_.decisions.size() && !result_.divergence && goes_on()) {
      if (schedule_.loop == next_ && detour_ == 0) begin_loop();
      const Decision& next = schedule_.decisions[next_];
      const std::vector<Event>& events = enabled_.list(world());
      const std::vector<std::string> names =
          event_names(exploration_.model, world(), events, exploration_.faults, enabled_.moves());
      if (const auto found = std::ranges::find(names, next.event); found != names.end()) {
        answers_.give(next.answers);
        play(events, static_cast<std::size_t>(found - names.begin()), names, By::decision);
        if (!answers_.fitted()) diverge(Divergence::Why::answers, next_, {});
        detour_ = 0;
        ++next_;
        ++result_.followed;
      } else if (const std::size_t detour = detour_to(next, events, names); detour != events.size()) {
        answers_.draw();
        play(events, detour, names, By::detour);
        ++detour_;
      } else if (fell_away(next, names)) {
        result_.fell_away.push_back(next_++);
      } else {
        diverge(Divergence::Why::impossible, next_, names);
      }
      if (schedule_.loop && *schedule_.loop < next_) go_round();
    }
    if (schedule_.loop) close_loop();
  }

  bool still_to_come(const std::string& name) const {
    return std::ranges::any_of(schedule_.decisions.begin() + static_cast<std::ptrdiff_t>(next_),
                               schedule_.decisions.end(),
                               [&](const Decision& decision) { return decision.event == name; });
  }

  /// Something that nobody has decided on, by who brings `next` about. As many as there are events: nothing.
  std::size_t detour_to(const Decision& next, const std::vector<Event>& events,
                        const std::vector<std::string>& names) const {
    constexpr std::uint32_t detour_max = 64;  // of one decision: an agent may go round for ever
    for (std::size_t e = 0; e < events.size() && detour_ < detour_max; ++e) {
      if (!events[e].is_move() && actor_of(names[e]) == actor_of(next.event) && !still_to_come(names[e])) return e;
    }
    return events.size();
  }

  /// Whether who should bring `next` about can already do something that was decided for later.
  bool fell_away(const Decision& next, const std::vector<std::string>& names) const {
    return std::ranges::any_of(
        names, [&](const std::string& name) { return actor_of(name) == actor_of(next.event) && still_to_come(name); });
  }

  void freely() {
    answers_.draw();
    world().header().fault_budget = 0;  // nobody has decided on another one
    while (goes_on()) {
      const std::vector<Event>& events = enabled_last_.list(world());
      if (events.empty()) {
        result_.ended = true;
        finish(world(), run_, false);
        return;
      }
      const std::uint32_t at = answers_.event(result_.events.size(), static_cast<std::uint32_t>(events.size()));
      play(events, at, event_names(exploration_.model, world(), events, exploration_.faults, enabled_last_.moves()),
           By::draw);
    }
    if (violations_.empty()) finish(world(), run_, true);
  }

  Exploration exploration_;
  const Schedule& schedule_;
  const FollowOptions& options_;
  Answers answers_;
  Violations violations_;
  Run run_;
  Enabled enabled_, enabled_last_;
  Content content_;
  std::vector<std::pair<PromiseId, Promise>> owed_;  ///< all the way round the loop so far
  std::uint64_t loop_hash_ = 0;
  std::size_t loop_event_ = 0;
  std::size_t next_ = 0;      ///< decision
  std::uint32_t detour_ = 0;  ///< events so far that the next decision had to wait for
  Followed result_;
};

}  // namespace

Schedule schedule_of(const Exploration& exploration, const std::vector<std::uint32_t>& begin,
                     const std::vector<Step>& path, std::optional<std::size_t> loop) {
  Schedule schedule{
      .timers = exploration.timers, .faults = exploration.fault_budget, .begin = begin, .decisions = {}, .loop = loop};
  for (const Step& step : path) schedule.decisions.push_back({step.text, step.answers});
  return schedule;
}

Followed follow(const Exploration& exploration, const Schedule& schedule, const FollowOptions& options) {
  return Following{exploration, schedule, options}.run();
}

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/draw.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/monitor.hpp"
#include "sim/trace.hpp"

/// The decisions of an untimed run, as data that outlives its world: what came next, by name, and what was answered.
namespace squall::sim {

/// One decision: the event that comes next, and the answers to what is asked while it is applied.
struct Decision {
  std::string event;  ///< as `event_names` calls it
  std::vector<std::uint32_t> answers;
  friend bool operator==(const Decision&, const Decision&) = default;
};

struct Schedule {
  Timers timers = Timers::any;
  std::uint32_t faults = 0;          ///< the budget that the run began with
  std::vector<std::uint32_t> begin;  ///< answers to what is asked before the first event
  std::vector<Decision> decisions;
  std::optional<std::size_t> loop{};  ///< of an endless run: the decisions from this one on come again and again
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// The decisions of a path of `exploration`.
Schedule schedule_of(const Exploration& exploration, const std::vector<std::uint32_t>& begin,
                     const std::vector<Step>& path, std::optional<std::size_t> loop = {});

/// Where a run could not be the one that its decisions speak of.
struct Divergence {
  enum class Why : std::uint8_t {
    impossible,  ///< no event of that name could happen, nor anything of who brings it about
    answers      ///< other questions were asked than there are answers for
  };
  Why why = Why::impossible;
  std::size_t decision = 0;           ///< its number, from 0; as many as there are: at the beginning
  std::vector<std::string> possible;  ///< names of what could happen instead
};

struct FollowOptions {
  Seed seed{1};                       ///< of what is drawn where there are no decisions any more
  std::uint64_t steps_max = 100'000;  ///< beyond, the run is undecided
  Trace* trace = nullptr;             ///< takes what can be seen
  /// What is called so that a question with this purpose asks about it: a fault that strikes where the answer is not 0.
  std::function<std::string_view(Purpose)> fault_of{};
  /// Shown the world before the first event, and after each.
  std::function<void(const World&)> look{};
};

/// A run along decisions.
struct Followed {
  enum class By : std::uint8_t {
    decision,  ///< as it was decided
    detour,    ///< by the same agent, before what was decided could happen: a step that a change has put in
    draw       ///< freely: after a divergence, or after the last decision
  };
  struct Event {
    std::string name;
    By by = By::decision;
    std::size_t seen = 0;                  ///< so many lines the trace had before
    std::size_t could = 1;                 ///< so many events could have come
    std::vector<std::string> faults{};     ///< that struck: the event itself, or what it asked about
    std::vector<std::uint32_t> answers{};  ///< to what was asked, given or drawn
  };
  World world;                         ///< at the end
  std::vector<Event> events;           ///< that happened, in order
  std::size_t followed = 0;            ///< decisions that were carried out
  std::vector<std::size_t> fell_away;  ///< numbers of those that could not be, and that who brings them about went past
  std::optional<std::size_t> loop{};   ///< events from this one on lead back to where it came: it goes on for ever
  std::optional<Divergence> divergence;
  bool ended = false;        ///< nothing can happen any more
  std::uint64_t digest = 0;  ///< of the states that were passed through, in order
  std::vector<Violation> violations;
  std::vector<Undecided> undecided;
  std::vector<std::string> came_true;
};

/// Plays the decisions of `schedule` from the initial world on, until something is violated: as in a search, what comes
/// after is not looked at. What is owed all the way round a loop is violated when the loop is closed. Where an event cannot happen yet, what else its agent can do comes first (a detour); where that
/// does not help, but that agent can already do what was decided for later, the decision falls away (a step that a change
/// has taken out); else the run has diverged. It then goes on freely, and also where the decisions end without a violation: what
/// comes next is drawn among all that can happen, faults apart, timeouts last. The exploration's timers and faults are
/// those of the schedule.
Followed follow(const Exploration& exploration, const Schedule& schedule, const FollowOptions& options = {});

}  // namespace squall::sim

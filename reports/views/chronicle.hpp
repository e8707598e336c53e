// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/views/snapshot.hpp"
#include "scenarios/run.hpp"
#include "scenarios/untimed.hpp"
#include "sim/observe.hpp"
#include "sim/time.hpp"

/// One recorded run as what pictures and other tools' formats are drawn from: lanes, moments, messages, spans. Numbers only
/// refer to positions in its own lists, names are as the user wrote them.
namespace squall::reports {

using Lane = std::uint32_t;  ///< position in `Chronicle::lanes`
inline constexpr Lane no_lane = 0xffff'ffffU;
inline constexpr std::uint32_t no_moment = 0xffff'ffffU;

/// Something that was seen, and that a story tells.
struct Moment {
  std::uint32_t number = 0;  ///< of the observation in the run, from 1: what `replay --until` takes of a timed run
  sim::Instant at{};
  sim::Seen kind = sim::Seen::count;
  Lane lane = no_lane;  ///< of whom it is seen; none: the kernel
  std::string text;     ///< a sentence without a full stop
  std::string brief;    ///< of a read: `plan 1 / 2`, the version that is held and the current one; of a write: `plan 3`
  bool stale = false;   ///< it reads a version that is not current
};

/// A message on its way.
struct Passage {
  enum class End : std::uint8_t { taken, arrived, lost, refused, under_way };
  Lane from = no_lane, to = no_lane;  ///< `to`: none of a publication that nobody has taken
  std::string what;
  sim::Instant sent{};
  sim::Instant ended{};  ///< when it was there, or lost; of one under way: the end of the run
  std::uint32_t sent_at = no_moment, ended_at = no_moment;  ///< positions in `moments`; none: not told
  End end = End::under_way;
  bool copy = false;  ///< a fault has made it of another
  bool late = false;  ///< on its way for longer than four times the median of the run
};

/// What lasts: a wait, a hold of a resource, an agent that is down, or that does nothing and does not notice.
struct Span {
  enum class Kind : std::uint8_t { wait, hold, down, pause };
  Kind kind = Kind::wait;
  Lane lane = no_lane;
  std::string what;
  sim::Instant from{};
  sim::Instant to{};
  bool open = false;  ///< it lasts at the end of the run
};

/// Of an untimed run: an event that was decided on, or that came by itself.
struct Decided {
  std::uint32_t number = 0;  ///< in the run, from 1: what `replay --until` takes; 0: the beginning
  std::string name;
  std::string how;                  ///< `drawn`, `which nobody had decided on`; empty: as it was decided
  std::size_t could = 1;            ///< so many events could have come
  std::vector<std::string> faults;  ///< that struck
  std::size_t line = 0;             ///< so many observations there were before it
  std::uint32_t first = 0;          ///< position in `moments` of what was seen of it …
  std::uint32_t count = 0;          ///< … and how many they are
};

/// Instants of an untimed run count its events: this is how long one lasts, for tools that need a time.
inline constexpr sim::Duration untimed_event = std::chrono::milliseconds{1};

struct Chronicle {
  bool timed = true;               ///< instants are virtual time; else they count events
  std::vector<std::string> lanes;  ///< agents in the order of their declaration
  std::vector<Moment> moments;     ///< in the order in which they were seen
  std::vector<Passage> messages;   ///< in the order in which they were sent
  std::vector<Span> spans;
  std::vector<Decided> decided;         ///< of an untimed run: its beginning, and its events
  std::optional<std::uint32_t> loop{};  ///< of an endless run: events from this number on come again and again
  sim::Instant end{};                   ///< of the last event
  std::size_t moments_all = 0;          ///< of the whole run, those left out included
  std::size_t first = 0;                ///< how many were left out before `moments`

  /// When a violation began: of an untimed run at its end.
  sim::Instant when(const sim::Violation& violation) const { return timed ? violation.at : end; }
  /// An instant as people read it: `1m02.300s`, `event 7`.
  std::string when_text(sim::Instant at) const;
};

struct Window {
  std::size_t before = 400;  ///< moments that are kept before the first violation …
  std::size_t after = 200;   ///< … and after the last one; of a run without one: the end, so many as both together
};
/// Keeps every moment.
inline constexpr Window whole_run{std::size_t{1} << 40, std::size_t{1} << 40};

/// Of a run that was recorded: O(observations). What lies outside the window is left out, and counted.
Chronicle chronicle(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Window window = {});
/// The same of an untimed run.
Chronicle chronicle(const scenarios::Scenario& scenario, const scenarios::UntimedRun& run, Window window = {});

/// The world as it stood after each of `chronicle`'s moments, found by playing the run of `seed` once more.
std::vector<Snapshot> snapshots(const scenarios::Scenario& scenario, sim::Seed seed, const Chronicle& chronicle);
/// The world as it stood after each of `chronicle.decided`, found by playing the untimed run once more.
std::vector<Snapshot> snapshots(const scenarios::Scenario& scenario, const sim::Schedule& schedule, sim::Seed seed,
                                const Chronicle& chronicle);

/// The same after observation number `until`, or at the end of the run where that comes first.
Snapshot snapshot_at(const scenarios::Scenario& scenario, sim::Seed seed, std::uint64_t until);
/// After event number `until` of an untimed run; 0: before the first.
Snapshot snapshot_at(const scenarios::Scenario& scenario, const sim::Schedule& schedule, sim::Seed seed,
                     std::uint64_t until);

}  // namespace squall::reports

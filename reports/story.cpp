// SPDX-License-Identifier: Apache-2.0
#include "reports/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "reports/text.hpp"
#include "reports/views/versions.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "sim/error.hpp"
#include "sim/invariants/invariant.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;

class Speaker {
 public:
  Speaker(const Model& model, const World& world) : model_(model), world_(world) {}

  std::string name(AgentId id) const { return printable(agent_name(model_, world_, id)); }
  std::string topic(TopicId id) const {
    if (id == reply_topic) return "a reply";
    if (is_reply(id)) return "the error " + error(index(id) - index(error_reply_topic));
    if (id == any_topic) return "a message";
    const TopicInfo& info = model_.topic(id);
    return printable(info.told.empty() ? info.name : info.told);
  }
  std::string thing(const TraceLine& line) const {
    const std::string label = topic(line.seen.topic);
    if (index(line.artifact) >= model_.artifact_names.size()) return label;
    const std::string artifact = printable(model_.artifact_names[index(line.artifact)]);
    return artifact == label ? label : fmt::format("{} ({})", label, artifact);
  }
  std::string artifact(const TraceLine& line) const {
    return index(line.artifact) < model_.artifact_names.size() ? printable(model_.artifact_names[index(line.artifact)])
                                                               : "an artifact";
  }
  std::string error(std::uint32_t code) const {
    const auto own = static_cast<std::uint32_t>(Error::own);
    if (code >= own && code - own < model_.errors.size()) return printable(model_.errors[code - own]);
    return std::string{error_name(static_cast<Error>(code))};
  }

  std::string source(const Source& source) const {
    std::string text = topic(source.topic);
    if (source.count_max > 1) text = fmt::format("{} x {}", source.count_max, text);
    if (source.from == Source::From::members) {
      const DefinitionId from = world_.agent(source.first).definition;
      text += " from " + (source.members == 1 ? name(source.first) : printable(model_.definition(from).name));
    }
    return text;
  }

  std::string awaited(const TraceLine& line) const {
    switch (static_cast<Wait>(line.seen.detail)) {
      case Wait::mailbox: {
        if (line.seen.topic != any_topic) return topic(line.seen.topic);
        const auto& waits = model_.definition(world_.agent(line.seen.agent).definition).behaviour->waits;
        const WaitSpec& wait = waits[static_cast<std::size_t>(line.seen.value)];
        std::vector<std::string> sources;
        for (const Source& each : wait.sources) sources.push_back(source(each));
        return listed(sources, wait.all ? "and" : "or");
      }
      case Wait::reply: return "an answer";
      case Wait::resource: return printable(model_.resources[static_cast<std::size_t>(line.seen.value)].name);
      case Wait::children: return "the end of what it began";
      case Wait::room: return "room in the inbox of " + name(AgentId{static_cast<std::uint32_t>(line.seen.value)});
      case Wait::hung:
      case Wait::none: break;
    }
    return "nothing";
  }

  std::string say(const TraceLine& line) const {
    const Observation& seen = line.seen;
    const std::string who = seen.agent == nobody ? "the kernel" : name(seen.agent);
    const auto detail_of = [&](const auto& names) { return printable(names[seen.detail].name); };
    if (const auto inside = say_inside(line, who)) return *inside;
    switch (seen.kind) {
      case Seen::sent:
        return seen.other == nobody ? fmt::format("{} publishes {}", who, thing(line))
                                    : fmt::format("{} sends {} to {}", who, thing(line), name(seen.other));
      case Seen::lost: return fmt::format("{} from {} to {} is lost", thing(line), who, name(seen.other));
      case Seen::dead_letter: return fmt::format("{} reaches {}, which takes nothing any more", thing(line), who);
      case Seen::dropped: return fmt::format("the full inbox of {} drops {}", who, thing(line));
      case Seen::consumed:
        return seen.other == nobody ? fmt::format("{} receives {}", who, thing(line))
                                    : fmt::format("{} receives {} from {}", who, thing(line), name(seen.other));
      case Seen::waited: return fmt::format("{} waits for {}", who, awaited(line));
      case Seen::timed_out: return fmt::format("{} runs out of time", who);
      case Seen::wrote: return fmt::format("{} writes {}", who, detail_of(model_.keys));
      case Seen::read:
        return seen.value == 0 ? fmt::format("{} reads {}, which nobody has written", who, detail_of(model_.keys))
                               : fmt::format("{} reads {}, version {}", who, detail_of(model_.keys), seen.value);
      case Seen::conflicted: return fmt::format("{} may not write {}", who, detail_of(model_.keys));
      case Seen::effect: return fmt::format("the effect of {} happens for {}", detail_of(model_.tools), who);
      case Seen::replied: {
        const auto code = static_cast<std::uint32_t>(seen.value);
        return code == 0 ? fmt::format("{} answers {}", detail_of(model_.tools), who)
                         : fmt::format("{} answers {} with the error {}", detail_of(model_.tools), who, error(code));
      }
      case Seen::acquired: return fmt::format("{} acquires {}", who, detail_of(model_.resources));
      case Seen::released: return fmt::format("{} releases {}", who, detail_of(model_.resources));
      case Seen::expired: return fmt::format("{} loses {}: the lease is over", who, detail_of(model_.resources));
      case Seen::disowned: return fmt::format("{} is told that it holds no {}", who, detail_of(model_.resources));
      case Seen::crashed: return fmt::format("{} crashes", who);
      case Seen::hung: return fmt::format("{} hangs", who);
      case Seen::restarted: return fmt::format("{} starts again", who);
      case Seen::spawned: return fmt::format("{} spawns {}", who, name(seen.other));
      case Seen::cancelled: return fmt::format("{} is {}", who, seen.value != 0 ? "stopped" : "asked to stop");
      case Seen::made: return fmt::format("{} has made {}", who, artifact(line));
      case Seen::validated:
        return fmt::format("{} {} {}", who, seen.value != 0 ? "accepts" : "refuses", artifact(line));
      case Seen::failed: return ended_badly(who, seen);
      case Seen::finished: return fmt::format("{} is done", who);
      case Seen::reported: return fmt::format("{} reports {}", who, seen.value != 0 ? "success" : "failure");
      case Seen::emitted: return fmt::format("{} emits {}", who, printable(model_.events[seen.detail]));
      case Seen::discarded: return fmt::format("{} throws {} away", who, thing(line));
      case Seen::late_reply: return fmt::format("{} comes too late for {}", thing(line), who);
      case Seen::acked: return fmt::format("{} acknowledges {}", who, thing(line));
      case Seen::arrived:
      case Seen::delivered:
      case Seen::resumed:
      case Seen::began:
      case Seen::closed:
      case Seen::interrupted:
      case Seen::turned:
      case Seen::count: break;  // told by what follows from it
    }
    return {};
  }

 private:
  /// Between the nodes of a graph and their runtime, in the graph's own words; empty where it is told by what follows.
  /// Nullopt: nothing of the kind.
  std::optional<std::string> say_inside(const TraceLine& line, const std::string& who) const {
    namespace inner = scenarios::inner;
    const Observation& seen = line.seen;
    if (seen.kind == Seen::waited && static_cast<Wait>(seen.detail) == Wait::mailbox) {
      const auto& waits = model_.definition(world_.agent(seen.agent).definition).behaviour->waits;
      if (static_cast<std::size_t>(seen.value) >= waits.size()) return std::nullopt;  // a struct agent's
      const TopicId topic = waits[static_cast<std::size_t>(seen.value)].sources[0].topic;
      const bool inside = index(topic) < model_.topics.size() && model_.topic(topic).name == inner::done;
      return inside ? std::optional<std::string>{""} : std::nullopt;
    }
    if (index(seen.topic) >= model_.topics.size() || model_.topic(seen.topic).told.empty()) return std::nullopt;
    const TopicInfo& info = model_.topic(seen.topic);
    if (seen.kind == Seen::consumed || seen.kind == Seen::acked) return "";
    if (seen.kind == Seen::dead_letter && info.inner) return "";  // the process is gone
    if (seen.kind == Seen::sent && info.name == inner::failed) return fmt::format("{} has failed", who);
    if (seen.kind != Seen::sent) return std::nullopt;
    if (info.name == inner::run || info.name == inner::enter) return fmt::format("{} starts {}", who, name(seen.other));
    const std::string written = inner::write("");
    if (info.name.starts_with(written))
      return fmt::format("{} writes {}, to be committed", who, printable(info.name.substr(written.size())));
    if (info.name.find(" -> ") != std::string::npos) return fmt::format("{} is left over", printable(info.told));
    return "";
  }

  std::string ended_badly(const std::string& who, const Observation& seen) const {
    switch (static_cast<Ending>(seen.value)) {
      case Ending::cancelled: return fmt::format("{} ends, as it was asked to", who);
      case Ending::crashed: return fmt::format("{} is cut off by a crash", who);
      case Ending::ok:
      case Ending::failed: break;
    }
    // What a program's plain `fail` is called says no more than that it failed.
    const bool plain = static_cast<Error>(seen.detail) == Error::failed;
    const std::string because = seen.row < model_.texts.size() ? printable(model_.texts[seen.row]) : "";
    if (plain) return because.empty() ? fmt::format("{} fails", who) : fmt::format("{} fails: {}", who, because);
    const std::string why = error(seen.detail);
    return because.empty() ? fmt::format("{} fails: {}", who, why)
                           : fmt::format("{} fails: {} ({})", who, why, because);
  }

  const Model& model_;
  const World& world_;
};

std::string_view claim_of(const Model& model, const std::string& invariant) {
  for (const PlacedMonitor& placed : model.monitors) {
    if (invariant == placed.monitor.name) return placed.monitor.claim;
  }
  return {};
}

std::string instant_text(Instant instant) { return duration_text(instant.time_since_epoch()); }

std::string_view ending(Halt halt) {
  switch (halt) {
    case Halt::idle: return "Then nothing can happen any more.";
    case Halt::event_limit: return "The run was stopped undecided: its limit of events was reached.";
    case Halt::time_limit: return "The run was stopped undecided: its limit of virtual time was reached.";
    case Halt::pending_limit: return "The run was stopped undecided: too much was pending at once.";
  }
  return {};
}

void add_checks(std::string& text, const Model& model) {
  if (model.monitors.empty()) return;
  text += "\nChecked:\n";
  for (const PlacedMonitor& placed : model.monitors) {
    text += fmt::format("  {}: {}\n", placed.monitor.name, placed.monitor.claim);
  }
}

void add_violation(std::string& text, const Model& model, const Violation& violation) {
  text += fmt::format("\nViolated: {}", violation.invariant);
  if (const std::string_view claim = claim_of(model, violation.invariant); !claim.empty()) {
    text += fmt::format(" ({})", claim);
  }
  const std::vector<std::string> said = sentences(violation);
  text += fmt::format("\n  {}:\n", said.front());
  for (std::size_t s = 1; s < said.size(); ++s) text += fmt::format("    {}\n", said[s]);
}

/// A wait is there to be seen before it is known that it never ends.
bool is_a_wait(const Violation& violation) {
  return violation.invariant == DeadlockFreedom::name || violation.invariant == NoOrphanedWait::name;
}

std::string mark_of(const Violation& violation) {
  if (violation.cycle) return fmt::format("*** the cycle is closed ({})", violation.invariant);
  if (is_a_wait(violation)) return fmt::format("*** a wait begins that never ends ({})", violation.invariant);
  return fmt::format("*** {} is violated", violation.invariant);
}

/// What happened, in the order in which it did, with a mark where a violation begins. Of a long run what is near the marks,
/// else its end.
void add_lines(std::string& text, const Telling& telling) {
  constexpr std::size_t before_max = 60, after_max = 30;
  std::vector<std::string> lines;
  std::size_t marked_first = 0, marked_last = 0;
  std::vector<const Violation*> to_mark;
  for (const Violation& violation : telling.violations) to_mark.push_back(&violation);
  std::ranges::stable_sort(to_mark, {}, &Violation::at);
  std::size_t marked = 0;
  const auto mark_until = [&](Instant now) {
    for (; marked < to_mark.size() && to_mark[marked]->at < now; ++marked) {
      if (marked == 0) marked_first = lines.size();
      marked_last = lines.size();
      lines.push_back(
          fmt::format("  {:>12}  {}\n", instant_text(to_mark[marked]->at), printable(mark_of(*to_mark[marked]))));
    }
  };
  const Speaker speaker{telling.model, telling.world};
  Versions versions{telling.model};
  for (const TraceLine& line : telling.trace.lines()) {
    versions.see(line);
    std::string said = speaker.say(line);
    if (said.empty()) continue;
    if (versions.stale(line)) said += fmt::format("; version {} is current", versions.current(line));
    mark_until(line.at);
    lines.push_back(fmt::format("  {:>12}  {}\n", instant_text(line.at), said));
  }
  mark_until(end_of_time);
  if (to_mark.empty()) marked_first = marked_last = lines.size();

  const std::size_t from = marked_first - std::min(marked_first, before_max);
  const std::size_t to = std::min(lines.size(), marked_last + after_max);
  const auto left_out = [&](std::size_t number) {
    if (number != 0) text += fmt::format("  {:>12}  ({} more)\n", "...", number);
  };
  left_out(from);
  for (std::size_t l = from; l < to; ++l) text += lines[l];
  left_out(lines.size() - to);
  text += fmt::format("  {}\n", ending(telling.halt));
}

}  // namespace

std::string sentence(const Model& model, const World& world, const TraceLine& line) {
  return Speaker{model, world}.say(line);
}

/// Who could have ended a wait may have been lost later than it began: a violation's instant is that of the waits alone. A
/// cycle begins where its canonical form does, so the same trouble reads the same in every run.
std::vector<std::string> sentences(const Violation& violation) {
  const std::size_t edges = violation.members.size();
  const std::size_t start = edges == 0 ? 0 : canonical_start(violation);
  std::vector<std::string> said;
  if (edges == 0) {
    said.push_back(fmt::format("{} {}", is_a_wait(violation) ? "since" : "at", instant_text(violation.at)));
  } else {
    std::string cycle = "the cycle ";
    for (std::size_t e = 0; e < edges; ++e) cycle += printable(violation.members[(start + e) % edges]) + " -> ";
    said.push_back(
        fmt::format("{}{}, closed at {}", cycle, printable(violation.members[start]), instant_text(violation.at)));
  }
  for (std::size_t r = 0; r < violation.reasons.size(); ++r) {
    const std::size_t turned = r < edges ? (start + r) % edges : r;
    said.push_back(printable(violation.reasons[turned]));
  }
  return said;
}

std::string findings(const Telling& telling) {
  const Model& model = telling.model;
  const bool open = telling.halt != Halt::idle || !telling.open.empty();
  std::string text = fmt::format("{}, seed {}: {}\n", printable(model.name), telling.seed,
                                 !telling.violations.empty() ? "violated"
                                 : open                      ? "undecided"
                                                             : "every check holds in this run");
  if (telling.violations.empty()) add_checks(text, model);
  for (const Violation& violation : telling.violations) add_violation(text, model, violation);
  if (!telling.open.empty()) {
    text += "\nLeft open:\n";
    for (const Undecided& each : telling.open)
      text += fmt::format("  {}: {}\n", printable(each.invariant), printable(each.why));
  }
  return text;
}

std::string story(const Telling& telling) {
  std::string text = findings(telling);
  text += "\nWhat happened:\n";
  if (telling.happened.empty()) {
    add_lines(text, telling);
  } else {
    text += telling.happened + fmt::format("  {}\n", ending(telling.halt));
  }

  if (telling.injections.empty()) {
    text += "\nNo fault struck.\n";
  } else {
    text += "\nFaults that struck:\n";
    for (const std::string& injection : telling.injections) text += fmt::format("  - {}\n", printable(injection));
  }
  if (!telling.unstruck.empty()) {
    text += "\nLines of the plan that did not strike:\n";
    for (const std::string& line : telling.unstruck) text += fmt::format("  - {}\n", printable(line));
  }
  if (!telling.undrawn.empty()) {
    text += "\nPinned answers that nothing has asked for:\n";
    for (const std::string& name : telling.undrawn) text += fmt::format("  - {}\n", printable(name));
  }
  text += fmt::format("\nThe same run again: {}\n", telling.replay);
  return text;
}

std::vector<std::string> unstruck_of(const scenarios::Scenario& scenario, const scenarios::Recording& recording) {
  std::vector<std::string> lines;
  for (std::size_t line = 0; line < scenario.plan.lines.size() && line < recording.struck.size(); ++line) {
    if (recording.struck[line] == 0) lines.push_back(faults::to_text(scenario.plan.lines[line]));
  }
  return lines;
}

namespace {

/// Hands a recorded run to a writer.
template <class Writer>
std::string told(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
                 const std::string& replay, const Writer& write) {
  std::vector<std::string> injections;
  for (const faults::Line& line : recording.injected.lines) injections.push_back(faults::to_text(line));
  const std::vector<std::string> unstruck = unstruck_of(scenario, recording);
  const std::vector<std::string> undrawn = scenarios::undrawn(scenario, recording.world);
  return write({.model = scenario.model,
                .world = recording.world,
                .trace = recording.trace,
                .violations = recording.outcome.violations,
                .injections = injections,
                .open = recording.outcome.undecided,
                .unstruck = unstruck,
                .undrawn = undrawn,
                .halt = recording.outcome.halt,
                .seed = static_cast<std::uint64_t>(seed),
                .replay = replay});
}

}  // namespace

std::string story(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
                  const std::string& replay) {
  return told(scenario, recording, seed, replay, [](const Telling& telling) { return story(telling); });
}

std::string story(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed,
                  const std::string& replay, const std::string& happened) {
  return told(scenario, recording, seed, replay, [&](Telling telling) {
    telling.happened = happened;
    return story(telling);
  });
}

std::string findings(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Seed seed) {
  return told(scenario, recording, seed, "", [](const Telling& telling) { return findings(telling); });
}

}  // namespace squall::reports

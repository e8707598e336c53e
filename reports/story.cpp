// SPDX-License-Identifier: Apache-2.0
#include "reports/story.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text.hpp"
#include "sim/error.hpp"
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
    if (is_reply(id)) return id == reply_topic ? "a reply" : "an error reply";
    return id == any_topic ? "a message" : printable(model_.topic(id).name);
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
      case Wait::children: return "its branches";
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
      case Seen::timed_out: return fmt::format("{} waits no longer: its time is over", who);
      case Seen::wrote: return fmt::format("{} writes {}", who, detail_of(model_.keys));
      case Seen::read: return fmt::format("{} reads {}, version {}", who, detail_of(model_.keys), seen.value);
      case Seen::conflicted: return fmt::format("{} may not write {}", who, detail_of(model_.keys));
      case Seen::effect: return fmt::format("the effect of {} happens for {}", detail_of(model_.tools), who);
      case Seen::replied: return fmt::format("a tool answers {}", who);
      case Seen::acquired: return fmt::format("{} acquires {}", who, detail_of(model_.resources));
      case Seen::released: return fmt::format("{} releases {}", who, detail_of(model_.resources));
      case Seen::expired: return fmt::format("{} loses {}: the lease is over", who, detail_of(model_.resources));
      case Seen::crashed: return fmt::format("{} crashes", who);
      case Seen::hung: return fmt::format("{} hangs", who);
      case Seen::restarted: return fmt::format("{} starts again", who);
      case Seen::spawned: return fmt::format("{} spawns {}", who, name(seen.other));
      case Seen::cancelled: return fmt::format("{} is {}", who, seen.value != 0 ? "stopped" : "asked to stop");
      case Seen::made: return fmt::format("{} has made {}", who, artifact(line));
      case Seen::validated:
        return fmt::format("{} {} {}", who, seen.value != 0 ? "accepts" : "refuses", artifact(line));
      case Seen::failed: return fmt::format("{} fails: {}", who, error(seen.detail));
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
      case Seen::count: break;  // told by what follows from it
    }
    return {};
  }

 private:
  const Model& model_;
  const World& world_;
};

std::string_view claim_of(const Model& model, const std::string& invariant) {
  for (const PlacedMonitor& placed : model.monitors) {
    if (invariant == placed.monitor.name) return placed.monitor.claim;
  }
  return {};
}

std::string_view ending(Halt halt) {
  switch (halt) {
    case Halt::idle: return "Then nothing is pending any more.";
    case Halt::event_limit: return "The run was stopped undecided: its limit of events was reached.";
    case Halt::time_limit: return "The run was stopped undecided: its limit of virtual time was reached.";
    case Halt::pending_limit: return "The run was stopped undecided: too much was pending at once.";
  }
  return {};
}

}  // namespace

std::string sentence(const Model& model, const World& world, const TraceLine& line) {
  return Speaker{model, world}.say(line);
}

std::string story(const Telling& telling) {
  const Model& model = telling.model;
  std::string text = fmt::format("{}, seed {}: {}\n", printable(model.name), telling.seed,
                                 !telling.violations.empty()  ? "violated"
                                 : telling.halt == Halt::idle ? "every check holds in this run"
                                                              : "undecided");
  for (const Violation& violation : telling.violations) {
    text += fmt::format("\n{}, at {}", violation.invariant, duration_text(violation.at.time_since_epoch()));
    if (const std::string_view claim = claim_of(model, violation.invariant); !claim.empty()) {
      text += fmt::format(" (it claims that {})", claim);
    }
    text += ":\n";
    for (const std::string& reason : violation.reasons) text += fmt::format("  {}\n", printable(reason));
  }

  Instant until = telling.violations.empty() ? end_of_time : start_of_time;
  for (const Violation& violation : telling.violations) until = std::max(until, violation.at);
  text += telling.violations.empty() ? "\nWhat happened:\n" : "\nWhat happened until then:\n";
  const Speaker speaker{model, telling.world};
  for (const TraceLine& line : telling.trace.lines()) {
    if (line.at > until) break;
    const std::string said = speaker.say(line);
    if (!said.empty()) text += fmt::format("  {:>12}  {}\n", duration_text(line.at.time_since_epoch()), said);
  }
  if (telling.violations.empty()) text += fmt::format("  {}\n", ending(telling.halt));

  if (telling.injections.empty()) {
    text += "\nNo fault struck.\n";
  } else {
    text += "\nFaults that struck:\n";
    for (const std::string& injection : telling.injections) text += fmt::format("  - {}\n", printable(injection));
  }
  text += fmt::format("\nThe same run again: {}\n", telling.replay);
  return text;
}

}  // namespace squall::reports

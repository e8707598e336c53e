// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "reports/formats/formats.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "reports/views/versions.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

/// ASCII, and broken UTF-8 replaced, so that any consumer reads it.
std::string dumped(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::int64_t nanoseconds(sim::Instant instant) { return instant.time_since_epoch().count(); }
double microseconds(sim::Duration duration) { return static_cast<double>(duration.count()) / 1000; }

const char* name_of(Span::Kind kind) {
  switch (kind) {
    case Span::Kind::wait: return "waits for ";
    case Span::Kind::hold: return "holds ";
    case Span::Kind::down:
    case Span::Kind::pause: break;
  }
  return "";
}

const char* track_name(Span::Kind kind) {
  switch (kind) {
    case Span::Kind::wait: return "waits";
    case Span::Kind::hold: return "holds";
    case Span::Kind::down: return "down";
    case Span::Kind::pause: break;
  }
  return "pauses";
}

std::string name_of(const Span& span) { return name_of(span.kind) + span.what; }

/// Spans of one agent and one kind may overlap (it has several activations): each goes to the first track that is free.
class Tracks {
 public:
  explicit Tracks(const Chronicle& run) : run_(run), next_(static_cast<std::uint32_t>(run.lanes.size()) + 1) {
    std::vector<std::size_t> order;
    for (std::size_t s = 0; s < run.spans.size(); ++s) order.push_back(s);
    std::ranges::stable_sort(order, {}, [&](std::size_t s) { return run.spans[s].from; });
    tracks_.resize(run.spans.size());
    for (const std::size_t s : order) tracks_[s] = track_for(run.spans[s]);
  }

  std::uint32_t of(std::size_t span) const { return tracks_[span]; }

  struct Track {
    std::uint32_t number;
    std::string name;
  };
  const std::vector<Track>& all() const { return all_; }

 private:
  struct Open {
    std::uint32_t number;
    sim::Instant until;
  };

  std::uint32_t track_for(const Span& span) {
    std::vector<Open>& open = open_[{span.lane, span.kind}];
    for (Open& track : open) {
      if (track.until > span.from) continue;
      track.until = span.to;
      return track.number;
    }
    const char* what = track_name(span.kind);
    all_.push_back({next_, fmt::format("{}: {}", printable(run_.lanes[span.lane]), what)});
    open.push_back({next_, span.to});
    return next_++;
  }

  const Chronicle& run_;
  std::uint32_t next_;
  std::map<std::pair<Lane, Span::Kind>, std::vector<Open>> open_;
  std::vector<std::uint32_t> tracks_;
  std::vector<Track> all_;
};

Json attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}
Json attribute(const char* key, std::int64_t value) {
  return {{"key", key}, {"value", {{"intValue", fmt::format("{}", value)}}}};
}

constexpr const char* untimed_times = "there is no time: a millisecond stands for an event";

std::string unix_nano(sim::Instant instant) { return fmt::format("{}", nanoseconds(instant)); }

}  // namespace

const char* name_of(sim::Seen kind) {
  static constexpr auto names = std::to_array<const char*>(
      {"arrived",   "sent",       "lost",    "delivered", "dead-letter", "dropped",    "consumed", "waited",
       "resumed",   "timed-out",  "began",   "wrote",     "read",        "conflicted", "effect",   "replied",
       "acquired",  "released",   "expired", "disowned",  "interrupted", "crashed",    "hung",     "restarted",
       "spawned",   "cancelled",  "made",    "validated", "failed",      "finished",   "reported", "emitted",
       "discarded", "late-reply", "acked",   "closed",    "turned"});
  static_assert(names.size() == static_cast<std::size_t>(sim::Seen::count));
  return names[static_cast<std::size_t>(kind)];
}

std::string trace_event(const Recorded& recorded) {
  const Chronicle& run = recorded.run;
  const Tracks tracks{run};
  Json events = Json::array();
  const auto track = [&](std::uint32_t number, const std::string& name) {
    events.push_back({{"ph", "M"}, {"name", "thread_name"}, {"pid", 1}, {"tid", number}, {"args", {{"name", name}}}});
    events.push_back(
        {{"ph", "M"}, {"name", "thread_sort_index"}, {"pid", 1}, {"tid", number}, {"args", {{"sort_index", number}}}});
  };
  events.push_back({{"ph", "M"},
                    {"name", "process_name"},
                    {"pid", 1},
                    {"args", {{"name", printable(recorded.scenario.model.name)}}}});
  for (std::uint32_t l = 0; l < run.lanes.size(); ++l) track(l + 1, printable(run.lanes[l]));
  for (const Tracks::Track& each : tracks.all()) track(each.number, each.name);
  for (std::size_t s = 0; s < run.spans.size(); ++s) {
    const Span& span = run.spans[s];
    events.push_back({{"ph", "X"},
                      {"name", printable(name_of(span))},
                      {"cat", span.open ? "without end" : "span"},
                      {"ts", microseconds(span.from.time_since_epoch())},
                      {"dur", microseconds(span.to - span.from)},
                      {"pid", 1},
                      {"tid", tracks.of(s)}});
  }
  for (const Moment& moment : run.moments) {
    events.push_back({{"ph", "i"},
                      {"name", printable(moment.text)},
                      {"cat", name_of(moment.kind)},
                      {"ts", microseconds(moment.at.time_since_epoch())},
                      {"pid", 1},
                      {"tid", moment.lane == no_lane ? 0 : moment.lane + 1},
                      {"s", moment.lane == no_lane ? "g" : "t"}});
  }
  std::uint64_t flow = 0;
  for (const Passage& passage : run.messages) {
    if (passage.from == no_lane || passage.to == no_lane || passage.end != Passage::End::taken) continue;
    ++flow;
    const auto end = [&](const char* phase, sim::Instant at, Lane lane) {
      Json event{{"ph", phase},    {"name", printable(passage.what)},           {"cat", "message"},
                 {"id", flow},     {"ts", microseconds(at.time_since_epoch())}, {"pid", 1},
                 {"tid", lane + 1}};
      if (*phase == 'f') event["bp"] = "e";
      events.push_back(std::move(event));
    };
    end("s", passage.sent, passage.from);
    end("f", passage.ended, passage.to);
  }
  Json about{{"squall", version()}, {"replay", printable(recorded.replay)}};
  if (!run.timed) about["untimed"] = untimed_times;
  return dumped({{"displayTimeUnit", "ns"}, {"otherData", std::move(about)}, {"traceEvents", std::move(events)}});
}

std::string otlp(const Recorded& recorded) {
  const Chronicle& run = recorded.run;
  const scenarios::Outcome& outcome = recorded.recording.outcome;
  // One trace for one run: the same run has the same ids.
  const std::string trace = digest_text(outcome.digest | 1) + digest_text(static_cast<std::uint64_t>(recorded.seed));
  const auto span_id = [](std::uint64_t number) { return digest_text(number + 1); };
  Json spans = Json::array();
  const auto span = [&](std::uint64_t number, const std::string& parent, const std::string& name, sim::Instant from,
                        sim::Instant to) {
    return Json{{"traceId", trace},
                {"spanId", span_id(number)},
                {"parentSpanId", parent},
                {"name", name},
                {"kind", 1},
                {"startTimeUnixNano", unix_nano(from)},
                {"endTimeUnixNano", unix_nano(to)},
                {"attributes", Json::array()}};
  };
  Json root = span(0, "", printable(recorded.scenario.model.name), sim::start_of_time, run.end);
  root["attributes"].push_back(attribute("gen_ai.operation.name", std::string{"invoke_workflow"}));
  root["attributes"].push_back(attribute("squall.seed", fmt::format("{}", static_cast<std::uint64_t>(recorded.seed))));
  root["attributes"].push_back(attribute("squall.replay", printable(recorded.replay)));
  if (!run.timed) root["attributes"].push_back(attribute("squall.untimed", std::string{untimed_times}));
  Json troubles = Json::array();
  for (const sim::Violation& violation : outcome.violations) {
    troubles.push_back(
        {{"timeUnixNano", unix_nano(run.when(violation))},
         {"name", "violated: " + violation.invariant},
         {"attributes", Json::array({attribute("squall.witness",
                                               printable(fmt::format("{}", fmt::join(violation.witness, ", "))))})}});
  }
  root["events"] = std::move(troubles);
  root["status"] = outcome.violated()
                       ? Json{{"code", 2}, {"message", "violated: " + outcome.violations.front().invariant}}
                       : Json{{"code", 1}};
  spans.push_back(std::move(root));

  std::vector<Json> agents;
  for (Lane l = 0; l < run.lanes.size(); ++l) {
    Json agent = span(l + 1, span_id(0), "invoke_agent " + printable(run.lanes[l]), sim::start_of_time, run.end);
    agent["attributes"].push_back(attribute("gen_ai.operation.name", std::string{"invoke_agent"}));
    agent["attributes"].push_back(attribute("gen_ai.agent.name", printable(run.lanes[l])));
    agent["events"] = Json::array();
    agent["links"] = Json::array();
    agents.push_back(std::move(agent));
  }
  for (const Moment& moment : run.moments) {
    if (moment.lane == no_lane) continue;
    agents[moment.lane]["events"].push_back(
        {{"timeUnixNano", unix_nano(moment.at)},
         {"name", printable(moment.text)},
         {"attributes", Json::array({attribute("squall.kind", std::string{name_of(moment.kind)})})}});
  }
  for (const Passage& passage : run.messages) {
    if (passage.from == no_lane || passage.to == no_lane || passage.end != Passage::End::taken) continue;
    agents[passage.to]["links"].push_back(
        {{"traceId", trace},
         {"spanId", span_id(passage.from + 1)},
         {"attributes",
          {attribute("squall.message", printable(passage.what)), attribute("squall.sent_ns", nanoseconds(passage.sent)),
           attribute("squall.taken_ns", nanoseconds(passage.ended))}}});
  }
  for (Json& agent : agents) spans.push_back(std::move(agent));
  std::uint64_t number = run.lanes.size() + 1;
  for (const Span& each : run.spans) {
    Json lasting = span(number++, span_id(each.lane + 1), printable(name_of(each)), each.from, each.to);
    if (each.open)
      lasting["attributes"].push_back(attribute("squall.open", std::string{"it lasts at the end of the run"}));
    spans.push_back(std::move(lasting));
  }
  const Json scope{{"name", "squall"}, {"version", version()}};
  const Json resource{
      {"attributes", Json::array({attribute("service.name", printable(recorded.scenario.model.name))})}};
  return dumped({{"resourceSpans",
                  {{{"resource", resource}, {"scopeSpans", {{{"scope", scope}, {"spans", std::move(spans)}}}}}}}});
}

std::string trace_lines(const Recorded& recorded) {
  const sim::Model& model = recorded.scenario.model;
  const sim::World& world = recorded.recording.world;
  std::string text = dumped({{"squall_trace", 1},
                             {"version", version()},
                             {"workflow", printable(model.name)},
                             {"seed", static_cast<std::uint64_t>(recorded.seed)},
                             {"digest", "0x" + digest_text(recorded.recording.outcome.digest)}});
  const auto name = [&](sim::AgentId id) { return printable(agent_name(model, world, id)); };
  const auto known = [&](sim::AgentId id) { return index(id) < world.used(sim::Pool::agents); };
  Versions versions{model};
  std::size_t n = 0, event = 0;
  const std::vector<Decided>& decided = recorded.run.decided;
  for (const sim::TraceLine& line : recorded.recording.trace.lines()) {
    Json json{{"n", ++n}, {"at_ns", nanoseconds(line.at)}, {"kind", name_of(line.seen.kind)}};
    while (event + 1 < decided.size() && decided[event + 1].line < n) ++event;
    if (!decided.empty()) json["event"] = event;
    if (known(line.seen.agent)) json["agent"] = name(line.seen.agent);
    if (known(line.seen.other)) json["other"] = name(line.seen.other);
    if (line.seen.topic != sim::any_topic) json["topic"] = printable(topic_text(model, line.seen.topic));
    if (index(line.artifact) < model.artifact_names.size())
      json["artifact"] = printable(model.artifact_names[index(line.artifact)]);
    versions.see(line);
    if (line.seen.kind == sim::Seen::read) {
      json["version"] = line.seen.value;
      json["current"] = versions.current(line);
    }
    if (line.seen.kind == sim::Seen::wrote && line.seen.row != sim::no_row) json["version"] = line.seen.row;
    if (line.seen.kind == sim::Seen::read || line.seen.kind == sim::Seen::wrote)
      json["key"] = printable(model.keys[line.seen.detail].name);
    const std::string said = sentence(model, world, line);
    if (!said.empty()) json["said"] = said;
    text += dumped(json);
  }
  return text;
}

}  // namespace squall::reports

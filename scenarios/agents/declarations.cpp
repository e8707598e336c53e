// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/declarations.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/agents/check.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/runtimes/lower.hpp"

namespace squall::scenarios {
namespace {

/// Reply messages carry no topic of their own: their fields stand under this name.
constexpr const char* replies = " reply";

template <class List>
void add_once(List& list, const std::string& name) {
  if (std::ranges::find(list, name) == list.end()) list.push_back(name);
}

/// The same for a list that agents enter one after the other.
void add_last(std::vector<std::string>& list, const std::string& agent) {
  if (list.empty() || list.back() != agent) list.push_back(agent);
}

template <class Map>
std::string instead(const std::string& what, const Map& known, const std::string& name) {
  std::string all;
  std::string nearest;
  std::size_t best = name.size() / 2 + 1;
  for (const auto& entry : known) {
    all += (all.empty() ? "" : ", ") + entry.first;
    if (const std::size_t apart = scenarios::distance(entry.first, name); apart < best) {
      best = apart;
      nearest = entry.first;
    }
  }
  if (!nearest.empty()) return "did you mean '" + nearest + "'?";
  return all.empty() ? "declare " + what + " '" + name + "'"
                     : "declare " + what + " '" + name + "', or use one of: " + all;
}

}  // namespace

Declarations::Declarations(const Workflow& workflow, std::vector<BuildError>& errors) : errors_(errors) {
  model.name = workflow.name();
  std::uint32_t members = 0;
  for (const auto& [name, spec] : workflow.agents()) {
    const std::uint32_t replicas = spec.start == sim::Start::spawned ? 0 : spec.replicas;
    const Agent agent{&spec, sim::DefinitionId{static_cast<std::uint32_t>(agents_.size())}, sim::AgentId{members},
                      replicas};
    if (!agents_.emplace(name, agent).second) {
      errors_.push_back({name, "two agents have this name", "give one of them another name"});
    }
    members += replicas;
  }
  declare_sections(workflow);
  for (const auto& [name, spec] : workflow.agents()) {
    const auto mention_all = [&, agent = name](const Program& program) {
      for_each_step(program, [&](const Step& step) { mention(agent, step); });
    };
    mention_all(spec.program);
    for (const auto& [topic, program] : spec.on) {
      mention_topic(topic);
      add_last(receivers_[topic], name);
      taken_.emplace(name, topic);
      mention_all(program);
    }
  }
  place_fields();
  subscribe_receivers();
}

void Declarations::declare_sections(const Workflow& workflow) {
  for (const auto& [name, spec] : workflow.topics()) {
    mention_topic(name);
    sim::TopicInfo& topic = model.topics[index(topics_.at(name))];
    topic.mode = spec.mode;
    topic.retain = spec.retain;
    topic.ack = spec.ack;
    topic.redeliver_after = spec.redeliver_after;
    topic.redeliver_max = spec.redeliver_max;
    if (spec.retain != 0) mention_fields(name, {{"seq", 0}});
    topic.inner = spec.inner;
    topic.leftover_ok = spec.leftover_ok || spec.mode == sim::TopicInfo::Mode::broadcast;
  }
  for (const auto& [name, spec] : workflow.resources()) {
    resources_.emplace(name, static_cast<std::uint16_t>(model.resources.size()));
    model.resources.push_back(
        {.name = name, .kind = spec.kind, .slots = spec.slots, .period = spec.period, .frees = spec.frees});
  }
  const auto fence = [&](const std::string& where, const std::string& resource) {
    if (resource.empty()) return sim::no_resource;
    const auto found = this->resource(resource);
    if (!found)
      errors_.push_back(
          {where, "is fenced by '" + resource + "', but no resource is called so", instead_of_resource(resource)});
    return found.value_or(sim::no_resource);
  };
  for (const auto& [name, spec] : workflow.tools()) {
    tools_.emplace(name, static_cast<std::uint16_t>(model.tools.size()));
    model.tools.push_back({.name = name,
                           .latency = spec.latency,
                           .error = spec.error,
                           .effect = spec.effect,
                           .dedup = spec.dedup,
                           .fenced_by = fence(name, spec.fenced_by)});
    if (spec.limit) {
      model.tools.back().limited = true;
      model.tools.back().limit = spec.limit->first;
      model.tools.back().limit_per = spec.limit->second;
    }
  }
  for (const auto& [name, spec] : workflow.tools()) {
    if (spec.undone_by.empty()) continue;
    const auto found = tool(spec.undone_by);
    if (!found) {
      errors_.push_back(
          {name, "is undone by '" + spec.undone_by + "', but no tool is called so", instead_of_tool(spec.undone_by)});
    }
    model.tools[tools_.at(name)].undone_by = found.value_or(sim::no_tool);
  }
  for (const auto& [name, spec] : workflow.keys()) {
    keys_.emplace(name, static_cast<std::uint16_t>(model.keys.size()));
    sim::KeyInfo key{.name = name,
                     .consistency = spec.consistency,
                     .lag = spec.lag,
                     .shared = spec.shared,
                     .latency = spec.latency,
                     .reducer = spec.reducer,
                     .fenced_by = fence(name, spec.fenced_by),
                     .versions = spec.versions};
    if (spec.initial) {
      key.has_initial = true;
      const bool is_text = spec.initial->kind() == Expression::Kind::text;
      key.initial = is_text ? text(spec.initial->text()) : spec.initial->number();
      if (!is_text && spec.initial->kind() != Expression::Kind::integer) {
        errors_.push_back({name, "its initial value is not a literal", "write a number, a duration or a text"});
      }
    }
    model.keys.push_back(std::move(key));
  }
}

void Declarations::mention_topic(const std::string& name) {
  if (name.empty() || topics_.contains(name)) return;
  const sim::TopicId id{static_cast<std::uint16_t>(model.topics.size())};
  topics_.emplace(name, id);
  model.topics.push_back({.name = name});
  if (name == "ended") {
    model.ended = id;
    mention_fields(name, {{"outcome", 0}, {"error", 0}});
  } else if (name == "down" || name == "up") {
    (name == "down" ? model.down : model.up) = id;
    mention_fields(name, {{"agent", 0}});
  }
}

void Declarations::mention_fields(const std::string& topic, const Named& with) {
  const auto [place, fresh] = carried_at_.emplace(topic, carried_.size());
  if (fresh) carried_.emplace_back(topic, std::vector<std::string>{});
  for (const auto& [name, value] : with) add_once(carried_[place->second].second, name);
}

void Declarations::own_error(const std::string& name) {
  if (error(name)) return;
  if (own_errors_.size() == own_errors_max) {
    errors_.push_back({"errors", "there are more than " + std::to_string(own_errors_max) + " names of errors",
                       "let several steps fail with one name, and tell them apart by `because`"});
  }
  // One too many is said once; what has no number of its own shares the last one, as nothing will run.
  own_errors_.emplace(name,
                      std::min<std::uint32_t>(static_cast<std::uint32_t>(own_errors_.size()), own_errors_max - 1));
  if (model.errors.size() < own_errors_max) model.errors.push_back(name);
}

void Declarations::mention(const std::string& agent, const Step& step) {
  const auto carries = [&](const std::string& topic, const Named& with) {
    mention_topic(topic);
    mention_fields(topic, with);
  };
  // Whether a named receiver takes the topic is asked of each send; here, whether anybody at all does.
  const auto carries_to = [&](const Target& to, const std::string& topic, const Named& with) {
    carries(topic, with);
    const bool named = std::ranges::all_of(to.each, [&](const Expression& each) {
      return each.kind() == Expression::Kind::name && agents_.contains(each.text());
    });
    if (!named && !topic.empty() && sent_once_.insert(topic).second) sent_.push_back(topic);
  };
  if (const auto* send = std::get_if<steps::Send>(&step.action)) carries_to(send->to, send->topic, send->content.with);
  if (const auto* ask = std::get_if<steps::Ask>(&step.action)) carries_to(ask->to, ask->topic, ask->content.with);
  if (const auto* publish = std::get_if<steps::Publish>(&step.action)) {
    carries(publish->topic, publish->content.with);
    if (!publish->topic.empty() && sent_once_.insert(publish->topic).second) sent_.push_back(publish->topic);
  }
  if (const auto* reply = std::get_if<steps::Reply>(&step.action)) {
    mention_fields(replies, reply->content.with);
    if (!reply->error.empty()) own_error(reply->error);
  }
  if (const auto* spawn = std::get_if<steps::Spawn>(&step.action)) carries(spawn->agent, spawn->child.with);
  if (const auto* receive = std::get_if<steps::Receive>(&step.action)) {
    for (const Demand::Part& part : receive->demand.parts) {
      mention_topic(part.matcher.topic);
      add_last(receivers_[part.matcher.topic], agent);
      taken_.emplace(agent, part.matcher.topic);
    }
  }
  if (const auto* discard = std::get_if<steps::Discard>(&step.action)) {
    mention_topic(discard->matcher.topic);
    taken_.emplace(agent, discard->matcher.topic);
  }
  if (const auto* subscribe = std::get_if<steps::Subscribe>(&step.action)) {
    mention_topic(subscribe->topic);
    add_last(explicit_subscribers_[subscribe->topic], agent);
  }
  if (const auto* fail = std::get_if<steps::Fail>(&step.action)) own_error(fail->error);
  if (const auto* runtime = std::get_if<steps::Runtime>(&step.action)) mention(agent, *runtime);
}

void Declarations::mention(const std::string& agent, const steps::Runtime& runtime) {
  const auto inside = [&](const std::string& topic, std::string told) {
    mention_topic(topic);
    model.topics[index(topics_.at(topic))].told = std::move(told);
  };
  inside(inner::run, "its start");
  inside(inner::input, "work to go on with");
  inside(inner::done, "the result of a node");
  inside(inner::failed, "the result of a node");
  inside(inner::enter, "its start");
  inside(inner::left, "the result of its subgraph");
  // What comes after the end of the graph is nobody's any more.
  if (numbers_runs(*runtime.design, runtime.name)) mention_fields(inner::run, {{inner::entry, 0}});
  if (runtime.design->rules.supersteps() && !runtime.design->rules.remote() && gives_way(*runtime.design)) {
    inside(inner::asks, "its wish to ask");
    inside(inner::may_ask, "its turn to ask");
    for (const char* heard : {inner::asks, inner::may_ask}) {
      model.topics[index(topics_.at(heard))].leftover_ok = true;
      taken_.emplace(agent, heard);
      add_last(receivers_[heard], agent);
    }
  }
  if (topics_.contains(inner::took)) model.topics[index(topics_.at(inner::took))].leftover_ok = true;
  for (const char* late : {inner::done, inner::failed, inner::left})
    model.topics[index(topics_.at(late))].leftover_ok = true;
  mention_fields(inner::run, {{inner::visit, 0}, {inner::inputs, 0}});
  if (counts_losses(*runtime.design)) mention_fields(inner::run, {{inner::lost, 0}});
  if (runtime.design->knows_workers()) mention_fields(inner::run, {{inner::worker, 0}, {inner::percent, 0}});
  for (const char* heard : {inner::done, inner::failed}) {
    taken_.emplace(agent, heard);
    add_last(receivers_[heard], agent);
  }
  const bool named = names_edges(*runtime.design);
  const auto token = [&](const std::string& from, const std::string& to) {
    const std::string topic = named ? inner::token(from, to) : inner::any_token;
    inside(topic, named ? "the token " + topic : "a token");
    model.topics[index(topics_.at(topic))].inner = true;
  };
  for (const std::string& start : runtime.design->start) token("start", start);
  for (const GraphNode& node : runtime.design->nodes) {
    for (const GraphNode::Edge& edge : node.next) token(node.name, edge.to);
    if (runtime.design->rules.commit == Commit::at_once) continue;
    for (const auto& written : keys_written(node)) {
      const std::string& key = written.first;
      taken_.emplace(agent, inner::write(key));
      add_last(receivers_[inner::write(key)], agent);
      inside(inner::write(key), "what is written to " + key);
    }
  }
}

void Declarations::place_fields() {
  // One name has one position in every message, so that an expression needs no topic to find it. What the kernel says
  // by itself comes first: it knows its positions.
  std::ranges::stable_sort(carried_, {}, [](const auto& entry) {
    return entry.first != "ended" && entry.first != "down" && entry.first != "up";
  });
  std::map<std::string, std::vector<std::size_t>> carriers;  // of a field, by place
  for (std::size_t place = 0; place < carried_.size(); ++place) {
    for (const std::string& name : carried_[place].second) carriers[name].push_back(place);
  }
  for (const auto& [topic, names] : carried_) {
    for (const std::string& name : names) {
      if (fields_.contains(name)) continue;
      std::uint32_t taken = 0;
      for (const std::size_t place : carriers[name]) {
        for (const std::string& other : carried_[place].second) {
          if (const auto placed = field(other)) taken |= 1U << *placed;
        }
      }
      std::uint8_t position = 0;
      while ((taken >> position & 1) != 0) ++position;
      if (position >= fields_max) {
        errors_.push_back({topic, "its messages carry too many fields: '" + name + "' finds no place",
                           "a message carries at most 8 fields, counted over all topics that share a field's name"});
        position = 0;
      }
      fields_.emplace(name, position);
    }
    if (!topics_.contains(topic)) continue;
    std::vector<std::string>& shown = model.topics[index(topics_.at(topic))].field_names;
    for (const std::string& name : names) {
      const std::uint8_t position = fields_.at(name);
      if (shown.size() <= position) shown.resize(position + std::size_t{1});
      shown[position] = name;
      if (name == "seq") model.topics[index(topics_.at(topic))].sequence_field = position;
      if (name == inner::lost) model.topics[index(topics_.at(topic))].again_field = position;
    }
  }
  for (const auto& [name, position] : fields_) model.fields = std::max(model.fields, position + 1U);
}

void Declarations::subscribe_receivers() {
  for (const auto& [topic, agents] : receivers_) {
    if (topic.empty()) continue;
    sim::TopicInfo& info = model.topics[index(topics_.at(topic))];
    if (info.mode != sim::TopicInfo::Mode::broadcast) continue;
    for (const std::string& agent : agents) {
      if (std::ranges::find(explicit_subscribers_[topic], agent) == explicit_subscribers_[topic].end()) {
        info.subscribers.push_back(agents_.at(agent).id);
      }
    }
  }
  const bool takes_any = receivers_.contains("");
  for (const std::string& topic : sent_) {
    if (takes_any || receivers_.contains(topic)) continue;
    std::vector<std::string_view> known;
    for (const auto& received : receivers_) known.push_back(received.first);
    const std::string close = errors_.size() < BuildError::most ? nearest(topic, known) : "";
    errors_.push_back({topic, "messages of this topic are sent, but no agent receives them",
                       close.empty()
                           ? fmt::format("add a `receive: {0}` or an `on: {{{0}: …}}`, or send another topic", topic)
                           : fmt::format("did you mean '{}'? Else add a `receive: {}`", close, topic)});
  }
}

std::string Declarations::instead_of_topic(const std::string& agent, const std::string& name) const {
  std::vector<std::string_view> known;
  for (auto taken = taken_.lower_bound({agent, {}}); taken != taken_.end() && taken->first == agent; ++taken)
    known.push_back(taken->second);
  const std::string close = nearest(name, known);
  return close.empty() ? "" : fmt::format("did you mean '{}'?", close);
}

const Declarations::Agent* Declarations::agent(const std::string& name) const {
  const auto found = agents_.find(name);
  return found == agents_.end() ? nullptr : &found->second;
}

sim::ArtifactName Declarations::artifact(const std::string& name) {
  const auto [entry, fresh] = artifacts_.emplace(name, static_cast<std::uint32_t>(model.artifact_names.size()));
  if (fresh) model.artifact_names.push_back(name);
  return sim::ArtifactName{entry->second};
}

std::int64_t Declarations::text(const std::string& literal) {
  const auto [entry, fresh] = texts_.emplace(literal, static_cast<std::int64_t>(model.texts.size()));
  if (fresh) model.texts.push_back(literal);
  return entry->second;
}

std::uint32_t Declarations::event(const std::string& name) {
  const auto [entry, fresh] = events_.emplace(name, static_cast<std::uint32_t>(model.events.size()));
  if (fresh) model.events.push_back(name);
  return entry->second;
}

std::optional<sim::Error> Declarations::error(const std::string& name) const {
  for (std::uint8_t e = 1; e < static_cast<std::uint8_t>(sim::Error::count); ++e) {
    if (sim::error_name(sim::Error{e}) == name) return sim::Error{e};
  }
  const auto own = own_errors_.find(name);
  if (own == own_errors_.end()) return std::nullopt;
  return static_cast<sim::Error>(static_cast<std::uint32_t>(sim::Error::own) + own->second);
}

std::vector<std::pair<std::string, sim::Error>> Declarations::errors_known() const {
  std::vector<std::pair<std::string, sim::Error>> known;
  for (std::uint8_t e = 1; e < static_cast<std::uint8_t>(sim::Error::count); ++e)
    known.emplace_back(sim::error_name(sim::Error{e}), sim::Error{e});
  for (const auto& [name, number] : own_errors_)
    known.emplace_back(name, static_cast<sim::Error>(static_cast<std::uint32_t>(sim::Error::own) + number));
  return known;
}

sim::ResourceId Declarations::update_lock(const std::string& key) {
  const std::string name = key + " (update)";
  const auto [entry, fresh] = resources_.emplace(name, static_cast<std::uint16_t>(model.resources.size()));
  // As a database gives up a lock with the session that held it.
  if (fresh) model.resources.push_back({.name = name, .frees = sim::ResourceInfo::Frees::on_end});
  return sim::ResourceId{entry->second};
}

std::string Declarations::instead_of_agent(const std::string& name) const { return instead("an agent", agents_, name); }
std::string Declarations::instead_of_key(const std::string& name) const { return instead("a key", keys_, name); }
std::string Declarations::instead_of_tool(const std::string& name) const { return instead("a tool", tools_, name); }
std::string Declarations::instead_of_resource(const std::string& name) const {
  return instead("a resource", resources_, name);
}

std::string Declarations::instead_of_error(const std::string& name, std::string otherwise) const {
  const auto all = errors_known();
  std::vector<std::string_view> known;
  for (const auto& each : all) known.push_back(each.first);
  const std::string close = nearest(name, known);
  return close.empty() ? std::move(otherwise) : "did you mean '" + close + "'?";
}

}  // namespace squall::scenarios

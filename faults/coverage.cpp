// SPDX-License-Identifier: Apache-2.0
#include "faults/coverage.hpp"

#include <algorithm>

#include "sim/model.hpp"
#include "sim/site.hpp"
#include "sim/world.hpp"

namespace squall::faults {
namespace {

using sim::bit;
using sim::child_key;
using sim::Seen;

std::uint64_t topic_key(const sim::Model& model, sim::TopicId topic) {
  if (topic == sim::any_topic || is_reply(topic)) return index(topic);
  return model.topic_keys[index(topic)];
}

std::uint64_t role_key(const sim::Model& model, const sim::World& world, sim::AgentId agent) {
  return agent == sim::nobody ? 0 : model.definition(world.agent(agent).definition).key;
}

/// Where an activation is: its place in the program and what it does there. Members of one group are one.
std::uint64_t state_key(const sim::Model& model, const sim::World& world, sim::AgentId agent, sim::Row activation) {
  std::uint64_t key = child_key(role_key(model, world, agent),
                                agent == sim::nobody ? 0 : static_cast<std::uint64_t>(world.agent(agent).state));
  if (activation == sim::no_row) return key;
  const sim::ActivationRow& row = world.activation(activation);
  key = child_key(key, row.pc);
  return child_key(key, static_cast<std::uint64_t>(row.phase) << 8 | static_cast<std::uint64_t>(row.wait));
}

constexpr sim::SeenMask taken = bits(Seen::consumed, Seen::discarded, Seen::late_reply, Seen::dead_letter);

}  // namespace

Reached reached_in(const FeatureRuns& runs, Feature kind) {
  Reached reached;
  for (auto at = runs.lower_bound(feature_of(kind, 0)); at != runs.end() && kind_of(at->first) == kind; ++at) {
    ++reached.features;
    reached.once += at->second == 1 ? 1 : 0;
  }
  return reached;
}

void Coverage::begin() {
  agents_.clear();
  sent_at_.clear();
  features_.clear();
  shape_ = 0;
}

sim::SeenMask Coverage::listens() const {
  return ~bits(Seen::turned, Seen::delivered, Seen::acked, Seen::arrived, Seen::closed);
}

Coverage::Agent& Coverage::agent(sim::AgentId id) {
  if (agents_.size() <= index(id)) agents_.resize(index(id) + 1);
  return agents_[index(id)];
}

void Coverage::on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) {
  if (seen.agent == sim::nobody) return;
  const std::uint64_t what =
      child_key(static_cast<std::uint64_t>(seen.kind), topic_key(model, seen.topic)) + seen.detail;
  features_.push_back(
      feature_of(Feature::agent_event, child_key(state_key(model, world, seen.agent, seen.activation), what)));

  if (seen.kind == Seen::sent && seen.row != sim::no_row) {
    if (sent_at_.size() <= seen.row) sent_at_.resize(seen.row + std::size_t{1});
    sent_at_[seen.row] = child_key(role_key(model, world, seen.agent), agent(seen.agent).order);
  }
  Agent& own = agent(seen.agent);
  if ((taken & bit(seen.kind)) != 0) {
    const std::uint64_t cause = seen.row < sent_at_.size() ? sent_at_[seen.row] : 0;
    own.order = child_key(own.order, child_key(what, cause));
  } else if (seen.kind != Seen::waited && seen.kind != Seen::resumed && seen.kind != Seen::sent) {
    own.order = child_key(own.order, what);
  }
  if (seen.kind == Seen::waited || seen.kind == Seen::resumed) {
    shape_ -= own.waits;
    own.waits = seen.kind == Seen::waited
                    ? child_key(role_key(model, world, seen.agent), child_key(what, topic_key(model, seen.topic)))
                    : 0;
    shape_ += own.waits;
    if (seen.kind == Seen::waited) features_.push_back(feature_of(Feature::wait_shape, child_key(1, shape_)));
  }
}

void Coverage::struck(const sim::Model& model, const sim::World& world, const Line& line, sim::AgentId agent,
                      sim::Row activation) {
  const Matcher& matcher = line.matcher;
  std::uint64_t place = sim::site_key(name_of(line.fault));
  for (const std::string* name : {&matcher.topic, &matcher.tool, &matcher.key, &matcher.resource})
    place = child_key(place, sim::site_key(*name));
  for (const std::string& name : matcher.to.all) place = child_key(place, sim::site_key(name));
  features_.push_back(feature_of(Feature::fault_site, child_key(place, state_key(model, world, agent, activation))));
}

std::span<const std::uint64_t> Coverage::finish(const sim::Model& model, const sim::World& world) {
  std::uint64_t whole = 0;
  for (std::size_t a = 0; a < agents_.size(); ++a) {
    if (agents_[a].order != 0)
      whole += child_key(role_key(model, world, sim::AgentId{static_cast<std::uint32_t>(a)}), agents_[a].order);
  }
  features_.push_back(feature_of(Feature::happens_before, child_key(2, whole)));
  std::ranges::sort(features_);
  features_.erase(std::unique(features_.begin(), features_.end()), features_.end());
  return features_;
}

sim::Verdict CoveredFaults::strike(sim::World& world, sim::Run& run, const sim::Target& target) const {
  const std::size_t before = recorder_.plan().lines.size();
  const sim::Verdict verdict = recorder_.strike(world, run, target);
  for (std::size_t line = before; line < recorder_.plan().lines.size(); ++line)
    coverage_.struck(model_, world, recorder_.plan().lines[line], target.agent, target.activation);
  return verdict;
}

std::uint64_t CoveredFaults::play(sim::World& world, sim::Run& run, const sim::Move& move) const {
  const std::size_t before = recorder_.plan().lines.size();
  const std::uint64_t kinds = recorder_.play(world, run, move);
  for (std::size_t line = before; line < recorder_.plan().lines.size(); ++line)
    coverage_.struck(model_, world, recorder_.plan().lines[line], sim::nobody, sim::no_row);
  return kinds;
}

}  // namespace squall::faults

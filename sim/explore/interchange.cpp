// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/interchange.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace squall::sim {

std::string told_apart(const Model& model, const Definition& definition) {
  if (definition.behaviour->struct_agent) return "what a struct of C++ holds cannot be renamed";
  if (definition.inbox != unlimited) return "whoever sends to all of them waits for room at one after the other";
  if (definition.host != no_host) return "they live in another agent's process";
  const auto number = static_cast<std::uint32_t>(&definition - model.definitions.data());
  for (const Definition& other : model.definitions) {
    if (other.host == DefinitionId{number}) return other.name + " lives in the process of one of them";
  }
  for (const Definition::Handler& handler : definition.handlers) {
    const TopicInfo& topic = model.topic(handler.topic);
    if (topic.mode == TopicInfo::Mode::queue) return "they take from queue " + topic.name + " in turn";
  }
  for (const PlacedMonitor& placed : model.monitors) {
    const bool remembers = placed.monitor.bytes != 0 || placed.monitor.instance_bytes != 0;
    if (remembers && placed.monitor.names == Names::unknown)
      return std::string{placed.monitor.name} + " may remember which of them did something";
    if (!placed.monitor.instance_sets.empty() && model.members > 64) return "there are more than 64 agents";
  }
  return {};
}

Interchange::Interchange(const Model& model, std::vector<Equals> groups)
    : members_(model.members), groups_(std::move(groups)) {}

/// For each group its members, sorted by what belongs to each alone, in classes of those that are alike in it.
std::vector<std::vector<std::uint32_t>> Interchange::alike(const World& world, Content& content) const {
  std::vector<std::uint32_t> names(members_);
  std::iota(names.begin(), names.end(), std::uint32_t{0});
  for (const Equals& group : groups_) {
    for (std::uint32_t m = 0; m < group.members; ++m) names[index(group.first) + m] = index(group.first);
  }
  std::vector<std::vector<std::uint32_t>> classes;
  for (const Equals& group : groups_) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
    for (std::uint32_t m = 0; m < group.members; ++m) {
      const std::uint32_t agent = index(group.first) + m;
      sorted.emplace_back(content.hash_of(world, AgentId{agent}, names), agent);
    }
    std::ranges::sort(sorted);
    for (std::size_t s = 0; s < sorted.size(); ++s) {
      if (s == 0 || sorted[s].first != sorted[s - 1].first) classes.emplace_back();
      classes.back().push_back(sorted[s].second);
    }
  }
  return classes;
}

/// Calls `attempt(names)` for every naming that keeps the order of the classes, `tried_max` at most.
template <class Try>
void Interchange::for_each_naming(const World& world, Content& content, Try&& attempt) const {
  std::vector<std::uint32_t> names(members_);
  std::iota(names.begin(), names.end(), std::uint32_t{0});
  // A fault that goes on is kept by numbers of links and agents: such a world stands for itself.
  if (world.header().fault_state != 0) {
    attempt(OtherNames{names});
    return;
  }
  std::vector<std::vector<std::uint32_t>> classes = alike(world, content);
  for (std::size_t tried = 0; tried < tried_max; ++tried) {
    auto next = classes.begin();
    for (const Equals& group : groups_) {
      for (std::uint32_t given = 0; given < group.members; ++next) {
        for (const std::uint32_t agent : *next) names[agent] = index(group.first) + given++;
      }
    }
    attempt(OtherNames{names});
    // The next one: as an odometer whose wheels are the orders of each class.
    const bool more =
        std::ranges::any_of(classes, [](auto& each) { return std::ranges::next_permutation(each).found; });
    if (!more) break;
  }
}

std::uint64_t Interchange::fingerprint(World& world, Content& content) const {
  std::uint64_t smallest = ~std::uint64_t{0};
  for_each_naming(world, content, [&](OtherNames names) { smallest = std::min(smallest, content.hash(world, names)); });
  return smallest;
}

void Interchange::encode(const World& world, Content& content, std::vector<std::uint64_t>& words) const {
  words.clear();
  std::vector<std::uint64_t> other;
  for_each_naming(world, content, [&](OtherNames names) {
    content.encode(world, names, other);
    if (words.empty() || other < words) words = other;
  });
}

}  // namespace squall::sim

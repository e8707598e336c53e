// SPDX-License-Identifier: Apache-2.0
#include "faults/standard_profile.hpp"

#include <algorithm>
#include <chrono>

#include "faults/decode.hpp"

namespace squall::faults {
namespace {

using namespace std::chrono_literals;
using namespace sim::literals;
using sim::Distribution;

/// Whether the model has anything that such a kind strikes.
bool has_subject(const sim::Model& model, Strikes strikes) {
  switch (strikes) {
    case Strikes::tool: return !model.tools.empty();
    case Strikes::context: return !model.keys.empty();
    case Strikes::resource: return !model.resources.empty();
    case Strikes::artifact: return !model.artifact_names.empty();
    default: return true;
  }
}

}  // namespace

Profile standard_profile(const sim::Model& model) {
  const auto line = [](Fault fault, sim::Probability chance) {
    return Line{.fault = std::move(fault), .matcher = {}, .trigger = {.chance = chance}};
  };
  const Line all[] = {
      line(MessageLoss{}, 2_percent),
      line(MessageDuplicate{}, 2_percent),
      line(MessageReorder{}, 2_percent),
      line(MessageDelay{.by = Distribution::uniform(1s, 20s), .times = {}}, 5_percent),
      line(AgentCrash{.restart = Distribution::uniform(1s, 30s)}, 5000_ppm),
      line(AgentHang{}, 1000_ppm),
      line(AgentPause{.lasts = Distribution::uniform(10s, 2min)}, 5000_ppm),
      line(ToolError{}, 2_percent),
      line(ToolTimeout{}, 1_percent),
      line(ToolDoneButNoReply{}, 1_percent),
      line(StaleRead{}, 2_percent),
      line(LostWrite{}, 5000_ppm),
      line(LeaseExpiresEarly{}, 2_percent),
  };
  Profile profile{.lines = {}, .swarm = true};
  const auto take = [&](const Line& each) {
    if (has_subject(model, strikes_of(each.fault)) && check_lines(model, {&each, 1}).empty())
      profile.lines.push_back(each);
  };
  for (const Line& each : all) take(each);
  // Whatever else there is, as it is without options; what needs some cannot be guessed.
  for (const CatalogueRow& row : catalogue()) {
    const auto has_this = [&](const Line& each) { return name_of(each.fault) == row.name; };
    if (!has_matches(row.strikes) || std::ranges::any_of(all, has_this)) continue;
    Line plain = blank_line(row);
    plain.trigger.chance = 5000_ppm;
    take(plain);
  }
  return profile;
}

}  // namespace squall::faults

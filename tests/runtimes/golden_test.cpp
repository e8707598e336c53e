// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "scenarios/runtimes/lower.hpp"

/// The presets against what the frameworks themselves were seen to do (`tests/data/runtimes`): the same drawing runs the same
/// nodes as often, in the same rounds, every order that the framework keeps by rule is kept here whatever the seed, and it
/// ends as well or as badly.
namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path folder = SQUALL_SOURCE_DIR "/tests/data/runtimes";

/// One run of one node.
struct Execution {
  std::string node;
  int k = 0;
  int round = 0;  ///< the how-many-th step, where there are steps
  std::size_t begin = 0, end = 0;
  bool ok = false;
};

/// What a recorded run says of its nodes.
class Executions final {
 public:
  Executions(const sim::Model& model, const Recording& run) : model_(model), world_(run.world) {
    for (std::size_t at = 0; at < run.trace.lines().size(); ++at) look(run.trace.lines()[at].seen, at);
  }
  std::vector<Execution> all;
  bool ok = true, reported = false;  ///< how the graph says that it went; one that failed says nothing

 private:
  std::string name(sim::AgentId agent) const { return agent_name(model_, world_, agent); }

  void look(const sim::Observation& seen, std::size_t at) {
    const bool about_topic = index(seen.topic) < model_.topics.size();
    const std::string topic = about_topic ? model_.topic(seen.topic).name : "";
    if (seen.kind == sim::Seen::consumed && topic == inner::enter) rounds_[name(seen.agent)] = 0;
    if (seen.kind == sim::Seen::sent && topic == inner::run) {
      int& running = running_[name(seen.agent)];
      if (running++ == 0) ++rounds_[name(seen.agent)];
      started_by_[name(seen.other)] = name(seen.agent);
    } else if (seen.kind == sim::Seen::consumed && topic == inner::run) {
      const std::string node = name(seen.agent);
      const bool subgraph = std::ranges::any_of(
          model_.definitions, [&](const sim::Definition& each) { return each.name == node + "-graph"; });
      if (subgraph) return;  // its nodes are what runs
      all.push_back({node, ++runs_[node], rounds_[started_by_[node]], at, never, false});
      open_[seen.activation] = all.size() - 1;
    } else if (seen.kind == sim::Seen::sent && (topic == inner::done || topic == inner::failed)) {
      end(seen, at, topic == inner::done);
    } else if (seen.kind == sim::Seen::consumed && topic == inner::done) {
      --running_[name(seen.agent)];
    } else if (seen.kind == sim::Seen::failed || seen.kind == sim::Seen::interrupted) {
      end(seen, at, false);
    } else if (seen.kind == sim::Seen::reported) {
      ok = ok && seen.value != 0;
      reported = true;
    }
  }
  void end(const sim::Observation& seen, std::size_t at, bool well) {
    const auto found = open_.find(seen.activation);
    if (found == open_.end()) return;
    all[found->second].end = at;
    all[found->second].ok = well;
    open_.erase(found);
  }

  static constexpr std::size_t never = ~std::size_t{0};
  const sim::Model& model_;
  const sim::World& world_;
  std::map<std::string, int> runs_, rounds_, running_;
  std::map<std::string, std::string> started_by_;
  std::map<sim::Row, std::size_t> open_;
};

Json golden_of(const fs::path& file) {
  std::ifstream stream{file};
  return Json::parse(stream);
}

using Rounds = std::multiset<std::pair<int, std::string>>;

std::string text(const Rounds& rounds) {
  std::string text;
  for (const auto& [round, node] : rounds)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", node) + fmt::format("@{}", round);
  return text;
}

struct Golden {
  Rounds rounds;  ///< with the round, where all of them have one
  bool has_rounds = true;
  std::vector<std::pair<std::string, std::string>> before;
  bool ok = true;
};

/// A question is part of a run here, and a run of its own there: what was cut off by one is left out.
Golden golden(const Json& json, const std::set<std::string>& fanned_out) {
  Golden golden;
  std::set<std::pair<std::string, int>> elements;
  std::set<std::string> answered;
  for (const Json& each : json["executions"]) {
    if (each["ended"] != "interrupted") answered.insert(each["node"].get<std::string>());
  }
  for (const Json& each : json["executions"]) golden.has_rounds = golden.has_rounds && each["round"].is_number();
  for (const Json& each : json["executions"]) {
    if (each["ended"] == "interrupted" && !answered.insert(each["node"].get<std::string>()).second) continue;
    // Here a fan-out is one run of its node, with a branch for each element.
    const bool element = fanned_out.contains(each["node"]);
    if (element && !elements.emplace(each["node"], golden.has_rounds ? each["round"].get<int>() : 0).second) continue;
    golden.rounds.emplace(golden.has_rounds ? each["round"].get<int>() : 0, each["node"]);
  }
  golden.ok = json["outcome"] == "ok";
  const auto interrupted =
      std::ranges::any_of(json["executions"], [](const Json& e) { return e["ended"] == "interrupted"; });
  if (interrupted || !fanned_out.empty()) return golden;  // then the numbers of runs differ
  for (const Json& pair : json["happens_before"]) golden.before.emplace_back(pair[0], pair[1]);
  return golden;
}

/// Nodes of a workflow file that say `over`, each on a line of its own.
std::set<std::string> fanned_out(const fs::path& file) {
  std::set<std::string> nodes;
  std::ifstream stream{file};
  for (std::string line; std::getline(stream, line);) {
    const std::size_t over = line.find("over: "), name = line.find_first_not_of(' ');
    if (over != std::string::npos) nodes.insert(line.substr(name, line.find(':') - name));
  }
  return nodes;
}

/// Nodes of a workflow file that fan out over nothing: their run is none there.
bool is_over_nothing(const fs::path& file, const std::string& node) {
  std::ifstream stream{file};
  for (std::string line; std::getline(stream, line);) {
    if (line.find(" " + node + ": {over: 1..0,") != std::string::npos) return true;
  }
  return false;
}

void compare(const fs::path& file, const Golden& golden) {
  const Loaded loaded = load(file.string());
  REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
  std::map<std::pair<std::string, std::string>, int> kept;  // orders, and in how many runs they were seen
  std::set<std::string> left_out;
  for (const sim::Definition& agent : loaded.scenario->model.definitions) {
    if (is_over_nothing(file, agent.name)) left_out.insert(agent.name);
  }
  constexpr int seeds = 30;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    const Recording run = record(*loaded.scenario, sim::Seed{seed});
    const Executions seen{loaded.scenario->model, run};
    Rounds rounds;
    std::map<std::string, const Execution*> by_name;
    for (const Execution& each : seen.all) {
      if (left_out.contains(each.node)) continue;
      rounds.emplace(golden.has_rounds ? each.round : 0, each.node);
      by_name[fmt::format("{}#{}", each.node, each.k)] = &each;
    }
    CHECK(text(rounds) == text(golden.rounds));
    CHECK((seen.reported && seen.ok) == golden.ok);
    for (const auto& [first, then] : golden.before) {
      if (!by_name.contains(first) || !by_name.contains(then)) continue;  // said by the rounds
      const std::string order = fmt::format("{} before {}", first, then);
      CHECK_MESSAGE(by_name[first]->end < by_name[then]->begin, order);
    }
    for (const auto& [first, a] : by_name) {
      for (const auto& [then, b] : by_name) {
        if (a->end < b->begin) ++kept[{first, then}];
      }
    }
  }
  // Nothing is in order here by rule that is not so there.
  for (const auto& [pair, times] : kept) {
    if (times != seeds || golden.before.empty()) continue;
    const bool known = std::ranges::find(golden.before, pair) != golden.before.end();
    const std::string order = fmt::format("{} is always before {}", pair.first, pair.second);
    CHECK_MESSAGE(known, order);
  }
}

}  // namespace

TEST_SUITE("runtimes: as the frameworks run them") {
  TEST_CASE("each preset runs the recorded drawings as its framework did") {
    std::size_t compared = 0;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      const std::string name = fs::relative(file, folder).string();
      CAPTURE(name);
      compare(file, golden(golden_of(fs::path{file}.replace_extension(".json")), fanned_out(file)));
      ++compared;
    }
    CHECK(compared > 80);
    MESSAGE(compared << " drawings");
  }
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/autogen_stop.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/import/times.hpp"

namespace squall::scenarios::imports {
namespace {

TeamStop stop_of(Foreign& foreign, const Node& condition);

const Node& nothing() {
  static const Node none{.kind = Node::Kind::mapping, .mark = {}, .text = {}, .items = {}, .entries = {}};
  return none;
}

constexpr std::int64_t assumed_turn = 2'000'000'000;  // ns, the median of `assumed_work`
constexpr std::int64_t assumed_tokens = 1'000;

/// A bound that is not of turns becomes one; 0: the file does not say how much.
void bound_by(TeamStop& made, Foreign& foreign, const Node& condition, std::int64_t turns, const char* each) {
  constexpr std::int64_t turns_most = 100'000;
  made.bounded = true;
  made.turns = static_cast<std::uint64_t>(std::clamp<std::int64_t>(turns, 1, turns_most));
  foreign.assume(condition.mark, fmt::format("{} ends the team after {} turn{}, each of {}",
                                             class_of(foreign.text_of(condition, "provider")), *made.turns,
                                             *made.turns == 1 ? "" : "s", each));
}

std::int64_t least_tokens(Foreign& foreign, const Node& config) {
  std::int64_t least = 0;
  for (const char* what : {"max_total_token", "max_prompt_token", "max_completion_token"}) {
    const auto most = static_cast<std::int64_t>(foreign.count_of(config, what).value_or(0));
    if (most != 0) least = least == 0 ? most : std::min(least, most);
  }
  return least;
}

TeamStop all_or_any(Foreign& foreign, const Node& config, bool all) {
  TeamStop made;
  const Node* conditions = foreign.sequence_of(config, "conditions");
  if (conditions == nullptr) return made;
  bool first = true;
  for (const Node* one : conditions->items) {
    const TeamStop part = stop_of(foreign, *one);
    made.signal = made.signal || part.signal;
    made.after.insert(part.after.begin(), part.after.end());
    if (!all) {
      made.bounded = made.bounded || part.bounded;
      if (part.turns) made.turns = made.turns ? std::min(*made.turns, *part.turns) : *part.turns;
    } else {
      made.bounded = part.bounded && (first || made.bounded);
      if (first) made.turns = part.turns;
      else made.turns = made.turns && part.turns ? std::optional{std::max(*made.turns, *part.turns)} : std::nullopt;
    }
    first = false;
  }
  if (all && made.signal)
    foreign.assume(config.mark, "of conditions that all have to hold, the one that an agent signals comes last");
  return made;
}

TeamStop stop_of(Foreign& foreign, const Node& condition) {
  TeamStop made;
  if (!condition.is_mapping()) {
    foreign.puzzled(condition.mark, "a termination condition that is no mapping");
    return made;
  }
  const std::string kind = class_of(foreign.text_of(condition, "provider"));
  const Node* given = foreign.mapping_of(condition, "config");
  const Node& config = given == nullptr ? nothing() : *given;
  if (kind == "OrTerminationCondition") return all_or_any(foreign, config, false);
  if (kind == "AndTerminationCondition") return all_or_any(foreign, config, true);
  if (kind == "MaxMessageTermination") {
    made.bounded = true;
    if (const auto most = foreign.count_of(config, "max_messages")) made.turns = std::max<std::uint64_t>(2, *most) - 1;
    foreign.assume(condition.mark, "of max_messages the task is one, and each turn of an agent another");
  } else if (kind == "TimeoutTermination") {
    bound_by(made, foreign, condition,
             seconds_of(foreign.text_of(config, "timeout_seconds")).value_or(0) / assumed_turn, "2s");
  } else if (kind == "TokenUsageTermination") {
    bound_by(made, foreign, condition, least_tokens(foreign, config) / assumed_tokens, "1000 tokens");
  } else if (kind == "SourceMatchTermination") {
    if (const Node* sources = foreign.sequence_of(config, "sources")) {
      for (const Node* source : sources->items) made.after.insert(source->text);
    }
  } else if (kind == "TextMentionTermination" || kind == "StopMessageTermination" || kind == "HandoffTermination" ||
             kind == "FunctionCallTermination" || kind == "TextMessageTermination" || kind == "FunctionalTermination" ||
             kind == "ExternalTermination") {
    made.signal = true;
    foreign.assume(condition.mark, "an agent gives the signal to stop in 10% of its turns");
  } else {
    made.signal = true;
    foreign.puzzled(condition.find("provider") != nullptr ? condition.find("provider")->mark : condition.mark,
                    fmt::format("the termination condition '{}': read as a signal", kind));
  }
  return made;
}

/// A condition of a tree, and all that is in it.
class TerminationTree {
 public:
  TerminationTree(Foreign& foreign, const std::map<std::string, std::string>& names, std::uint64_t more)
      : foreign_(foreign), names_(names), more_(more) {}

  std::string text(const Node& condition) {
    if (!condition.is_mapping()) {
      foreign_.puzzled(condition.mark, "a termination condition that is no mapping");
      return "false";
    }
    const std::string kind = class_of(foreign_.text_of(condition, "provider"));
    const Node* given = foreign_.mapping_of(condition, "config");
    const Node& config = given == nullptr ? nothing() : *given;
    if (kind == "OrTerminationCondition") return several(config, " || ");
    if (kind == "AndTerminationCondition") return several(config, " && ");
    if (kind == "TimeoutTermination") {
      const auto time = seconds_of(foreign_.text_of(config, "timeout_seconds"));
      return fmt::format("elapsed >= {}", duration_word(std::max<std::int64_t>(1, time.value_or(0))));
    }
    const TeamStop leaf = stop_of(foreign_, condition);
    if (leaf.turns) return fmt::format("turns >= {}", *leaf.turns + more_);
    if (!leaf.after.empty()) return after(leaf.after);
    if (!leaf.signal) return "false";
    keys_.push_back(foreign_.names.fresh_plain("said"));
    return keys_.back() + " == 1";
  }
  std::vector<std::string> keys() && { return std::move(keys_); }

 private:
  std::string several(const Node& config, const char* between) {
    const Node* conditions = foreign_.sequence_of(config, "conditions");
    if (conditions == nullptr || conditions->items.empty()) return "false";
    std::vector<std::string> all;
    for (const Node* one : conditions->items) all.push_back(text(*one));
    return all.size() == 1 ? all.front() : fmt::format("({})", fmt::join(all, between));
  }
  std::string after(const std::set<std::string>& sources) const {
    std::vector<std::string> all;
    for (const std::string& source : sources) {
      const auto known = names_.find(source);
      if (known != names_.end()) all.push_back(fmt::format("runs.{} >= 1", known->second));
    }
    if (all.empty()) return "false";
    return all.size() == 1 ? all.front() : fmt::format("({})", fmt::join(all, " || "));
  }

  Foreign& foreign_;
  const std::map<std::string, std::string>& names_;
  std::uint64_t more_;
  std::vector<std::string> keys_;
};

/// Whether some number of turns or some time is enough for it to hold.
bool is_bounded(const Node& condition) {
  if (!condition.is_mapping()) return false;
  const Node* provider = condition.find("provider");
  const std::string kind = provider != nullptr && provider->is_scalar() ? class_of(provider->text) : std::string{};
  const Node* config = condition.find("config");
  const Node* inside = config != nullptr && config->is_mapping() ? config->find("conditions") : nullptr;
  if (inside == nullptr)
    return kind == "MaxMessageTermination" || kind == "TimeoutTermination" || kind == "TokenUsageTermination";
  const auto one = [](const Node* each) { return is_bounded(*each); };
  return kind == "AndTerminationCondition" ? std::ranges::all_of(inside->items, one)
                                           : std::ranges::any_of(inside->items, one);
}

bool is_tree(const Node& condition) {
  if (!condition.is_mapping()) return false;
  const Node* provider = condition.find("provider");
  const std::string kind = provider != nullptr && provider->is_scalar() ? class_of(provider->text) : std::string{};
  if (kind == "AndTerminationCondition" || kind == "TimeoutTermination") return true;
  const Node* config = condition.find("config");
  const Node* inside = config != nullptr && config->is_mapping() ? config->find("conditions") : nullptr;
  return inside != nullptr && std::ranges::any_of(inside->items, [](const Node* one) { return is_tree(*one); });
}

}  // namespace

bool needs_tree(const Node& config) {
  const Node* condition = config.find("termination_condition");
  return condition != nullptr && is_tree(*condition);
}

TeamEnd team_end(Foreign& foreign, const Node& config, const std::map<std::string, std::string>& names,
                 std::uint64_t more) {
  TerminationTree tree{foreign, names, more};
  const Node& condition = *config.find("termination_condition");
  TeamEnd made{.when = tree.text(condition), .keys = {}, .bounded = is_bounded(condition)};
  made.keys = std::move(tree).keys();
  return made;
}

std::string class_of(const std::string& provider) {
  const std::size_t dot = provider.rfind('.');
  return dot == std::string::npos ? provider : provider.substr(dot + 1);
}

TeamStop team_stop(Foreign& foreign, const Node& config, std::optional<std::uint64_t> turns, bool tree) {
  TeamStop made;
  const Node* condition = config.find("termination_condition");
  if (condition != nullptr && !condition->is_null() && !tree) made = stop_of(foreign, *condition);
  if (const auto most = foreign.count_of(config, "max_turns"); most && *most > 0) turns = most;
  if (turns) {
    made.bounded = true;
    made.turns = made.turns ? std::min(*made.turns, *turns) : *turns;
  }
  if (!made.bounded && made.after.empty() && !tree)
    foreign.assume(config.mark, made.signal ? "nothing bounds this team: it stops when an agent says so, or never"
                                            : "nothing stops this team");
  return made;
}

}  // namespace squall::scenarios::imports

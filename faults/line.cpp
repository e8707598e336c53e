// SPDX-License-Identifier: Apache-2.0
#include "faults/line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "faults/text.hpp"

namespace squall::faults {
namespace {

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Checker {
 public:
  Checker(const sim::Model& model, std::vector<Trouble>& found) : found_(found) {
    for (const sim::Definition& definition : model.definitions) agents_.push_back(definition.name);
    for (const sim::TopicInfo& topic : model.topics) topics_.push_back(topic.name);
    std::ranges::sort(agents_);
    std::ranges::sort(topics_);
  }

  void line(std::size_t position, const Line& line) {
    at_ = position;
    name_ = name_of(line.fault);
    const Matcher& matcher = line.matcher;
    const Trigger& trigger = line.trigger;
    if (strikes_of(line.fault) == Strikes::message) {
      if (!matcher.agent.empty()) say("strikes messages, not an agent", "name the link with 'from', 'to' and 'topic'");
      if (trigger.at) say("strikes messages, which have no set time", "use 'nth', or a 'window'");
      known(matcher.from, agents_, nobody_name, "agent");
      known(matcher.to, agents_, nobody_name, "agent");
      known_name(matcher.topic, topics_, reply_name, "topic");
    } else {
      if (!matcher.from.empty() || !matcher.to.empty() || !matcher.topic.empty()) {
        say("strikes an agent, not messages", "name the agent with 'agent'");
      }
      known(matcher.agent, agents_, {}, "agent");
    }
    if (trigger.nth && *trigger.nth == 0) say("'nth' is 0", "count from 1");
    if (trigger.at && trigger.nth) say("says both 'at' and 'nth'", "leave out one of them");
    if (trigger.at && matcher.instance)
      say("at a set time an agent has no instance", "leave out 'instance', or use 'nth'");
    if (trigger.at && *trigger.at < sim::start_of_time)
      say("'at' lies before the start", "write a time since the start");
    if (trigger.chance.ppm > 1'000'000) say("'chance' is above 100%", "write at most 100%");
    if (trigger.from >= trigger.until) say("its 'window' is empty", "let it end after it begins");
    if (trigger.at_most == 0) say("'at-most' is 0", "leave the line out");
    if (trigger.step || trigger.every || trigger.burst != 1 || trigger.persistent || trigger.holds.given() ||
        matcher.where.given()) {
      say("'at' a step, 'every', 'burst', 'persistent', 'while' and 'where' are not built yet", "leave them out");
    }
    if (const std::string wrong = problem(line.fault); !wrong.empty()) say(wrong, "see the kind's options");
  }

 private:
  void say(std::string_view what, std::string_view fix) {
    found_.push_back({at_, fmt::format("{}: {}", name_, what), std::string(fix)});
  }
  void known(const Names& given, const std::vector<std::string>& names, std::string_view special,
             std::string_view what) {
    for (const std::string& name : given.all) known_name(name, names, special, what);
    if (given.all.size() > 1) say("lists are not built yet", "write a line for each");
  }
  void known_name(std::string_view name, const std::vector<std::string>& names, std::string_view special,
                  std::string_view what) {
    if (name.empty() || (name == special) || std::ranges::binary_search(names, name)) return;
    say(fmt::format("no {} is called '{}'", what, name), fmt::format("declare it, or use one of: {}", join(names)));
  }

  std::vector<Trouble>& found_;
  std::vector<std::string> agents_, topics_;
  std::size_t at_ = 0;
  std::string_view name_;
};

}  // namespace

std::string to_text(const Line& line) {
  std::string text;
  const auto add = [&](std::string_view field, const std::string& value) {
    if (!value.empty()) text += fmt::format(", {}: {}", field, value);
  };
  add("from", to_text(line.matcher.from));
  add("to", to_text(line.matcher.to));
  add("topic", line.matcher.topic);
  add("agent", to_text(line.matcher.agent));
  if (line.matcher.instance) add("instance", fmt::format("{}", *line.matcher.instance));
  const Trigger& trigger = line.trigger;
  if (trigger.nth) add("nth", fmt::format("{}", *trigger.nth));
  if (trigger.at) add("at", fmt::format("{{time: {}}}", to_text(trigger.at->time_since_epoch())));
  if (trigger.chance.ppm != 1'000'000) add("chance", to_text(trigger.chance));
  if (trigger.from != sim::start_of_time || trigger.until != sim::end_of_time) {
    const std::string from = to_text(trigger.from.time_since_epoch());
    add("window", trigger.until == sim::end_of_time
                      ? fmt::format("{{from: {}}}", from)
                      : fmt::format("{}..{}", from, to_text(trigger.until.time_since_epoch())));
  }
  if (trigger.at_most != sim::unlimited) add("at-most", fmt::format("{}", trigger.at_most));
  text += options_text(line.fault);
  return fmt::format("{}: {{{}}}", name_of(line.fault), text.empty() ? text : text.substr(2));
}

std::vector<Trouble> check_lines(const sim::Model& model, std::span<const Line> lines) {
  std::vector<Trouble> found;
  Checker checker(model, found);
  for (std::size_t i = 0; i < lines.size(); ++i) checker.line(i, lines[i]);
  return found;
}

std::vector<sim::SiteKey> keys_of(std::span<const Line> lines) {
  std::array<std::uint64_t, std::variant_size_v<Fault>> of_kind{};
  std::vector<sim::SiteKey> keys;
  for (const Line& line : lines) {
    keys.push_back(sim::child_key(sim::site_key(name_of(line.fault)), of_kind[line.fault.index()]++));
  }
  return keys;
}

}  // namespace squall::faults

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

#include "faults/decode.hpp"
#include "faults/line.hpp"

/// What a line may not say.
namespace squall::faults {
namespace {

std::string join(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

template <class Named>
std::vector<std::string> sorted_names(const std::vector<Named>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const Named& each : all) names.push_back(each.name);
  std::ranges::sort(names);
  return names;
}

std::string_view plural(Strikes strikes) {
  switch (strikes) {
    case Strikes::message: return "messages";
    case Strikes::link: return "links";
    case Strikes::tool: return "calls";
    case Strikes::outage: return "tools";
    case Strikes::context: return "operations";
    case Strikes::resource: return "grants";
    case Strikes::checkpoint: return "checkpoints";
    case Strikes::artifact: return "artifacts";
    case Strikes::timer: return "timers";
    case Strikes::clock: return "clocks";
    case Strikes::membership: return "notices";
    case Strikes::phase: return "whole runs";
    case Strikes::inbox: return "inboxes";
    default: return "agents";
  }
}

class Checker {
 public:
  Checker(const sim::Model& model, std::vector<Trouble>& found)
      : model_(model),
        found_(found),
        agents_(sorted_names(model.definitions)),
        topics_(sorted_names(model.topics)),
        tools_(sorted_names(model.tools)),
        keys_(sorted_names(model.keys)),
        resources_(sorted_names(model.resources)),
        artifacts_(model.artifact_names) {
    std::ranges::sort(artifacts_);
  }

  void line(std::size_t position, const Line& line) {
    at_ = position;
    name_ = name_of(line.fault);
    strikes_ = strikes_of(line.fault);
    matcher(line.matcher);
    trigger(line.trigger);
    if (line.trigger.step) step(line, *line.trigger.step);
    if (strikes_ == Strikes::link) link(line);
    if (strikes_ == Strikes::outage) outage(line);
    if (strikes_ == Strikes::shape) shape(line);
    if (strikes_ == Strikes::clock) clock(line);
    if (strikes_ == Strikes::phase) phase(line);
    if (strikes_ == Strikes::inbox) inbox(line);
    kind(line);
    if (line.trigger.at && line.matcher.instance)
      say("at a set time an agent has no instance", "leave out 'instance', or use 'nth'");
    if (const std::string wrong = problem(line.fault); !wrong.empty()) say(wrong, "see the kind's options");
    options(line);
  }

 private:
  /// What some kinds cannot do, whatever they strike.
  void kind(const Line& line) {
    std::visit(
        [&]<class Kind>(const Kind&) {
          if constexpr (requires { Kind::at_its_begin; }) {
            if (line.trigger.at || line.trigger.every)
              say("strikes a step, at its beginning", "use 'nth', or 'at' with 'before'");
          }
          if constexpr (requires { Kind::goes_on; }) {
            const bool of_tools = strikes_ == Strikes::tool;
            if (of_tools && line.matcher.tool.empty()) say("does not say which tool", "add 'tool'");
            if (!of_tools && line.matcher.key.empty()) say("does not say which key", "add 'key'");
          }
        },
        line.fault);
  }

  /// A name in an option that means nothing would never strike, and never say why.
  void options(const Line& line) {
    std::visit(
        [&](const auto& kind) {
          kind.fields(kind, [&]<class Value>(const sim::Field&, const Value& value) {
            if constexpr (std::is_same_v<Value, Names>) {
              names("agent", value, agents_, {});
            } else if constexpr (std::is_same_v<Value, TopicName>) {
              name("topic", value.name, topics_, {});
            } else if constexpr (std::is_same_v<Value, std::string>) {
              field(value, line.matcher.topic);
            } else if constexpr (std::is_same_v<Value, std::optional<std::string>>) {
              if (value) field(*value, line.matcher.topic);
            }
          });
        },
        line.fault);
  }

  /// `field`, of a message of `topic`; of any where that is empty. An answer to an `ask` has the names of whoever reads it.
  void field(const std::string& given, const std::string& topic) {
    if (topic == reply_name) return;
    std::vector<std::string> known;
    for (const sim::TopicInfo& each : model_.topics) {
      if (topic.empty() || each.name == topic)
        known.insert(known.end(), each.field_names.begin(), each.field_names.end());
    }
    std::ranges::sort(known);
    known.erase(std::unique(known.begin(), known.end()), known.end());
    name("field", given, known, {});
  }

  void matcher(const Matcher& matcher) {
    const bool ends = !matcher.from.empty() || !matcher.to.empty();
    if (strikes_ == Strikes::shape) {
      if (!matcher.topic.empty()) say("strikes agents and links, whatever the topic", "leave out 'topic'");
    } else if (strikes_ == Strikes::message || strikes_ == Strikes::link) {
      const bool of_message = strikes_ == Strikes::message;
      if (!matcher.agent.empty()) {
        say(fmt::format("strikes {}, not an agent", plural(strikes_)),
            of_message ? "name the link with 'from', 'to' and 'topic'" : "name the two sides with 'from' and 'to'");
      }
      if (!of_message && !matcher.topic.empty()) say("strikes links, whatever the topic", "leave out 'topic'");
    } else if (ends || !matcher.topic.empty()) {
      say(strikes_ == Strikes::agent ? "strikes an agent, not messages"
                                     : fmt::format("strikes {}, not messages", plural(strikes_)),
          "name the agent with 'agent'");
    }
    names("agent", matcher.from, agents_, nobody_name);
    names("agent", matcher.to, agents_, nobody_name);
    names("agent", matcher.agent, agents_, {});
    name("topic", matcher.topic, topics_, reply_name);
    if (strikes_ == Strikes::outage || strikes_ == Strikes::shape) {
      name("tool", matcher.tool, tools_, {});
    } else {
      only(Strikes::tool, "tool", matcher.tool, tools_);
    }
    only(Strikes::context, "key", matcher.key, keys_);
    only(Strikes::resource, "resource", matcher.resource, resources_);
    only(Strikes::artifact, "artifact", matcher.artifact, artifacts_);
    if (matcher.where.given() && strikes_ != Strikes::message)
      say("'where' is asked of messages", "use 'while', which is asked of the world");
  }

  void trigger(const Trigger& trigger) {
    const bool timed = has_time(strikes_);
    if (trigger.at && !timed) {
      say(fmt::format("strikes {}, which have no set time", plural(strikes_)), "use 'nth', or a 'window'");
    }
    if (trigger.every && !timed) {
      say(fmt::format("strikes {}, which come by themselves", plural(strikes_)), "leave out 'every', or use 'chance'");
    }
    if (trigger.phase && (!has_matches(strikes_) || trigger.at || trigger.every))
      say("'when' goes by the step of whoever acts", "leave it out, or the time");
    if (trigger.nth && *trigger.nth == 0) say("'nth' is 0", "count from 1");
    if (trigger.at && trigger.nth) say("says both 'at' and 'nth'", "leave out one of them");
    if (trigger.every && (trigger.at || trigger.nth || trigger.step))
      say("says 'every' and one time besides", "leave out 'every', or the 'at' or 'nth'");
    if (trigger.every && trigger.every->a < 0) say("'every' is negative", "write a duration");
    if (trigger.at && *trigger.at < sim::start_of_time)
      say("'at' lies before the start", "write a time since the start");
    if (trigger.chance.ppm > 1'000'000) say("'chance' is above 100%", "write at most 100%");
    if (trigger.from >= trigger.until) say("its 'window' is empty", "let it end after it begins");
    if (trigger.at_most == 0) say("'at-most' is 0", "leave the line out");
    if (trigger.burst == 0) say("'burst' is 0", "count from 1");
    if (trigger.persistent && trigger.burst != 1) say("says both 'burst' and 'persistent'", "leave out one of them");
    if ((trigger.persistent || trigger.burst != 1) && (trigger.at || trigger.every || !has_matches(strikes_)))
      say("'burst' and 'persistent' go from match to match", "leave them out, or the time");
  }

  void step(const Line& line, const StepPlace& place) {
    if (strikes_ != Strikes::agent) {
      say(fmt::format("strikes {}, not at a step", plural(strikes_)), "use 'nth', or a time");
      return;
    }
    if (line.trigger.at) say("says two different 'at'", "leave out one of them");
    const auto& named = line.matcher.agent;
    if (!named.empty() && named != Names(place.agent)) say("'agent' is not the agent of the step", "leave out 'agent'");
    const auto agent = std::ranges::find(model_.definitions, place.agent, &sim::Definition::name);
    if (agent == model_.definitions.end()) return names("agent", place.agent, agents_, {});
    const sim::SiteKey key = sim::site_key(place.agent + "/" + place.id);
    if (std::ranges::find(agent->behaviour->site_list, key, &sim::Site::key) == agent->behaviour->site_list.end()) {
      say(fmt::format("no step of {} has the id '{}'", place.agent, place.id), "give the step an 'id'");
    }
    std::visit(
        [&](const auto& kind) {
          if constexpr (requires { kind.side; }) {
            if ((kind.side == Side::after) != place.after)
              say("'side' and 'at' contradict each other", "leave out 'side'");
          } else if constexpr (requires { kind.at_its_begin; }) {
            if (place.after) say("takes effect before a step", "write 'before' in place of 'after'");
          } else if (!place.after) {
            say("takes effect when a turn is over", "write 'after' in place of 'before'");
          }
        },
        line.fault);
  }

  void link(const Line& line) {
    if (line.matcher.from.empty() && line.matcher.to.empty())
      say("does not say whom it cuts off", "add 'from', or 'from' and 'to'");
    if (line.matcher.instance) say("cuts links, whatever the instance", "leave out 'instance'");
    begins_by_itself(line.trigger, "'at', 'every' or a 'window'");
  }

  void clock(const Line& line) {
    if (line.matcher.instance) say("sets a clock, whatever the instance", "leave out 'instance'");
    begins_by_itself(line.trigger, "'at', 'every' or a 'window'");
  }

  void inbox(const Line& line) {
    if (line.matcher.instance) say("fills an inbox, whatever the instance", "leave out 'instance'");
    for (const sim::Definition& definition : model_.definitions) {
      const auto& named = line.matcher.agent.all;
      if (std::ranges::find(named, definition.name) == named.end() || definition.inbox != sim::unlimited) continue;
      say(fmt::format("the inbox of {} has no bound, and is never full", definition.name), "give it a 'capacity'");
    }
    begins_by_itself(line.trigger, "'at', 'every' or a 'window'");
  }

  void phase(const Line& line) {
    if (line.matcher.instance) say("concerns the whole run", "leave out 'instance'");
    if (line.trigger.every) say("comes once", "leave out 'every'");
    begins_by_itself(line.trigger, "'at' or a 'window'");
  }

  void outage(const Line& line) {
    const Matcher& whom = line.matcher;
    if (whom.tool.empty()) say("does not say which tool", "add 'tool'");
    if (!whom.agent.empty() || whom.instance) say("fails for everybody", "leave out 'agent' and 'instance'");
    begins_by_itself(line.trigger, "'at', 'every' or a 'window'");
  }

  /// `fields`: what may say when.
  void begins_by_itself(const Trigger& trigger, std::string_view fields) {
    if (trigger.nth) say("begins at a time: there is nothing to count", fmt::format("use {}", fields));
    if (!trigger.at && !trigger.every && !trigger.step && trigger.until == sim::end_of_time)
      say("does not say when it begins", fmt::format("add {} that ends", fields));
  }

  void shape(const Line& line) {
    const Matcher& whom = line.matcher;
    const Trigger& trigger = line.trigger;
    bool of_agents = false;
    bool of_tools = false;
    std::visit(
        [&]<class Kind>(const Kind&) {
          if constexpr (requires { Kind::of_agents; }) of_agents = Kind::of_agents;
          if constexpr (requires { Kind::of_tools; }) of_tools = Kind::of_tools;
        },
        line.fault);
    const bool of_links = !of_agents && !of_tools;
    const bool ends = !whom.from.empty() || !whom.to.empty();
    if (of_agents && whom.agent.empty()) say("does not say which agents", "name them with 'agent'");
    if (of_agents && ends) say("strikes agents", "name them with 'agent', not with 'from' and 'to'");
    if (of_links && whom.from.empty()) say("does not say whom it cuts off", "add 'from', or 'from' and 'to'");
    if (!of_agents && !whom.agent.empty())
      say("cuts links", "name the two sides with 'from' and 'to', not with 'agent'");
    if (of_tools && whom.tool.empty()) say("does not say which tool", "add 'tool'");
    if (of_tools && (ends || !whom.agent.empty())) say("fails for everybody", "leave out 'agent', 'from' and 'to'");
    if (!of_tools && !whom.tool.empty()) say("strikes no tool", "leave out 'tool'");
    if (whom.instance) say("strikes whatever the instance", "leave out 'instance'");
    if (trigger.every) say("comes once", "leave out 'every', or write the line several times");
    begins_by_itself(trigger, "'at' or a 'window'");
  }

  void say(std::string_view what, std::string_view fix) {
    found_.push_back({at_, fmt::format("{}: {}", name_, what), std::string(fix)});
  }
  void only(Strikes strikes, std::string_view what, const std::string& given, const std::vector<std::string>& known) {
    if (given.empty()) return;
    if (strikes_ != strikes) {
      say(fmt::format("strikes {}, which have no {}", plural(strikes_), what), fmt::format("leave out '{}'", what));
    } else {
      name(what, given, known, {});
    }
  }
  void names(std::string_view what, const Names& given, const std::vector<std::string>& known,
             std::string_view special) {
    for (const std::string& each : given.all) name(what, each, known, special);
  }
  void name(std::string_view what, std::string_view given, const std::vector<std::string>& known,
            std::string_view special) {
    if (given.empty() || given == special || std::ranges::binary_search(known, given)) return;
    say(fmt::format("no {} is called '{}'", what, given),
        known.empty() ? fmt::format("declare it: there is no {} yet", what)
                      : fmt::format("declare it, or use one of: {}", join(known)));
  }

  const sim::Model& model_;
  std::vector<Trouble>& found_;
  std::vector<std::string> agents_, topics_, tools_, keys_, resources_, artifacts_;
  std::size_t at_ = 0;
  std::string_view name_;
  Strikes strikes_{};
};

}  // namespace

std::vector<Trouble> check_lines(const sim::Model& model, std::span<const Line> lines) {
  std::vector<Trouble> found;
  Checker checker(model, found);
  for (std::size_t i = 0; i < lines.size(); ++i) checker.line(i, lines[i]);
  return found;
}

}  // namespace squall::faults

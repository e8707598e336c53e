// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/pins.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "scenarios/agents/op.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/record.hpp"

/// What a case file pins: answers of named draws, and what is left out.
namespace squall::scenarios {
namespace {

using Of = sim::Pin::Of;

constexpr const char* form =
    "write the step and which time it draws: \"coder/work code #1\", under load with \" [instance 0]\"";

/// `coder/work code #1 [instance 17]`, taken apart.
struct DrawName {
  std::string_view site;
  std::uint32_t nth = 0;
  std::uint32_t instance = sim::Pin::any_instance;
};

std::optional<std::uint32_t> number_in(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::optional<DrawName> taken_apart(std::string_view text) {
  DrawName name;
  constexpr std::string_view of_instance = " [instance ";
  if (text.ends_with(']')) {
    const std::size_t at = text.rfind(of_instance);
    if (at == std::string_view::npos) return std::nullopt;
    const auto number = number_in(text.substr(at + of_instance.size(), text.size() - at - of_instance.size() - 1));
    if (!number) return std::nullopt;
    name.instance = *number;
    text = text.substr(0, at);
  }
  const std::size_t at = text.rfind(" #");
  if (at == std::string_view::npos) return std::nullopt;
  const auto nth = number_in(text.substr(at + 2));
  if (!nth || *nth == 0) return std::nullopt;
  name.nth = *nth;
  name.site = text.substr(0, at);
  return name;
}

Of kind_of(const Pins::Answer& answer) {
  return answer.value.index() == 0 ? Of::time : answer.value.index() == 1 ? Of::choice : Of::chance;
}

std::int64_t number_of(const Pins::Answer& answer) {
  return std::visit(
      []<class Value>(const Value& value) {
        if constexpr (std::is_same_v<Value, sim::Duration>) {
          return static_cast<std::int64_t>(value.count());
        } else {
          return static_cast<std::int64_t>(value);
        }
      },
      answer.value);
}

/// What a step of this kind draws, so what it may be answered.
struct Drawn {
  bool time = false, chance = false, choice = false;
};
Drawn drawn_by(std::string_view kind) {
  constexpr std::array<std::string_view, 10> times{"sleep", "send",   "publish",         "ask",  "reply", "read",
                                                   "write", "update", "compare-and-set", "spawn"};
  if (kind == "work" || kind == "call") return {.time = true, .chance = true};
  if (kind == "validate") return {.chance = true};
  if (kind == "choose") return {.choice = true};
  return {.time = std::ranges::find(times, kind) != times.end()};
}

/// What a step bounds or repeats draws by itself.
constexpr std::array<std::string_view, 3> other_times{" timeout", " deadline", " backoff"};

class Placing {
 public:
  Placing(Reading& reading, const sim::Model& model) : reading_(reading), model_(model) {}

  /// The pin of one answer; nothing where it does not fit.
  std::optional<sim::Pin> pin(const Pins::Answer& answer, Mark mark) {
    const auto name = taken_apart(answer.draw);
    if (!name) return refuse(mark, fmt::format("'{}' names no draw", answer.draw), form);
    if (name->instance != sim::Pin::any_instance && name->instance >= model_.load.instances) {
      return refuse(mark, fmt::format("there is no instance {}", name->instance),
                    fmt::format("write 0 to {}", model_.load.instances - 1));
    }
    const sim::Pin found{.site = sim::site_key(name->site),
                         .nth = name->nth,
                         .instance = name->instance,
                         .of = kind_of(answer),
                         .answer = number_of(answer)};
    if (name->site == "load") {
      if (found.of != Of::time || name->instance != sim::Pin::any_instance)
        return refuse(mark, "arrivals of the load draw times only", "write \"load #1\": 5s");
      return found;
    }
    return fits(*name, found, mark) ? std::optional{found} : std::nullopt;
  }

 private:
  std::optional<sim::Pin> refuse(Mark mark, std::string what, std::string fix) {
    reading_.say(mark, std::move(what), std::move(fix));
    return std::nullopt;
  }

  bool fits(const DrawName& name, const sim::Pin& pin, Mark mark) {
    const std::size_t slash = name.site.find('/');
    if (slash == std::string_view::npos) return refuse(mark, fmt::format("'{}' names no step", name.site), form), false;
    const std::string_view agent = name.site.substr(0, slash);
    const auto definition = std::ranges::find(model_.definitions, agent, &sim::Definition::name);
    if (definition == model_.definitions.end()) {
      std::vector<std::string_view> known;
      for (const sim::Definition& each : model_.definitions) known.push_back(each.name);
      return refuse(mark, fmt::format("no agent is called '{}'", agent), instead_of(agent, known)), false;
    }
    const Code& code = code_of(*definition->behaviour);
    for (std::uint32_t s = 0; s < code.steps.size(); ++s) {
      const StepInfo& step = code.steps[s];
      if (step.name == name.site) return answers(code, s, pin, mark);
      if (!name.site.starts_with(step.name)) continue;
      const bool bound = std::ranges::find(other_times, name.site.substr(step.name.size())) != other_times.end();
      const bool draws = std::ranges::find(code.sites, pin.site, &sim::Site::key) != code.sites.end();
      if (!bound || !draws) continue;
      if (pin.of == Of::time) return true;
      return refuse(mark, fmt::format("'{}' draws a time", name.site), "answer it with a duration"), false;
    }
    std::vector<std::string_view> known;
    for (const StepInfo& step : code.steps) {
      const Drawn drawn = drawn_by(step.kind);
      if (drawn.time || drawn.chance || drawn.choice) known.push_back(step.name);
    }
    std::string fix = instead_of(name.site, known);
    if (fix.empty()) fix = fmt::format("no step of '{}' draws anything: leave it out", agent);
    return refuse(mark, fmt::format("'{}' has no step '{}'", agent, name.site.substr(slash + 1)), std::move(fix)),
           false;
  }

  bool answers(const Code& code, std::uint32_t s, const sim::Pin& pin, Mark mark) {
    const StepInfo& step = code.steps[s];
    const Drawn drawn = drawn_by(step.kind);
    if (pin.of == Of::time ? !drawn.time : pin.of == Of::chance ? !drawn.chance : !drawn.choice) {
      const char* takes = drawn.time && drawn.chance ? "a duration, true or false"
                          : drawn.time               ? "a duration"
                          : drawn.chance             ? "true or false"
                                                     : "the number of a branch, from 0";
      if (!drawn.time && !drawn.chance && !drawn.choice)
        return refuse(mark, fmt::format("'{}' draws nothing", step.name), "leave it out"), false;
      return refuse(mark, fmt::format("this does not answer what '{}' draws", step.name),
                    fmt::format("write {}", takes)),
             false;
    }
    if (pin.of != Of::choice) return true;
    for (std::size_t at = 0; at < code.ops.size(); ++at) {
      if (code.step_of_op[at] != s || code.ops[at].code != OpCode::choose) continue;
      if (pin.answer < std::int64_t{code.ops[at].b}) return true;
      return refuse(mark, fmt::format("'{}' has {} branches", step.name, code.ops[at].b),
                    fmt::format("write 0 to {}", code.ops[at].b - 1)),
             false;
    }
    return true;
  }

  Reading& reading_;
  const sim::Model& model_;
};

void leave_out_agents(Reading& reading, const Pins& pins, const Node* node, sim::Model& model) {
  for (std::size_t i = 0; i < pins.without_agents.size(); ++i) {
    const std::string& name = pins.without_agents[i];
    const auto found = std::ranges::find(model.definitions, name, &sim::Definition::name);
    if (found != model.definitions.end()) {
      found->left_out = true;
      continue;
    }
    std::vector<std::string_view> known;
    for (const sim::Definition& each : model.definitions) known.push_back(each.name);
    const Node& at = node->is_sequence() && i < node->items.size() ? *node->items[i] : *node;
    reading.say(at, fmt::format("no agent is called '{}'", name), instead_of(name, known));
  }
  const bool nobody = std::ranges::all_of(model.definitions, &sim::Definition::left_out);
  if (nobody && node != nullptr) reading.say(*node, "nobody is left", "keep at least one agent");
}

void leave_out_instances(Reading& reading, const Pins& pins, const Node* node, sim::Model& model) {
  std::vector<std::uint32_t>& left_out = model.load.left_out;
  left_out = pins.without_instances;
  std::ranges::sort(left_out);
  left_out.erase(std::unique(left_out.begin(), left_out.end()), left_out.end());
  if (left_out.empty()) return;
  if (left_out.back() >= model.load.instances) {
    reading.say(*node, fmt::format("there is no instance {}", left_out.back()),
                fmt::format("write numbers from 0 to {}", model.load.instances - 1));
  } else if (left_out.size() == model.load.instances) {
    reading.say(*node, "no instance is left", "keep at least one");
  }
}

}  // namespace

void read_answers(Reading& reading, const Node& set, Pins& pins, PinNodes& nodes) {
  if (!set.is_mapping()) {
    reading.say(set, "'set' is a map of named draws to their answers", "write set: {\"coder/work code #1\": 0s}");
    return;
  }
  for (const Node::Entry& entry : set.entries) {
    const std::string& text = entry.value->text;
    const auto duration = parse_duration(text);
    const auto count = parse_count(text, 0xffff'ffffU);
    Pins::Answer answer{entry.key->text, false};
    if (const auto* time = std::get_if<sim::Duration>(&duration)) {
      answer.value = *time;
    } else if (const auto* number = std::get_if<std::uint64_t>(&count)) {
      answer.value = static_cast<std::int64_t>(*number);
    } else if (entry.value->is_scalar() && (text == "true" || text == "false")) {
      answer.value = text == "true";
    } else {
      reading.say(*entry.value, fmt::format("'{}' answers no draw", text),
                  "write a duration, the number of a branch, true or false");
      continue;
    }
    pins.set.push_back(std::move(answer));
    nodes.set.push_back(entry.key->mark);
  }
}

void place_pins(Reading& reading, const Pins& pins, const PinNodes& nodes, Scenario& scenario) {
  std::vector<std::pair<sim::Pin, std::string>> placed;
  Placing placing{reading, scenario.model};
  for (std::size_t i = 0; i < pins.set.size(); ++i) {
    if (const auto pin = placing.pin(pins.set[i], nodes.set[i])) placed.emplace_back(*pin, pins.set[i].draw);
  }
  // Sorted, as the kernel looks them up by their sites.
  std::ranges::stable_sort(placed, {}, [](const auto& entry) { return entry.first.site; });
  for (auto& [pin, name] : placed) {
    scenario.model.pins.push_back(pin);
    scenario.pinned.push_back(std::move(name));
  }
  leave_out_agents(reading, pins, nodes.agents, scenario.model);
  leave_out_instances(reading, pins, nodes.instances, scenario.model);
}

}  // namespace squall::scenarios

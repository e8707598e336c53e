// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/any_line.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "faults/profile.hpp"
#include "tests/laws/dice.hpp"

namespace squall::laws {
namespace {

using namespace std::chrono_literals;

/// Names of a model, drawn. Empty where there is none.
class SomeOf {
 public:
  SomeOf(const sim::Model& model, std::uint64_t seed) : model_(model), dice_(seed) {}
  std::string agent() { return one_of(model_.definitions); }
  std::string topic() { return one_of(model_.topics); }
  std::string tool() { return one_of(model_.tools); }
  std::string key() { return one_of(model_.keys); }
  std::string field() {
    std::vector<std::string> all;
    for (const sim::TopicInfo& topic : model_.topics)
      all.insert(all.end(), topic.field_names.begin(), topic.field_names.end());
    return all.empty() ? std::string{} : all[dice_.below(static_cast<std::uint32_t>(all.size()))];
  }
  /// An agent whose inbox can be full.
  std::string bounded() {
    std::vector<sim::Definition> all;
    for (const sim::Definition& definition : model_.definitions) {
      if (definition.inbox != sim::unlimited) all.push_back(definition);
    }
    return one_of(all);
  }

 private:
  template <class Named>
  std::string one_of(const std::vector<Named>& all) {
    return all.empty() ? std::string{} : all[dice_.below(static_cast<std::uint32_t>(all.size()))].name;
  }
  const sim::Model& model_;
  Dice dice_;
};

/// The kind with each option set that would be long, or that has to be said.
template <class Kind>
Kind with_options(SomeOf& some, std::optional<std::uint32_t> times, bool fixed) {
  Kind kind{};
  Kind::fields(kind, [&]<class Value>(const sim::Field&, Value& value) {
    if constexpr (std::is_same_v<Value, sim::Distribution>) {
      value = fixed ? sim::Distribution::constant(4ms) : sim::Distribution::uniform(1ms, 20ms);
    } else if constexpr (std::is_same_v<Value, std::optional<sim::Distribution>>) {
      value = fixed ? sim::Distribution::constant(9ms) : sim::Distribution::uniform(0ms, 30ms);
    } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
      if (times) value = *times;
    } else if constexpr (std::is_same_v<Value, faults::Names>) {
      value = some.agent();
    } else if constexpr (std::is_same_v<Value, faults::TopicName>) {
      value.name = some.topic();
    } else if constexpr (std::is_same_v<Value, std::string>) {
      value = some.field();
    }
  });
  return kind;
}

/// The first line of this kind in which nothing is wrong.
template <class Kind>
std::optional<faults::Line> line_of(const sim::Model& model, sim::Probability chance, std::uint32_t times,
                                    SomeOf& some) {
  const std::string agent = some.agent(), other = some.agent(), key = some.key(), tool = some.tool();
  const faults::Matcher matchers[] = {{},
                                      {.agent = some.bounded()},
                                      {.agent = std::vector<std::string>{agent, other}},
                                      {.agent = agent},
                                      {.tool = tool},
                                      {.key = key},
                                      {.from = agent, .to = other},
                                      {.from = agent}};
  const faults::Trigger triggers[] = {{.chance = chance},
                                      {.at_most = 20, .every = sim::Distribution::uniform(1ms, 100ms)},
                                      {.until = sim::start_of_time + 60ms}};
  for (const std::optional<std::uint32_t> count : {std::optional{times}, std::optional<std::uint32_t>{}}) {
    for (const bool fixed : {false, true}) {
      const Kind kind = with_options<Kind>(some, count, fixed);
      for (const faults::Trigger& trigger : triggers) {
        for (const faults::Matcher& matcher : matchers) {
          const faults::Line line{kind, matcher, trigger};
          if (faults::check(model, faults::Profile{.lines = {line}}).empty()) return line;
        }
      }
    }
  }
  return std::nullopt;
}

template <std::size_t... kinds>
std::vector<faults::Line> lines_of(const sim::Model& model, sim::Probability chance, std::uint32_t times, SomeOf& some,
                                   std::index_sequence<kinds...>) {
  std::vector<faults::Line> lines;
  const auto add = [&]<class Kind>(std::type_identity<Kind>) {
    if constexpr (!std::is_same_v<Kind, faults::Calm>) {
      if (auto line = line_of<Kind>(model, chance, times, some)) lines.push_back(*std::move(line));
    }
  };
  (add(std::type_identity<std::variant_alternative_t<kinds, faults::AnyFault>>{}), ...);
  return lines;
}

}  // namespace

std::vector<faults::Line> any_lines(const sim::Model& model, sim::Probability chance, std::uint32_t times,
                                    std::uint64_t seed) {
  SomeOf some{model, seed};
  return lines_of(model, chance, times, some, std::make_index_sequence<std::variant_size_v<faults::AnyFault>>{});
}

}  // namespace squall::laws

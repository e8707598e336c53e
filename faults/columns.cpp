// SPDX-License-Identifier: Apache-2.0
#include "faults/columns.hpp"

#include <algorithm>

#include "sim/supply.hpp"

namespace squall::faults {
namespace {

template <class Named>
std::uint32_t position(const std::vector<Named>& all, std::string_view name, std::uint32_t otherwise) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? otherwise : static_cast<std::uint32_t>(found - all.begin());
}

}  // namespace

std::uint32_t operations_of(const Fault& fault) {
  return std::visit(
      []<class Kind>(const Kind&) {
        if constexpr (requires { Kind::acts_on; }) {
          std::uint32_t set = 0;
          for (const sim::Operation operation : Kind::acts_on) set |= 1U << static_cast<unsigned>(operation);
          return set;
        } else {
          return Columns::any;
        }
      },
      fault);
}

NameColumns::NameColumns(const sim::Model& model)
    : model_(&model),
      definitions_(static_cast<std::uint32_t>(model.definitions.size())),
      topics_(static_cast<std::uint32_t>(model.topics.size())),
      // Something of the user's own that has a special name shares its column.
      nobody_(position(model.definitions, nobody_name, definitions_)),
      reply_(position(model.topics, reply_name, topics_)) {}

std::uint32_t NameColumns::agents_of(const Names& names) {
  if (names.empty()) return Columns::any;
  if (names.all.size() == 1) return position(model_->definitions, names.all[0], nobody_);
  std::vector<bool> set(agents(), false);
  for (const std::string& name : names.all) set[position(model_->definitions, name, nobody_)] = true;
  const auto known = std::ranges::find(sets_, set);
  const auto number = static_cast<std::uint32_t>(known - sets_.begin());
  if (known == sets_.end()) sets_.push_back(std::move(set));
  return first_set + number;
}

std::uint32_t NameColumns::what_of(const Line& line) const {
  const Matcher& matcher = line.matcher;
  const auto column = [](const auto& all, const std::string& name, std::uint32_t otherwise) {
    return name.empty() ? Columns::any : position(all, name, otherwise);
  };
  switch (strikes_of(line.fault)) {
    case Strikes::message: return column(model_->topics, matcher.topic, reply_);
    case Strikes::tool:
    case Strikes::outage: return column(model_->tools, matcher.tool, 0);
    case Strikes::context: return column(model_->keys, matcher.key, 0);
    case Strikes::resource: return column(model_->resources, matcher.resource, 0);
    case Strikes::artifact: {
      const auto& names = model_->artifact_names;
      const auto found = std::ranges::find(names, matcher.artifact);
      return found == names.end() ? Columns::any : static_cast<std::uint32_t>(found - names.begin());
    }
    default: return Columns::any;
  }
}

std::uint32_t NameColumns::where_of(const Condition& condition) {
  if (!condition.given()) return Columns::any;
  const auto known = std::ranges::find(conditions_, condition);
  const auto number = static_cast<std::uint32_t>(known - conditions_.begin());
  if (known == conditions_.end()) conditions_.push_back(condition);
  return number;
}

Columns NameColumns::of(const Line& line) {
  const Matcher& matcher = line.matcher;
  const Strikes strikes = strikes_of(line.fault);
  Columns columns;
  columns.from = agents_of(strikes == Strikes::message || strikes == Strikes::link ? matcher.from : matcher.agent);
  columns.to = agents_of(matcher.to);
  columns.what = what_of(line);
  columns.where = where_of(matcher.where);
  if (matcher.instance) columns.instance = *matcher.instance;
  columns.operations = operations_of(line.fault);
  if (line.trigger.phase) columns.phase = static_cast<std::uint32_t>(*line.trigger.phase);
  if (const auto& step = line.trigger.step) {
    columns.step = sim::site_key(step->agent + "/" + step->id);
    if (matcher.agent.empty()) columns.from = agents_of(step->agent);
  }
  return columns;
}

std::uint32_t NameColumns::phase(const sim::World& world, const sim::Target& target) const {
  if (target.activation == sim::no_row) return Columns::any;
  const sim::ActivationRow& row = world.activation(target.activation);
  const sim::Definition& definition = model_->definition(world.agent(row.agent).definition);
  const sim::Behaviour& behaviour = *definition.behaviour;
  if (behaviour.struct_agent || behaviour.supplies == nullptr) return Columns::any;
  const std::uint32_t at = target.strike == sim::Strike::step ? target.detail : row.pc;
  // The programs of an agent lie one behind the other: its `do`, then its handlers.
  std::uint32_t begin = 0, end = static_cast<std::uint32_t>(behaviour.supplies->row_of_pc.size());
  const auto boundary = [&](std::uint32_t start) {
    if (start <= at) begin = std::max(begin, start);
    if (start > at) end = std::min(end, start);
  };
  if (definition.has_root) boundary(definition.root_pc);
  for (const sim::Definition::Handler& handler : definition.handlers) boundary(handler.pc);
  // The last two operations of a program do no more than end it.
  const std::uint32_t steps = end - begin > 3 ? end - begin - 2 : 1;
  return std::min((at - begin) * 3 / steps, 2U);
}

std::uint32_t NameColumns::topic(sim::TopicId topic) const {
  return sim::is_reply(topic) ? reply_ : std::min(sim::index(topic), topics_);
}

std::uint32_t NameColumns::what(const sim::Target& target) const {
  switch (target.strike) {
    case sim::Strike::send:
    case sim::Strike::cut: return topic(target.topic);
    case sim::Strike::step:
    case sim::Strike::checkpoint:
    case sim::Strike::resume:
    case sim::Strike::timer:
    case sim::Strike::notice: return 0;
    default: return target.detail;
  }
}

std::uint32_t NameColumns::width(Strikes strikes) const {
  const auto size = [](const auto& all) { return std::max(static_cast<std::uint32_t>(all.size()), 1U); };
  switch (strikes) {
    case Strikes::message: return topics_ + 1;
    case Strikes::tool: return size(model_->tools);
    case Strikes::context: return size(model_->keys);
    case Strikes::resource: return size(model_->resources);
    case Strikes::artifact: return size(model_->artifact_names);
    default: return 1;
  }
}

std::string_view NameColumns::agent_name(std::uint32_t column) const {
  return column < definitions_ ? std::string_view{model_->definitions[column].name} : nobody_name;
}
std::string_view NameColumns::topic_name(std::uint32_t column) const {
  return column < topics_ ? std::string_view{model_->topics[column].name} : reply_name;
}

sim::Strike strike_of(Strikes strikes) {
  switch (strikes) {
    case Strikes::message: return sim::Strike::send;
    case Strikes::tool: return sim::Strike::effect;
    case Strikes::context: return sim::Strike::context;
    case Strikes::resource: return sim::Strike::grant;
    case Strikes::checkpoint: return sim::Strike::checkpoint;
    case Strikes::artifact: return sim::Strike::artifact;
    case Strikes::timer: return sim::Strike::timer;
    case Strikes::membership: return sim::Strike::notice;
    default: return sim::Strike::step;
  }
}

Strikes strikes_at(sim::Strike strike) {
  switch (strike) {
    case sim::Strike::send: return Strikes::message;
    case sim::Strike::effect: return Strikes::tool;
    case sim::Strike::context: return Strikes::context;
    case sim::Strike::grant: return Strikes::resource;
    case sim::Strike::checkpoint:
    case sim::Strike::resume: return Strikes::checkpoint;
    case sim::Strike::artifact: return Strikes::artifact;
    case sim::Strike::timer: return Strikes::timer;
    case sim::Strike::notice: return Strikes::membership;
    default: return Strikes::agent;
  }
}

}  // namespace squall::faults

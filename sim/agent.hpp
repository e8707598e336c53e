// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/model.hpp"
#include "sim/turn.hpp"

/// Agents as small C++ structs: one question per event, where steps do not fit.
///
///     struct Counter {
///       std::int64_t heard = 0;
///       void on_start(Turn& turn);                            // optional: its sends happen before the first event
///       void on_message(Turn& turn, const Message& message);  // optional; without it messages are taken and forgotten
///       void on_timer(Turn& turn, TopicId topic);             // optional: `turn.timer(topic, after)` struck
///       bool takes(const Message& message) const;             // optional: explored networks deliver only what it takes now
///       void actions(ActionList& list) const;                 // optional: steps that are not messages, …
///       void on_action(Turn& turn, std::uint32_t action);     // … and one of them happening
///       static constexpr bool local = true;                   // optional: its turns look at nothing but struct and message
///       static SupplyTable supplies(const Model& model);      // optional: what it can hand out; else anything to anybody
///     };
///
/// The struct is the agent's whole state: trivially copyable, without padding, so a world that holds it stays a value.
/// It lives in the agent's cells and is lost in a crash.
namespace squall::sim {

/// A message as a struct agent sees it. Valid during the turn; `Turn::retain_message(row)` keeps it longer.
struct Message {
  const World& world;
  Row row;
  AgentId from;
  TopicId topic;

  Message(const World& w, Row r) : world(w), row(r), from(w.message(r).from), topic(w.message(r).topic) {}
  /// A field that was given; 0 where it was not.
  std::int64_t field(std::uint32_t number) const { return world.fields(row)[number]; }
  bool has(std::uint32_t number) const { return (world.message(row).present >> number & 1) != 0; }
  bool asked() const { return world.message(row).request != 0; }
};

/// The `where` by which an explorer asks a struct agent whether it would take a message now.
inline constexpr std::uint16_t takes_where = 0xffffU;

template <class State>
concept StructAgent = std::is_trivially_copyable_v<State> &&
    (std::is_empty_v<State> || std::has_unique_object_representations_v<State>);

namespace detail {

template <class State>
inline constexpr std::size_t cells_of = std::is_empty_v<State> ? 0 : (sizeof(State) + 7) / 8;

template <class State>
State load_state(const World& world, AgentId agent) {
  State state{};
  if constexpr (!std::is_empty_v<State>) std::memcpy(static_cast<void*>(&state), world.cells(agent), sizeof(State));
  return state;
}

template <class State>
void struct_turn(Turn& turn, const Wake& wake) {
  State state = load_state<State>(turn.world, turn.self);
  [[maybe_unused]] const State before = state;
  // NOLINTBEGIN(bugprone-branch-clone): which cases do the same depends on what the struct has
  switch (wake.why) {
    case Wake::Why::start:
      if constexpr (requires { state.on_start(turn); }) state.on_start(turn);
      break;
    case Wake::Why::message:
      if constexpr (requires(const Message& m) { state.on_message(turn, m); }) {
        state.on_message(turn, Message{turn.world, wake.row});
      }
      break;
    case Wake::Why::alarm:
      if constexpr (requires { state.on_timer(turn, TopicId{}); }) {
        state.on_timer(turn, TopicId{static_cast<std::uint16_t>(wake.detail)});
      }
      break;
    case Wake::Why::action:
      if constexpr (requires { state.on_action(turn, std::uint32_t{}); }) state.on_action(turn, wake.detail);
      break;
    default: break;
  }
  // NOLINTEND(bugprone-branch-clone)
  if constexpr (!std::is_empty_v<State>) {
    if (!turn.run.timed && std::memcmp(&before, &state, sizeof(State)) != 0) turn.run.idle = false;
    std::memcpy(turn.world.cells(turn.self), &state, sizeof(State));
  }
}

template <class State>
bool struct_takes(const Model&, const World& world, Row activation, std::uint16_t where, Row message) {
  if (where != takes_where) return true;
  return load_state<State>(world, world.activation(activation).agent).takes(Message{world, message});
}

template <class State>
void struct_actions(const Model& model, const World& world, AgentId self, ActionList& list) {
  const State state = load_state<State>(world, self);
  if constexpr (requires { state.actions(model, world, self, list); }) {
    state.actions(model, world, self, list);
  } else {
    state.actions(list);
  }
}

}  // namespace detail

/// Declares `replicas` struct agents that begin as `initial`. Call before `Model::finish`.
template <StructAgent State>
DefinitionId add_agent(Model& model, std::string name, const State& initial = {}, std::uint32_t replicas = 1) {
  constexpr std::size_t cells = detail::cells_of<State>;
  auto& first_cells = model.keep(std::vector<std::int64_t>(cells, 0));
  if constexpr (cells != 0) std::memcpy(first_cells.data(), &initial, sizeof(State));
  static constexpr auto types = [] {
    std::array<CellType, cells == 0 ? 1 : cells> all{};
    return all;  // integers
  }();
  Behaviour& behaviour = model.keep(Behaviour{});
  behaviour.turn = &detail::struct_turn<State>;
  behaviour.struct_agent = true;
  behaviour.cell_types = std::span<const CellType>(types).first(cells);
  behaviour.initial_cells = first_cells;
  if constexpr (requires(const State s, const Message& m) { s.takes(m); })
    behaviour.accepts = &detail::struct_takes<State>;
  if constexpr (requires(State s, Turn & t) { s.on_action(t, std::uint32_t{}); }) {
    behaviour.actions = &detail::struct_actions<State>;
  }
  if constexpr (requires { State::local; }) behaviour.local = State::local;
  if constexpr (requires(const Model& m) { State::supplies(m); })
    behaviour.supplies = &model.keep(State::supplies(model));
  Definition definition;
  definition.name = std::move(name);
  definition.behaviour = &behaviour;
  definition.replicas = replicas;
  definition.has_root = false;
  definition.daemon = true;
  model.definitions.push_back(std::move(definition));
  return DefinitionId{static_cast<std::uint32_t>(model.definitions.size() - 1)};
}

/// Declares a topic. Call before `Model::finish`.
inline TopicId add_topic(Model& model, std::string name, std::vector<std::string> fields = {}) {
  TopicInfo topic;
  topic.name = std::move(name);
  topic.field_names = std::move(fields);
  model.topics.push_back(std::move(topic));
  return TopicId{static_cast<std::uint16_t>(model.topics.size() - 1)};
}

}  // namespace squall::sim

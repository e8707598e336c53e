// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/stage.hpp"

/// Agents of a `Stage` that wait for messages, keep variables, handle topics and are crashed on time; and what they note.
namespace squall::sim::testing {

using namespace std::chrono_literals;

/// What a definition has besides its steps. Its locals: two integers, a message, an artifact, a timer.
struct Acting {
  std::vector<std::vector<Source>> waits = {};  ///< each one: any of its sources
  std::vector<CellType> cells = {};
  std::vector<std::int64_t> initial = {};
  std::function<void(Definition&)> set = {};  ///< anything else
};
inline constexpr std::size_t message_local = 2, artifact_local = 3, timer_local = 4;

inline DefinitionId actor(Stage& stage, std::string name, std::vector<Step> steps, Acting acting = {}) {
  static constexpr CellType locals[] = {CellType::integer, CellType::integer, CellType::message, CellType::artifact,
                                        CellType::timer};
  Behaviour& behaviour = stage.model.keep(Behaviour{});
  behaviour.turn = &script_turn;
  behaviour.code = &stage.model.keep(std::move(steps));
  behaviour.local_types = locals;
  behaviour.cell_types = stage.model.keep(std::move(acting.cells));
  behaviour.initial_cells = stage.model.keep(std::move(acting.initial));
  behaviour.sites = 1;
  std::vector<WaitSpec>& specs = stage.model.keep(std::vector<WaitSpec>{});
  for (const auto& sources : stage.model.keep(std::move(acting.waits))) {
    specs.push_back(wait_of(sources, false));
  }
  behaviour.waits = specs;
  Definition definition;
  definition.name = std::move(name);
  definition.behaviour = &behaviour;
  if (acting.set) acting.set(definition);
  stage.model.definitions.push_back(std::move(definition));
  return DefinitionId{static_cast<std::uint32_t>(stage.model.definitions.size() - 1)};
}

inline TopicId topic(Stage& stage, TopicInfo info) {
  stage.model.topics.push_back(std::move(info));
  return TopicId{static_cast<std::uint16_t>(stage.model.topics.size() - 1)};
}
inline TopicId topic(Stage& stage, const char* name, std::vector<std::string> fields = {}) {
  TopicInfo info;
  info.name = name;
  info.field_names = std::move(fields);
  return topic(stage, info);
}

/// Crashes at given instants.
class Crashes final : public Interposer {
 public:
  struct Crash {
    Duration at;
    AgentId agent;
    std::optional<Duration> restart_after = {};
    bool with_memory = false;
  };
  Crashes(std::initializer_list<Crash> list) : list_(list) {}
  std::uint32_t armed() const override { return 0; }
  void begin(World& world, Run& run) const override {
    for (std::uint32_t c = 0; c < list_.size(); ++c)
      schedule(world, run, list_[c].at, {.kind = c, .target = 0, .detail = 0});
  }
  Verdict strike(World&, Run&, const Target&) const override { return {}; }
  std::uint64_t play(World& world, Run& run, const Move& move) const override {
    const Crash& one = list_[move.kind];
    crash(world, run, one.agent, one.restart_after, one.with_memory);
    return site_key("crash");
  }

 private:
  std::vector<Crash> list_;
};

/// What the steps of a test say, in the order in which it happens: `12ms text`.
class Notes {
 public:
  template <class... Values>
  void add(const Turn& turn, fmt::format_string<Values...> text, Values&&... values) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(turn.now().time_since_epoch()).count();
    lines.push_back(fmt::format("{}ms ", now) + fmt::format(text, std::forward<Values>(values)...));
  }
  std::vector<std::string> lines;
};

/// A step that notes what it is told and goes on.
inline Step note(Notes& notes, const std::string& text) {
  return [&notes, text](Turn& turn, const Wake&) { notes.add(turn, "{}", text); };
}
/// Waits for `wait`. The next step begins when it is met, at once where it is met already, and owns the taken messages.
inline Step receive(std::uint32_t wait) {
  return [wait](Turn& turn, const Wake&) {
    const Row taken = turn.try_receive(wait);
    if (taken == no_row) {
      turn.wait_mailbox(wait);
      return;
    }
    const auto& steps = *static_cast<const std::vector<Step>*>(
        turn.model().definition(turn.world.agent(turn.self).definition).behaviour->code);
    steps[turn.row().pc++](turn, {.why = Wake::Why::satisfied, .row = taken, .detail = wait});
  };
}
/// The first fields of the taken messages, `3 from worker`; gives the messages back.
inline std::string read_taken(Turn& turn, Row taken) {
  std::string text;
  while (taken != no_row) {
    const MessageRow& row = turn.world.message(taken);
    const Row next = row.next;
    const std::string from = row.from == nobody ? "nobody" : agent_name(turn.model(), turn.world, row.from);
    text += fmt::format("{}{} {} from {}", text.empty() ? "" : ", ", turn.model().topic(row.topic).name,
                        (row.present & 1) != 0 ? turn.world.fields(taken)[0] : 0, from);
    turn.release_message(taken);
    taken = next;
  }
  return text;
}
inline Step finish(Ending ending = Ending::ok, Error error = Error::none) {
  return [ending, error](Turn& turn, const Wake&) { turn.end(ending, error); };
}

inline const char* ending_name(std::int64_t ending) {
  constexpr const char* names[] = {"ok", "failed", "cancelled", "crashed"};
  return names[ending];
}

}  // namespace squall::sim::testing

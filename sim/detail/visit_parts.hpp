// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/context.hpp"
#include "sim/detail/kernel.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim::detail {

/// Words that stand for what one row refers to and for what lies in lists: the parts of which `Visitor` makes elements.
/// `Out` as there.
template <class Out>
class ContentParts {
 protected:
  static constexpr std::uint64_t none = ~std::uint64_t{0};
  /// Whether `Out` calls agents otherwise: `std::uint64_t renamed(AgentId)`, of those that stand from the start.
  static constexpr bool renames = requires(const Out& out) { out.renamed(AgentId{}); };

  ContentParts(const Model& model, Out& out) : model_(model), out_(out) {
    for (const Definition& definition : model.definitions) spawns_ = spawns_ || definition.start == Start::spawned;
  }

  void word(const char* name, std::uint64_t value) { out_.word(name, value); }
  void signed_word(const char* name, std::int64_t value) { out_.word(name, static_cast<std::uint64_t>(value)); }

  // ---- names of what rows refer to ----
  /// Spawned agents by definition and number: their rows stand in the order in which different parents spawned.
  std::uint64_t name_of(AgentId id) const {
    if constexpr (renames) {
      if (index(id) < model_.members) return out_.renamed(id);
    }
    if (index(id) < model_.members || id == nobody || id == anybody) return index(id);
    const AgentRow& row = world_->agent(id);
    return (std::uint64_t{index(row.definition)} + 1) << 32 | row.member;
  }
  std::uint64_t name_of_instance(Row instance) const {
    return instance == no_row ? none : world_->instance(instance).number;
  }
  std::uint64_t place_of(Row activation) const {
    std::uint64_t place = 0;
    for (Row a = world_->agent(world_->activation(activation).agent).first; a != activation;
         a = world_->activation(a).next)
      ++place;
    return place;
  }
  void activation_name(const char* name, Row activation) {
    if (activation == no_row) {
      word(name, none);
      return;
    }
    word(name, name_of(world_->activation(activation).agent));
    word("its place", place_of(activation));
  }
  /// The waiting activation's place + 1; 0 where nobody waits any more.
  std::uint64_t waiter_of(AgentId agent, std::uint32_t request, Row instance) const {
    if (agent == nobody) return 0;
    std::uint64_t place = 1;
    for (Row a = world_->agent(agent).first; a != no_row; a = world_->activation(a).next, ++place) {
      const ActivationRow& row = world_->activation(a);
      if (row.phase == Phase::waiting && row.wait == Wait::reply && row.wait_arg == request && row.instance == instance)
        return place;
    }
    return 0;
  }
  void artifact(const char* name, Row row) {
    if (row == no_row) {
      word(name, none);
      return;
    }
    const ArtifactRow& artifact = world_->artifact(row);
    if constexpr (renames) {
      work(name, artifact);
      if (artifact.first_unsound != no_row) work("first unsound", world_->artifact(artifact.first_unsound));
    } else {
      word(name, artifact.identity);
    }
    word("sound", artifact.sound);
    for (const VersionRange range : tracked(*world_, model_, row)) {
      word("versions seen", std::uint64_t{range.lowest} << 32 | range.highest);
    }
  }

  /// In place of an artifact's identity, in which its producer's name and its parents' are mixed: what of these can be seen.
  void work(const char* name, const ArtifactRow& artifact) {
    word(name, std::uint64_t{index(artifact.name)} << 8 | artifact.disguised);
    word("producer", name_of(artifact.producer));
  }

  // ---- parts of elements ----
  void message(Row m) {
    const MessageRow& row = world_->message(m);
    if (!spawns_) {  // names fit into 32 bits
      word("from and to", name_of(row.from) << 32 | name_of(row.to));
    } else {
      word("from", name_of(row.from));
      word("to", name_of(row.to));
    }
    word("topic", std::uint64_t{index(row.topic)} << 8 | row.present);
    const std::int64_t* fields = world_->fields(m);
    for (std::uint32_t rest = row.present; rest != 0; rest &= rest - 1) {
      signed_word("field", fields[static_cast<std::uint32_t>(__builtin_ctz(rest))]);
    }
    if (model_.load.instances > 1) word("instance", name_of_instance(row.instance));
    if (row.artifact != no_row) artifact("artifact", row.artifact);
    if (row.request != 0)
      word("request", 1 + waiter_of(is_reply(row.topic) ? row.to : row.from, row.request, row.instance));
    if (row.place == Place::queued && model_.topic(row.topic).mode == TopicInfo::Mode::broadcast) {
      word("sequence number", row.order);
    }
  }
  void messages(const char* name, Row first) {
    std::uint64_t count = 0;
    for (Row m = first; m != no_row; m = world_->message(m).next) ++count;
    word(name, count);
    for (Row m = first; m != no_row; m = world_->message(m).next) message(m);
  }
  void cells(std::span<const CellType> types, const std::int64_t* values) {
    for (std::size_t c = 0; c < types.size(); ++c) {
      if (types[c] == CellType::integer) [[likely]] {
        signed_word("cell", values[c]);
      } else {
        reference(types[c], values[c]);
      }
    }
  }
  void reference(CellType type, std::int64_t value) {
    if (type == CellType::hidden) return;
    if (value == 0) {
      word("cell", none);
      return;
    }
    const Row row = static_cast<Row>(value - 1);
    switch (type) {
      case CellType::agent: word("cell", name_of(AgentId{row})); break;
      case CellType::message:
        word("cell", 1);
        message(row);
        break;
      case CellType::messages: messages("cell", row); break;
      case CellType::artifact: artifact("cell", row); break;
      case CellType::timer:
        word("cell",
             std::uint64_t{world_->timer(row).detail} << 8 | static_cast<std::uint8_t>(world_->timer(row).kind));
        break;
      default: break;
    }
  }
  /// A struct agent's one activation never leaves its place; what can differ is what it expects and what it has seen.
  std::uint64_t struct_summary(Row a) const {
    if (a == no_row) return 0;
    const ActivationRow& row = world_->activation(a);
    const std::uint64_t expects = (row.flags & activation_flag::passive) != 0 ? 0 : std::uint64_t{row.wait_arg} + 1;
    return std::uint64_t{1} << 35 | std::uint64_t{row.seen != no_row} << 36 | expects << 40;
  }
  void struct_activation(Row a) {
    const ActivationRow& row = world_->activation(a);
    if (row.seen != no_row) artifact("seen", row.seen);
    if (model_.session_words != 0) session(a);
  }
  /// What it remembers of shared things. How many grants it holds is what the resources say.
  void session(Row a) {
    const std::uint32_t* words = session_of(*world_, model_, a);
    for (std::uint32_t w = model_.resources.empty() ? 0 : 1; w < model_.session_words; ++w) word("session", words[w]);
  }
  void activation(Row a, const Behaviour& behaviour) {
    const ActivationRow& row = world_->activation(a);
    word("position", row.pc);
    const auto flags =
        static_cast<std::uint64_t>(row.flags & ~activation_flag::parent);  // a hint where to look, no more
    word("phase, wait, flags", static_cast<std::uint64_t>(row.phase) | static_cast<std::uint64_t>(row.wait) << 8 |
                                   flags << 16 | std::uint64_t{row.number} << 32);
    if (model_.load.instances > 1) word("instance", name_of_instance(row.instance));
    if (row.phase == Phase::waiting) wait(row);
    if (row.parent != no_row) activation_name("parent", row.parent);
    if ((row.children | row.children_ok | row.children_failed) != 0) {
      word("children", row.children | std::uint64_t{row.children_ok} << 16 | std::uint64_t{row.children_failed} << 32);
    }
    if (row.message != no_row) messages("handles", row.message);
    if (row.seen != no_row) artifact("seen", row.seen);
    cells(behaviour.local_types, world_->locals(a));
    if (model_.session_words != 0) session(a);
  }
  void wait(const ActivationRow& row) {
    switch (row.wait) {
      case Wait::mailbox:
        word("waits for", row.wait_arg);
        word("longer waiting", longer_waiting(row));
        break;
      case Wait::reply: break;  // the messages that carry its request name it
      case Wait::room:
        word("waits for room at", name_of(AgentId{row.wait_arg}));
        word("longer waiting", longer_waiting(row));
        break;
      default: word("waits for", row.wait_arg); break;
    }
  }
  /// Waits are served oldest first: among one agent's for its mailbox, among everybody's for a queue or for room.
  std::uint64_t longer_waiting(const ActivationRow& row) const {
    std::uint64_t longer = 0;
    const auto count = [&](const ActivationRow& other) {
      const bool same = other.phase == Phase::waiting && other.wait == row.wait;
      longer += same && static_cast<std::int32_t>(other.line - row.line) < 0 ? 1 : 0;
    };
    const bool everybody = row.wait == Wait::room || (row.want & model_.published) != 0;
    if (!everybody) {
      for (Row a = world_->agent(row.agent).first; a != no_row; a = world_->activation(a).next)
        count(world_->activation(a));
      return longer;
    }
    for (Row a = 0; a < world_->used(Pool::activations); ++a) {
      const ActivationRow& other = world_->activation(a);
      if (row.wait == Wait::room ? other.wait_arg == row.wait_arg
                                 : (other.agent == row.agent || (other.want & row.want & model_.published) != 0)) {
        count(other);
      }
    }
    return longer;
  }

  /// Tokens are content where they fence something: elsewhere they only count grants, and a loop over a lock would never
  /// come back to a state.
  std::uint64_t token(ResourceId id, std::uint32_t token) const {
    return model_.resource(id).token == untracked ? 0 : token;
  }
  void hold(const HoldRow& row) {
    word("resource", index(row.resource));
    word("agent", name_of(row.agent));
    word("token", token(row.resource, row.token));
    if (row.activation == no_row) word("instance", name_of_instance(row.instance));
    activation_name("held by", row.activation);
  }
  void call(const CallRow& row) {
    word("key", row.key);
    // Where nobody counts effects, what one is for is its caller's name and no more.
    if (!renames || model_.keeps_effects) word("effect", row.purpose_of);
    signed_word("result", row.result);
    word("agent", name_of(row.agent));
    word("tool, error, happened", index(row.tool) | std::uint64_t{row.error} << 16 | std::uint64_t{row.happened} << 24);
    word("token", row.token);
    if (model_.load.instances > 1) word("instance", name_of_instance(row.instance));
    activation_name("for", row.activation);
  }

  const Model& model_;
  Out& out_;
  const World* world_ = nullptr;
  bool spawns_ = false;
};

}  // namespace squall::sim::detail

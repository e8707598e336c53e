// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/sequential.hpp"

#include <fmt/format.h>

#include <span>
#include <string>
#include <utility>

#include "sim/history/consistency/consistency.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/invariants/under_way.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// So many positions are looked at: some tenths of a second at most.
constexpr std::uint64_t steps_max = 200'000;

struct Judged {
  std::uint32_t operations;
  std::vector<bool> keys;
};

/// An operation that has begun. When it ended does not matter: only the order of each agent's own counts.
struct Begun {
  enum class End : std::uint8_t { ok, never };
  static constexpr std::uint32_t not_kept = ~std::uint32_t{0};
  std::uint32_t instance;  ///< its number + 1; 0 none
  std::uint32_t version;   ///< `not_kept`: a write that nobody sees
  AgentId agent;
  std::uint16_t key;
  bool write;
  End end;
};
static_assert(sizeof(Begun) == 16);

/// The operations follow.
struct Memory {
  Told told;
  std::uint32_t count, more;  ///< more: there was no room for all

  Begun* begun() { return reinterpret_cast<Begun*>(this + 1); }
};

std::uint32_t instance_of(const Judging& at, const Observation& seen) {
  return seen.instance == no_row ? 0 : at.world.instance(seen.instance).number + 1;
}

/// A crash over an operation: nobody was told what was read, and whether it was written. Later operations of the agent do
/// not come after it.
void interrupt(const Judging& at, const Observation& seen) {
  if (!in_operation(at.world, seen.activation)) return;
  auto& memory = at.memory_as<Memory>();
  for (std::uint32_t b = memory.count; b-- > 0;) {
    Begun& one = memory.begun()[b];
    if (one.agent != seen.agent || one.instance != instance_of(at, seen)) continue;
    one.end = Begun::End::never;
    return;
  }
}

void note(const Judging& at, const Observation& seen) {
  const auto& judged = at.options_as<Judged>();
  auto& memory = at.memory_as<Memory>();
  if (seen.kind == Seen::interrupted) return interrupt(at, seen);
  if (!judged.keys[seen.detail]) return;
  if (memory.count == judged.operations) {
    memory.more = 1;
    return;
  }
  const bool write = seen.kind == Seen::wrote;
  std::uint32_t version = write ? seen.row : static_cast<std::uint32_t>(seen.value);
  if (write && seen.row == no_row) version = Begun::not_kept;
  memory.begun()[memory.count++] = {.instance = instance_of(at, seen),
                                    .version = version,
                                    .agent = seen.agent,
                                    .key = static_cast<std::uint16_t>(seen.detail),
                                    .write = write,
                                    .end = Begun::End::ok};
}

std::string key_text(const Judging& at, const Begun& begun) {
  const KeyInfo& key = at.model.keys[begun.key];
  return key.shared || at.model.load.instances < 2 ? key.name : fmt::format("{} of {}", key.name, begun.instance - 1);
}

std::string text(const Judging& at, const Begun& begun) {
  const std::string who = agent_name(at.model, at.world, begun.agent), key = key_text(at, begun);
  if (begun.version == Begun::not_kept) return fmt::format("{} writes {}, which is not kept", who, key);
  return fmt::format("{} {} version {} of {}", who, begun.write ? "writes" : "reads", begun.version, key);
}

/// Those that count, as a history: each key a register of versions.
history::History history_of(const Judging& at, std::span<const Begun> begun) {
  history::History made;
  for (std::uint32_t b = 0; b < begun.size(); ++b) {
    const Begun& one = begun[b];
    history::Operation operation;
    operation.function = one.write ? history::Function::write : history::Function::read;
    operation.outcome = one.end == Begun::End::ok ? history::Outcome::ok : history::Outcome::info;
    operation.process = made.values.word(fmt::format("{}/{}", index(one.agent), one.instance));
    operation.key = made.values.word("\"" + key_text(at, one));
    const history::ValueId value = one.version == Begun::not_kept ? made.values.word(fmt::format("\"not kept {}", b))
                                                                  : made.values.number(one.version);
    (one.write ? operation.asked : operation.answered) = value;
    operation.invoked = 2 * b + 1;
    if (one.end == Begun::End::ok) operation.returned = 2 * b + 2;
    made.operations.push_back(operation);
  }
  return made;
}

void judge(const Judging& at, bool) {
  auto& memory = at.memory_as<Memory>();
  const std::span<const Begun> begun{memory.begun(), memory.count};
  history::History history = history_of(at, begun);
  const history::ModelOptions options{.initial = history.values.number(0)};
  const auto check = check_consistency(history, history::Consistency::sequential, options, {.steps_max = steps_max});
  if (check.verdict == history::HistoryVerdict::unknown) return at.found.leave_open(Sequential::name, check.unknown);
  if (check.verdict == history::HistoryVerdict::holds) {
    if (memory.more != 0)
      at.found.leave_open(
          Sequential::name,
          fmt::format("only the first {} operations were judged: allow for more `operations`", begun.size()));
    return;
  }
  const Begun& stuck = begun[check.operations.front()];
  const std::string role = role_of(at.model, at.world, stuck.agent);
  tell(at, memory.told, Sequential::name,
       {fmt::format("{} {} by {}", at.model.keys[stuck.key].name, stuck.write ? "written" : "read", role)}, at.now(),
       [&] {
         std::vector<std::string> reasons;
         for (std::size_t t = 0; t < check.operations.size(); ++t)
           reasons.push_back(fmt::format("T{}: {}", t + 1, text(at, begun[check.operations[t]])));
         reasons.insert(reasons.end(), check.story.begin(), check.story.end());
         return reasons;
       });
}

}  // namespace

Monitor Sequential::monitor(Model& model) const {
  if (model.keys.empty()) return {.name = name, .claim = claim};
  constexpr SeenMask listens = bits(Seen::read, Seen::wrote, Seen::interrupted);
  return {.name = name,
          .claim = claim,
          .listens = listens,
          .at_once = listens,
          .bytes = static_cast<std::uint32_t>(sizeof(Memory) + operations * sizeof(Begun)),
          .options = &model.keep(Judged{operations, selected(keys, model)}),
          .on = note,
          .end = judge};
}

}  // namespace squall::sim

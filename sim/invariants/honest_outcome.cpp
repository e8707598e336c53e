// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/honest_outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "sim/detail/of_instance.hpp"
#include "sim/error.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/predicate.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// What is known of an instance before its end. Agents are their number + 1; 0: there was none.
struct OfInstance {
  std::uint32_t reporter;  ///< of the first report
  std::uint32_t contrary;  ///< of the first report that differs from it
  std::uint32_t failed;    ///< whose activation failed first, or was taken by a crash for good
  std::uint32_t error;     ///< of that; `Error::crashed` after a crash
  std::uint32_t unsound;   ///< name of unsound work that the reporter of success was given, + 1
  std::uint32_t producer;  ///< of that
  std::uint64_t owing;     ///< daemons that a crash took over something they owed: a bit for each number modulo 64
};

constexpr std::uint16_t agents_named[] = {offsetof(OfInstance, reporter), offsetof(OfInstance, contrary),
                                          offsetof(OfInstance, failed), offsetof(OfInstance, producer)};
constexpr std::uint16_t sets_of_agents[] = {offsetof(OfInstance, owing)};

std::uint32_t number_of(AgentId agent) { return index(agent) + 1; }

void note_report(const Judging& at, const Observation& seen, OfInstance& of) {
  const World& world = at.world;
  if (of.reporter == 0) {
    of.reporter = number_of(seen.agent);
    const Row known = seen.value != 0 ? world.activation(seen.activation).seen : no_row;
    if (known == no_row || world.artifact(known).first_unsound == no_row) return;
    const ArtifactRow& unsound = world.artifact(world.artifact(known).first_unsound);
    of.unsound = index(unsound.name) + 1;
    of.producer = number_of(unsound.producer);
  } else if (world.instance(seen.instance).contradicted != 0 && of.contrary == 0) {
    of.contrary = number_of(seen.agent);
  }
}

/// A message that was handled in vain and not acknowledged is handled again.
bool comes_again(const Judging& at, const ActivationRow& row) {
  if ((row.flags & activation_flag::handler) == 0 || row.message == no_row) return false;
  const TopicId topic = at.world.message(row.message).topic;
  return at.model.definition(at.world.agent(row.agent).definition).ack == Ack::end ||
         (index(topic) < at.model.topics.size() && at.model.topic(topic).ack == Ack::end);
}

std::uint64_t owing_bit(AgentId agent) { return std::uint64_t{1} << index(agent) % 64; }

/// A daemon that waits for whatever may come, or is about to, owes nothing to anybody. What is asked of it afterwards, somebody
/// waits for, or it stays in a mailbox: other judges see that.
bool at_rest(const Judging& at, const ActivationRow& row) {
  if (!is_daemon(at.model, at.world, row.agent)) return false;
  if (row.phase == Phase::waiting) return row.wait == Wait::mailbox && (row.flags & activation_flag::passive) != 0;
  const Behaviour& behaviour = *at.model.definition(at.world.agent(row.agent).definition).behaviour;
  return row.phase == Phase::running && std::ranges::binary_search(behaviour.rests, row.pc);
}

void note_crash(const Judging& at, const Observation& seen, OfInstance& of) {
  const ActivationRow& row = at.world.activation(seen.activation);
  if (is_daemon(at.model, at.world, row.agent) && !at_rest(at, row)) of.owing |= owing_bit(row.agent);
}

void note_failure(const Judging& at, const Observation& seen, OfInstance& of) {
  const ActivationRow& row = at.world.activation(seen.activation);
  if (of.failed != 0 || is_branch(at.world, seen.activation)) return;
  if (seen.kind == Seen::interrupted && at_rest(at, row)) return;
  if (seen.kind == Seen::failed && comes_again(at, row)) return;
  of.failed = number_of(seen.agent);
  of.error = seen.kind == Seen::failed ? seen.detail : static_cast<std::uint32_t>(Error::crashed);
}

/// At the end of one instance: compares what was reported with what came out.
class Comparison {
 public:
  Comparison(const Judging& at, Row instance)
      : at_(at), model_(at.model), world_(at.world), row_(instance), of_(at.of<OfInstance>(instance)) {}

  void compare() {
    const InstanceRow& instance = world_.instance(row_);
    if (of_.contrary != 0) {
      lie("the opposite after " + name_of(of_.reporter), of_.contrary,
          fmt::format("{} reports the opposite of what {} has reported", name_of(of_.contrary), name_of(of_.reporter)));
    }
    if (instance.outcome == ReportedOutcome::none || of_.reporter == 0) return;
    const bool success = instance.outcome == ReportedOutcome::success;
    if (model_.goal.empty()) {
      if (success) defaults();
    } else {
      goal(success);
    }
  }

 private:
  void goal(bool success) {
    const Value reached = evaluate(model_.goal, {.model = model_, .world = world_, .instance = row_});
    const bool holds = reached.error == Error::none && reached.value != 0;
    if (holds == success) return;
    const std::string reason = reached.error != Error::none
                                   ? fmt::format("{} reports success, and the goal cannot be computed: {}",
                                                 name_of(of_.reporter), error_name(reached.error))
                                   : fmt::format("{} reports {}, and the goal is {}", name_of(of_.reporter),
                                                 success ? "success" : "failure", holds ? "reached" : "not reached");
    lie(success ? "the goal is not reached" : "the goal is reached", of_.reporter, reason);
  }

  void defaults() {
    const std::string reporter = name_of(of_.reporter);
    if (of_.failed != 0) {
      const std::string how = of_.error == static_cast<std::uint32_t>(Error::crashed)
                                  ? fmt::format("a crash took what {} did", name_of(of_.failed))
                                  : fmt::format("{} failed ({})", name_of(of_.failed), error_text(model_, of_.error));
      return lie(role(of_.failed) + " failed", of_.reporter,
                 fmt::format("{} reports success, though {}", reporter, how));
    }
    if (of_.unsound != 0) {
      const std::string what =
          of_.unsound - 1 < model_.artifact_names.size() ? model_.artifact_names[of_.unsound - 1] : "work";
      return lie(fmt::format("{} of {} is unsound", what, role(of_.producer)), of_.reporter,
                 fmt::format("{} reports success, though it rests on {} of {}, which is unsound", reporter, what,
                             name_of(of_.producer)));
    }
    for (Row c = 0; c < world_.used(Pool::checkpoints); ++c) {
      const CheckpointRow& note = world_.checkpoint(c);
      if (note.agent == nobody || note.instance != row_ || note.saved != CheckpointRow::Saved::unfinished) continue;
      if (is_daemon(model_, world_, note.agent) && (of_.owing & owing_bit(note.agent)) == 0) continue;
      return lie(role(number_of(note.agent)) + " is down", of_.reporter,
                 fmt::format("{} reports success, though {} crashed over its work and never came back", reporter,
                             agent_name(model_, world_, note.agent)));
    }
    if (world_.instance(row_).activations != 0) unended();
  }

  void unended() {
    Row first = no_row;
    detail::each_activation(world_, row_, [&](Row a) {
      const ActivationRow& row = world_.activation(a);
      const bool judged =
          row.phase != Phase::free && row.instance == row_ && (row.flags & activation_flag::branch) == 0;
      if (first == no_row && judged && !is_daemon(model_, world_, row.agent)) first = a;
    });
    if (first == no_row) return;
    const AgentId agent = world_.activation(first).agent;
    lie(role(number_of(agent)) + " has not ended", of_.reporter,
        fmt::format("{} reports success, though {} {}", name_of(of_.reporter), agent_name(model_, world_, agent),
                    kept_by_text(model_, world_, first)));
  }

  void lie(std::string why, std::uint32_t reporter, const std::string& reason) {
    const bool success = world_.instance(row_).outcome == ReportedOutcome::success;
    std::string reports = fmt::format("{} reports {}", role(reporter), success ? "success" : "failure");
    if (reporter == of_.contrary) reports = role(reporter) + " contradicts";
    tell(at_, at_.memory_as<Told>(), HonestOutcome::name, {std::move(reports), std::move(why)}, at_.now(),
         [&] { return std::vector<std::string>{reason + instance_text(model_, world_, row_)}; });
  }

  std::string name_of(std::uint32_t agent) const { return agent_name(model_, world_, AgentId{agent - 1}); }
  const std::string& role(std::uint32_t agent) const { return role_of(model_, world_, AgentId{agent - 1}); }

  const Judging& at_;
  const Model& model_;
  const World& world_;
  Row row_;
  const OfInstance& of_;
};

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  auto& of = at.of<OfInstance>(seen.instance);
  switch (seen.kind) {
    case Seen::reported: note_report(at, seen, of); break;
    case Seen::failed:
      if (seen.value == static_cast<std::int64_t>(Ending::failed)) note_failure(at, seen, of);
      break;
    case Seen::interrupted:
      note_crash(at, seen, of);
      if (seen.value == 0) note_failure(at, seen, of);
      break;
    default: Comparison{at, seen.instance}.compare(); break;
  }
}

}  // namespace

Monitor HonestOutcome::monitor(Model&) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::reported, Seen::failed, Seen::interrupted, Seen::closed),
          .at_once = bits(Seen::reported, Seen::failed, Seen::interrupted),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::listed,
          .instance_names = agents_named,
          .instance_sets = sets_of_agents};
}

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/claims/judges.hpp"

#include <algorithm>

#include "scenarios/agents/op.hpp"
#include "scenarios/claims/text.hpp"
#include "scenarios/claims/world_compiler.hpp"
#include "scenarios/nearest.hpp"
#include "sim/invariants/catalogue.hpp"

namespace squall::scenarios {
namespace {

using sim::Seen;

sim::SeenMask kinds_of(Pattern::Kind kind) {
  switch (kind) {
    case Pattern::Kind::sent: return bit(Seen::sent);
    case Pattern::Kind::received: return bit(Seen::consumed);
    case Pattern::Kind::ran: return bit(Seen::began);
    case Pattern::Kind::wrote: return bit(Seen::wrote);
    case Pattern::Kind::effect: return bit(Seen::effect);
    case Pattern::Kind::emitted: return bit(Seen::emitted);
    case Pattern::Kind::ended: return sim::bits(Seen::finished, Seen::failed);
    case Pattern::Kind::failed: return bit(Seen::failed);
    case Pattern::Kind::dead_letter: return bit(Seen::dead_letter);
    case Pattern::Kind::outcome: return sim::bits(Seen::reported, Seen::closed);
  }
  return 0;
}

bool speaks_of_messages(Pattern::Kind kind) {
  return kind == Pattern::Kind::sent || kind == Pattern::Kind::received || kind == Pattern::Kind::dead_letter;
}

}  // namespace

void Judges::error(std::string what, std::string fix) {
  errors_.push_back({where_, std::move(what), std::move(fix), mark_});
}

void Judges::refuse(const std::string& invariant) {
  where_ = invariant;
  mark_ = 0;
  std::vector<std::string_view> all;
  for (const sim::InvariantRow& known : sim::invariants()) all.push_back(known.name);
  error("no invariant is called so", instead_of(invariant, all));
}

void Judges::place(const sim::Invariant& invariant) {
  where_ = name_of(invariant);
  mark_ = 0;
  if (const auto wrong = sim::problem(invariant, names_.model)) return error(wrong->what, wrong->fix);
  taken_.insert(where_);
  sim::place(names_.model, invariant);
}

void Judges::set_goal(const Condition& goal) {
  where_ = "goal";
  mark_ = goal.mark;
  if (!goal.patterns.empty()) error("a goal counts no events", "ask what has come of them: context, effects, agents");
  WorldCompiler compiler{names_, errors_, where_, mark_};
  names_.model.goal = compiler.compile(goal.expression, WorldCompiler::Sees::world);
  names_.model.keeps_effects = names_.model.keeps_effects || compiler.counts_effects();
}

void Judges::place(const Claim& claim) {
  const std::string name = claim.name.empty() ? std::string{keyword(claim.kind)} : claim.name;
  where_ = name;
  mark_ = claim.mark;
  if (!taken_.insert(name).second) return error("another check has this name", "give the claim a `name` of its own");
  const std::size_t errors = errors_.size();
  sim::ClaimText text{.name = name, .claim = text_of(claim), .because = claim.because};
  sim::Monitor made = monitor(claim, std::move(text));
  if (errors_.size() == errors) names_.model.monitors.push_back({.monitor = made});
}

const Pattern* Judges::event(const Claim&, const Claim::Subject& subject) {
  const auto* found = std::get_if<Pattern>(&subject);
  if (found == nullptr) error("takes events, not a condition", "write a pattern: sent, received, wrote, …");
  return found;
}

sim::Monitor Judges::monitor(const Claim& claim, sim::ClaimText text) {
  sim::Model& model = names_.model;
  switch (claim.kind) {
    case Claim::Kind::always:
    case Claim::Kind::never:
    case Claim::Kind::eventually:
    case Claim::Kind::sometimes: {
      sim::ClaimSubject subject;
      if (const auto* events = std::get_if<Pattern>(&claim.that)) {
        if (claim.kind == Claim::Kind::always)
          error("no event happens always", "write a condition, or a `never` of the events that may not be");
        subject.pattern = pattern(*events);
      } else {
        subject.condition = condition(std::get<Condition>(claim.that));
      }
      const auto kind = claim.kind == Claim::Kind::always       ? sim::StateClaim::always
                        : claim.kind == Claim::Kind::never      ? sim::StateClaim::never
                        : claim.kind == Claim::Kind::eventually ? sim::StateClaim::eventually
                                                                : sim::StateClaim::sometimes;
      return sim::state_claim(model, kind, std::move(text), std::move(subject), claim.within);
    }
    case Claim::Kind::leads_to:
    case Claim::Kind::precedes: {
      const Pattern* first = event(claim, claim.that);
      if (!claim.then) error("says no `then`", "say which events follow");
      if (first == nullptr || !claim.then) return {};
      if (claim.kind == Claim::Kind::precedes)
        return sim::precedes_claim(model, std::move(text), pattern(*first), pattern(*claim.then));
      std::vector<sim::Instruction> by;
      if (!claim.by.empty()) {
        by =
            WorldCompiler{names_, errors_, where_, mark_}.compile(var("event." + claim.by), WorldCompiler::Sees::event);
      }
      return sim::leads_to_claim(model, std::move(text), pattern(*first), pattern(*claim.then), claim.within,
                                 std::move(by));
    }
    case Claim::Kind::at_most: {
      const Pattern* of = event(claim, claim.that);
      if (of == nullptr) return {};
      return sim::at_most_claim(model, std::move(text), claim.n, pattern(*of),
                                claim.after ? std::optional{pattern(*claim.after)} : std::nullopt);
    }
  }
  return {};
}

sim::WorldCondition Judges::condition(const Condition& written) {
  sim::WorldCondition made{.text = text_of(written), .code = {}, .counted = {}, .parts = {}};
  for (const Pattern& counted : written.patterns) made.counted.push_back(pattern(counted));
  WorldCompiler compiler{names_, errors_, where_, written.mark != 0 ? written.mark : mark_};
  made.code = compiler.compile(written.expression, WorldCompiler::Sees::world, written.patterns.size());
  made.parts = compiler.parts(written.expression);
  names_.model.keeps_effects = names_.model.keeps_effects || compiler.counts_effects();
  return made;
}

std::optional<sim::DefinitionId> Judges::agent(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto* found = names_.agent(name);
  if (found != nullptr) return found->id;
  error("no agent is called '" + name + "'", names_.instead_of_agent(name));
  return std::nullopt;
}

sim::EventPattern Judges::pattern(const Pattern& written) {
  sim::EventPattern made{.text = text_of(written), .kinds = kinds_of(written.kind)};
  const bool of_agent = written.kind == Pattern::Kind::ended || written.kind == Pattern::Kind::failed;
  made.from = agent(of_agent && written.sender.empty() ? written.what : written.sender);
  made.to = agent(written.receiver);
  if (!written.receiver.empty() && !speaks_of_messages(written.kind))
    error("'" + made.text + "' has no receiver", "say `to` of messages only");
  if (!written.what.empty()) fill_subject(made, written);
  if (written.property) {
    made.where = WorldCompiler{names_, errors_, where_, written.mark != 0 ? written.mark : mark_}.compile(
        *written.property, WorldCompiler::Sees::event);
  }
  return made;
}

void Judges::fill_subject(sim::EventPattern& into, const Pattern& written) {
  const std::string& what = written.what;
  switch (written.kind) {
    case Pattern::Kind::sent:
    case Pattern::Kind::received:
    case Pattern::Kind::dead_letter:
      if (!names_.has_topic(what))
        return error("no topic is called '" + what + "'", "use a topic that is sent or received");
      into.topic = names_.topic(what);
      return;
    case Pattern::Kind::wrote: {
      const auto key = names_.key(what);
      if (!key) return error("no key is called '" + what + "'", names_.instead_of_key(what));
      into.detail = index(*key);
      return;
    }
    case Pattern::Kind::effect: {
      const auto tool = names_.tool(what);
      if (!tool) return error("no tool is called '" + what + "'", names_.instead_of_tool(what));
      into.detail = index(*tool);
      return;
    }
    case Pattern::Kind::emitted:
      if (std::ranges::find(names_.model.events, what) == names_.model.events.end())
        return error("nobody emits '" + what + "'", "use an event of some `emit`");
      into.detail = names_.event(what);
      return;
    case Pattern::Kind::outcome:
      if (what != "success" && what != "failure")
        return error("'" + what + "' is no outcome that is reported", "write success or failure");
      into.value = what == "success" ? 1 : 0;
      return;
    case Pattern::Kind::ran: return fill_step(into, what);
    case Pattern::Kind::ended:
    case Pattern::Kind::failed: return;
  }
}

/// A shared step begins where one of its operations does. Local steps begin no turn: nothing is seen of them.
void Judges::fill_step(sim::EventPattern& into, const std::string& step) {
  const std::size_t dot = step.find('.');
  const std::string owner = step.substr(0, dot);
  const auto* found = names_.agent(owner);
  if (dot == std::string::npos || found == nullptr)
    return error("'" + step + "' names no step", "write the agent and the step's id: coder.inputs");
  into.from = found->id;
  const Code& code = code_of(*names_.model.definition(found->id).behaviour);
  const std::string name = owner + "/" + step.substr(dot + 1);
  for (std::uint32_t op = 0; op < code.ops.size(); ++op) {
    if (code.steps[code.step_of_op[op]].name == name) into.positions.push_back(op);
  }
  if (into.positions.empty())
    error("'" + owner + "' has no step '" + step.substr(dot + 1) + "'", "give the step this `id`");
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/small_program.hpp"

namespace squall::sim::testing {
namespace {

using Kind = SmallOp::Kind;

constexpr CellType locals[] = {CellType::timer, CellType::message};
constexpr std::uint32_t timer_local = 0, message_local = 1;

const SmallCode& code_of(Turn& turn) {
  return *static_cast<const SmallCode*>(turn.model().definition(turn.world.agent(turn.self).definition).behaviour->code);
}

template <class Table>
std::uint32_t number_of(const Table& table, const std::string& name) {
  for (std::uint32_t n = 0; n < table.size(); ++n) {
    if (table[n].name == name) return n;
  }
  std::abort();
}

void arm_timeout(Turn& turn, const SmallOp& op) {
  if (!op.timeout || op.kind == Kind::work) return;
  const Row timer = turn.arm(TimerKind::timeout, *op.timeout);
  turn.locals()[timer_local] = timer + 1;
}

void disarm_timeout(Turn& turn) {
  std::int64_t& timer = turn.locals()[timer_local];
  if (timer != 0) turn.disarm(static_cast<Row>(timer - 1));
  timer = 0;
}

/// Of several that were taken together, the first.
void keep_message(Turn& turn, Row message) {
  std::int64_t& kept = turn.locals()[message_local];
  if (kept != 0) turn.release_message(static_cast<Row>(kept - 1));
  kept = message == no_row ? 0 : std::int64_t{message} + 1;
  for (Row other = message == no_row ? no_row : turn.world.message(message).next; other != no_row;) {
    const Row next = turn.world.message(other).next;
    turn.release_message(other);
    other = next;
  }
  if (message != no_row) turn.world.message(message).next = no_row;
}

Question question(Turn& turn) { return turn.ask({.key = site_key("op") + turn.row().pc, .counter = turn.row().pc}); }

/// True: the program runs on in this turn.
bool run_op(Turn& turn, const SmallOp& op) {
  const Model& model = turn.model();
  const std::uint32_t pc = turn.row().pc;
  const auto next = [&] { turn.row().pc = pc + 1; };
  switch (op.kind) {
    case Kind::send: {
      const Definition& to = model.definitions[number_of(model.definitions, op.name)];
      const TopicId topic{static_cast<std::uint16_t>(number_of(model.topics, op.topic))};
      for (std::uint32_t m = 0; m < to.replicas; ++m) {
        const AgentId receiver{index(to.first) + m};
        if (turn.send({.to = receiver, .topic = topic}, question(turn)) == Sent::no_room) {
          turn.wait_room(receiver);
          return false;
        }
      }
      next();
      return true;
    }
    case Kind::publish:
      turn.publish({.to = nobody, .topic = TopicId{static_cast<std::uint16_t>(number_of(model.topics, op.topic))}}, question(turn));
      next();
      return true;
    case Kind::receive:
      if (const Row taken = turn.try_receive(pc); taken != no_row) {
        keep_message(turn, taken);
        next();
        turn.yield();
        return false;
      }
      turn.wait_mailbox(pc, op.passive);
      arm_timeout(turn, op);
      return false;
    case Kind::ask: {
      const AgentId server = model.definitions[number_of(model.definitions, op.name)].first;
      const TopicId topic{static_cast<std::uint16_t>(number_of(model.topics, op.topic))};
      const std::uint32_t request = turn.new_request();
      turn.send({.to = server, .topic = topic, .request = request}, question(turn));
      turn.wait_reply(request);
      arm_timeout(turn, op);
      return false;
    }
    case Kind::reply: {
      const std::int64_t kept = turn.locals()[message_local];
      const Row handled = turn.row().message;
      const Row to = handled != no_row || kept == 0 ? handled : static_cast<Row>(kept - 1);
      if (to != no_row) turn.reply(to, {}, Error::none, question(turn));
      next();
      return true;
    }
    case Kind::acquire: {
      Error error = Error::none;
      const ResourceId resource{static_cast<std::uint16_t>(number_of(model.resources, op.name))};
      if (turn.acquire(resource, error, question(turn)) != no_row || error != Error::none) {
        next();
        turn.yield();
      } else {
        arm_timeout(turn, op);
      }
      return false;
    }
    case Kind::release:
      turn.release(ResourceId{static_cast<std::uint16_t>(number_of(model.resources, op.name))});
      next();
      turn.yield();
      return false;
    case Kind::work:
      next();
      turn.busy(TimerKind::work, *op.timeout);
      return false;
    case Kind::call:
      turn.call({.tool = ToolId{static_cast<std::uint16_t>(number_of(model.tools, op.name))}}, question(turn));
      arm_timeout(turn, op);
      return false;
    case Kind::choose:
      turn.row().pc = op.targets[turn.choose(question(turn), purpose("way"), static_cast<std::uint32_t>(op.targets.size()))];
      return true;
    case Kind::fork:
      for (std::uint32_t b = 0; b < op.targets.size(); ++b) turn.fork(op.targets[b], static_cast<std::uint16_t>(b), b);
      turn.wait_children();
      arm_timeout(turn, op);
      return false;
    case Kind::spawn:
      turn.spawn(DefinitionId{number_of(model.definitions, op.name)}, {}, op.policy, question(turn));
      next();
      turn.yield();
      return false;
    case Kind::join_spawned:
      if (turn.wait_spawned()) return false;
      next();
      return true;
    case Kind::cancel:
      turn.cancel_agent(model.definitions[number_of(model.definitions, op.name)].first, false);
      next();
      turn.yield();
      return false;
    case Kind::jump:
      turn.row().pc = op.targets[0];
      turn.yield();
      return false;
    case Kind::end: break;
    case Kind::fail:
      disarm_timeout(turn);
      turn.end(Ending::failed, Error::failed);
      return false;
  }
  disarm_timeout(turn);
  turn.end(Ending::ok);
  return false;
}

/// Whether a join goes on; else it waits again.
bool joined(Turn& turn, const SmallOp& op) {
  const ActivationRow& row = turn.row();
  const bool enough = row.children == 0 || (op.join_any && row.children_ok != 0);
  if (enough && row.children != 0) turn.cancel_children(false);
  return enough;
}

void small_turn(Turn& turn, const Wake& wake) {
  const SmallCode& code = code_of(turn);
  const std::uint32_t pc = turn.row().pc;
  switch (wake.why) {
    case Wake::Why::cancelled:
      disarm_timeout(turn);
      turn.end(Ending::cancelled, Error::cancelled);
      return;
    case Wake::Why::timeout:
      turn.locals()[timer_local] = 0;
      if (code.ops[pc].kind == Kind::fork) turn.cancel_children(false);
      turn.row().pc = code.ops[pc].otherwise;
      break;
    case Wake::Why::satisfied:
      disarm_timeout(turn);
      keep_message(turn, wake.row);
      turn.row().pc = pc + 1;
      break;
    case Wake::Why::granted:
      disarm_timeout(turn);
      turn.row().pc = pc + 1;
      break;
    case Wake::Why::done:
      if (pc < code.ops.size() && code.ops[pc].kind == Kind::call) {
        disarm_timeout(turn);
        turn.row().pc = pc + 1;
      }
      break;
    case Wake::Why::joined:
      if (code.ops[pc].kind == Kind::fork) {
        if (!joined(turn, code.ops[pc])) {
          turn.wait_children();
          return;
        }
        disarm_timeout(turn);
        turn.row().pc = pc + 1;
      }
      break;
    default: break;
  }
  for (;;) {
    const std::uint32_t at = turn.row().pc;
    if (at >= code.ops.size()) {
      if (turn.wait_spawned()) return;
      turn.end(Ending::ok);
      return;
    }
    if (!run_op(turn, code.ops[at])) return;
  }
}

bool waits(Kind kind) {
  return kind == Kind::receive || kind == Kind::ask || kind == Kind::acquire || kind == Kind::call || kind == Kind::fork ||
         kind == Kind::join_spawned || kind == Kind::send;
}

}  // namespace

Definition& Crew::declare(std::string name, std::vector<SmallOp> ops, std::map<std::string, std::uint32_t> handlers,
                          std::uint32_t replicas) {
  SmallCode& code = model.keep(SmallCode{.ops = std::move(ops), .sources = {}, .waits = {}, .supplies = {}});
  for (const SmallOp& op : code.ops) {
    if (!op.topic.empty()) topic(op.topic);
    for (const From& from : op.sources) topic(from.topic);
  }
  for (const auto& [name_of_topic, pc] : handlers) topic(name_of_topic);
  Definition definition;
  definition.name = std::move(name);
  definition.replicas = replicas;
  model.definitions.push_back(std::move(definition));
  drafts_.push_back({&code, std::move(handlers)});
  return model.definitions.back();
}

void Crew::supply(SmallCode& code) {
  SupplyTable& table = code.supplies;
  const auto size = static_cast<std::uint32_t>(code.ops.size());
  std::vector<std::optional<std::uint32_t>> fact_of(size + 1);
  const auto add = [&](std::uint32_t pc, Supply fact) {
    fact_of[pc] = static_cast<std::uint32_t>(table.facts.size());
    table.facts.push_back(fact);
  };
  std::vector<std::vector<std::uint32_t>> next(size + 1);
  for (std::uint32_t pc = 0; pc < size; ++pc) {
    const SmallOp& op = code.ops[pc];
    if (op.kind == Kind::choose || op.kind == Kind::jump) {
      next[pc] = op.targets;
    } else if (op.kind != Kind::end && op.kind != Kind::fail) {
      next[pc] = {pc + 1};
      if (op.kind == Kind::fork) next[pc].insert(next[pc].end(), op.targets.begin(), op.targets.end());
      if (op.timeout && op.kind != Kind::work) next[pc].push_back(op.otherwise);
    }
    switch (op.kind) {
      case Kind::send:
      case Kind::ask: add(pc, {.kind = Supply::Kind::message, .topic = topic(op.topic), .to = definition(op.name)}); break;
      case Kind::publish: add(pc, {.kind = Supply::Kind::publish, .topic = topic(op.topic)}); break;
      case Kind::reply: add(pc, {.kind = Supply::Kind::reply}); break;
      case Kind::release: add(pc, {.kind = Supply::Kind::release, .resource = resource_id(op.name)}); break;
      case Kind::spawn: add(pc, {.kind = Supply::Kind::spawn, .to = definition(op.name)}); break;
      case Kind::cancel: add(pc, {.kind = Supply::Kind::cancel, .to = definition(op.name)}); break;
      case Kind::end:
      case Kind::fail: add(pc, {.kind = Supply::Kind::finish}); break;
      default: break;
    }
  }
  add(size, {.kind = Supply::Kind::finish});
  table.words = static_cast<std::uint32_t>((table.facts.size() + 63) / 64);
  // Row 0 hands out nothing, row pc + 1 is what can be handed out from pc on: grown until nothing more comes.
  table.reach.assign(std::size_t{size + 2} * table.words, 0);
  for (bool grown = true; grown;) {
    grown = false;
    for (std::uint32_t pc = 0; pc <= size; ++pc) {
      for (std::uint32_t w = 0; w < table.words; ++w) {
        std::uint64_t& word = table.reach[std::size_t{pc + 1} * table.words + w];
        std::uint64_t whole = word;
        if (fact_of[pc] && *fact_of[pc] / 64 == w) whole |= std::uint64_t{1} << (*fact_of[pc] % 64);
        for (const std::uint32_t to : next[pc]) whole |= table.reach[std::size_t{to + 1} * table.words + w];
        grown = grown || whole != word;
        word = whole;
      }
    }
  }
  for (std::uint32_t pc = 0; pc <= size; ++pc) {
    table.row_of_pc.push_back(pc + 1);
    WaitReach reach;
    if (pc < size && waits(code.ops[pc].kind)) {
      // A sender that waits for room still has to send.
      reach.success = code.ops[pc].kind == Kind::send ? pc + 1 : pc + 2;
      if (code.ops[pc].timeout) reach.otherwise = code.ops[pc].otherwise + 1;
    }
    table.waits_of_pc.push_back(reach);
  }
}

void Crew::resolve(std::uint32_t number) {
  SmallCode& code = *drafts_[number].code;
  for (const SmallOp& op : code.ops) {
    std::vector<Source>& sources = code.sources.emplace_back();
    for (const From& from : op.sources) {
      Source source{.topic = topic(from.topic), .count_min = from.count, .count_max = from.count, .distinct = from.distinct};
      if (!from.sender.empty()) {
        const Definition& sender = model.definition(definition(from.sender));
        source.from = Source::From::members;
        source.first = sender.first;
        source.members = sender.replicas;
      }
      sources.push_back(source);
    }
  }
  for (std::size_t pc = 0; pc < code.ops.size(); ++pc) {
    std::uint64_t topics = 0;
    for (const Source& source : code.sources[pc]) topics |= topic_bit(source.topic);
    code.waits.push_back({.sources = code.sources[pc], .all = code.ops[pc].all, .topics = topics});
  }
  supply(code);
  Behaviour& behaviour = model.keep(Behaviour{});
  behaviour.turn = &small_turn;
  behaviour.code = &code;
  behaviour.waits = code.waits;
  behaviour.local_types = locals;
  behaviour.sites = static_cast<std::uint32_t>(code.ops.size()) + 1;
  behaviour.supplies = &code.supplies;
  model.definitions[number].behaviour = &behaviour;
  for (const auto& [name, pc] : drafts_[number].handlers) model.definitions[number].handlers.push_back({topic(name), pc});
}

const Model& Crew::finish() {
  std::uint32_t members = 0;
  for (Definition& definition : model.definitions) {
    definition.first = AgentId{members};
    if (definition.start != Start::spawned) members += definition.replicas;
  }
  for (std::uint32_t d = 0; d < drafts_.size(); ++d) resolve(d);
  model.finish();
  return model;
}

}  // namespace squall::sim::testing

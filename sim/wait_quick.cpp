// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/kernel.hpp"
#include "sim/detail/wait_solver.hpp"
#include "sim/resources.hpp"
#include "sim/wait_for.hpp"

/// The analysis in a hurry: the same fixpoint over one word or a few, from less supply than there is. Where it is not
/// enough, the solver decides.
namespace squall::sim {
namespace {

using detail::FactBits;
using detail::QuickDefinition;
using detail::QuickHandler;
using detail::QuickWait;

class Look {
 public:
  Look(const Model& model, const World& world, Row instance, std::uint64_t known)
      : model_(model),
        world_(world),
        index_(*model.wait_index),
        instance_(instance),
        known_(known),
        words_(index_.quick_words()) {}

  QuickLook run();

 private:
  struct Waiting {
    Row row;
    const ActivationRow* activation;
    const QuickDefinition* of;
    std::uint64_t come;  ///< sources served by messages that are there or on their way
    AgentId server;      ///< of a reply: who has the request
    bool for_ever;
    bool met;
  };

  bool here(Row instance) const { return instance == instance_ || instance == no_row || instance_ == no_row; }
  bool overlap(const FactBits& bits) const {
    std::uint64_t common = 0;
    for (std::uint32_t w = 0; w < words_; ++w) common |= live_.word[w] & bits.word[w];
    return common != 0;
  }
  bool overlap(const FactBits& a, const FactBits& b) const {
    std::uint64_t common = 0;
    for (std::uint32_t w = 0; w < words_; ++w) common |= a.word[w] & b.word[w];
    return common != 0;
  }
  void give(const FactBits& bits) {
    for (std::uint32_t w = 0; w < words_; ++w) live_.word[w] |= bits.word[w];
  }
  /// All that `row` can hand out if it moves at all.
  void give_all(const QuickDefinition& of, std::uint32_t row) {
    if (of.rows == nullptr) {
      anything_ = true;
    } else {
      give(of.rows[row]);
    }
  }
  bool moves(Row row) const { return (moved_ >> row & 1) != 0; }
  bool gives(Row row, const FactBits& bits) const;
  void look_at(Row row);
  void look_at_messages();
  void message_comes(Row message);
  void handler_comes(const AgentRow& server, const QuickDefinition& of, TopicId topic);
  bool wake_handlers();
  bool free_handler(const Definition& server) const;
  bool can_be_met(const Waiting& waiting) const;
  bool mailbox_met(const Waiting& waiting, const ActivationRow& row) const;
  bool reply_met(const Waiting& waiting) const;
  bool resource_met(const ActivationRow& row, Row waiter) const;

  const Model& model_;
  const World& world_;
  const detail::WaitIndex& index_;
  const Row instance_;
  const std::uint64_t known_;
  const std::uint32_t words_;
  FactBits live_;
  bool anything_ = false;
  bool anybody_for_ever_ = false;
  std::uint64_t moved_ = 0;
  std::uint32_t count_ = 0, open_ = 0;  ///< waits here; those among them for ever and not met
  Waiting waiting_[64];
};

bool Look::gives(Row row, const FactBits& bits) const {
  const ActivationRow& activation = world_.activation(row);
  const QuickDefinition& of = index_.quick_definition(world_.agent(activation.agent).definition);
  if (!moves(row)) return false;
  if (of.rows == nullptr) return true;
  if (of.struct_agent) return overlap(of.rows[0], bits);
  if (activation.phase != Phase::waiting || detail::WaitSolver::tool_wait(activation)) {
    return overlap(of.rows[of.row_of_pc[activation.pc]], bits);
  }
  const WaitReach& after = of.waits_of_pc[activation.pc];
  if (activation.bounds != 0 && overlap(of.rows[after.otherwise], bits)) return true;
  for (std::uint32_t w = 0; w < count_; ++w) {
    if (waiting_[w].row == row && waiting_[w].met) return overlap(of.rows[after.success], bits);
  }
  return false;
}

void Look::look_at(Row row) {
  const ActivationRow& activation = world_.activation(row);
  if (activation.phase == Phase::free || (known_ >> row & 1) != 0) return;
  const QuickDefinition& of = index_.quick_definition(world_.agent(activation.agent).definition);
  const bool in_wait = activation.phase == Phase::waiting && activation.wait != Wait::none;
  if (!in_wait && !(of.struct_agent && activation.timer == no_row)) {
    if (!here(activation.instance)) return;
    moved_ |= std::uint64_t{1} << row;
    give_all(of, of.struct_agent || of.rows == nullptr ? 0 : of.row_of_pc[activation.pc]);
    return;
  }
  const bool passive = (activation.flags & activation_flag::passive) != 0;
  const bool owed = in_wait && activation.wait != Wait::hung && (activation.wait != Wait::mailbox || !passive);
  const bool for_ever = owed && activation.bounds == 0;
  anybody_for_ever_ = anybody_for_ever_ || for_ever;
  if (!here(activation.instance)) return;
  if (activation.bounds != 0) {
    moved_ |= std::uint64_t{1} << row;
    const bool by_position = !of.struct_agent && of.rows != nullptr;
    give_all(of, !by_position                                ? 0
                 : detail::WaitSolver::tool_wait(activation) ? of.row_of_pc[activation.pc]
                                                             : of.waits_of_pc[activation.pc].otherwise);
  }
  open_ += for_ever ? 1 : 0;
  waiting_[count_++] = {.row = row,
                        .activation = &activation,
                        .of = &of,
                        .come = 0,
                        .server = nobody,
                        .for_ever = for_ever,
                        .met = false};
}

void Look::handler_comes(const AgentRow& server, const QuickDefinition& of, TopicId topic) {
  if (server.handlers >= of.declared->concurrency) return;
  for (std::uint32_t h = of.handlers; h < of.handlers_end; ++h) {
    const QuickHandler& handler = index_.quick_handlers()[h];
    if (handler.topic == topic) give(handler.gives);
  }
}

void Look::message_comes(Row m) {
  const MessageRow& message = world_.message(m);
  for (std::uint32_t w = 0; w < count_; ++w) {
    Waiting& waiting = waiting_[w];
    const ActivationRow& row = *waiting.activation;
    const bool asked = row.wait == Wait::reply && row.wait_arg == message.request && row.instance == message.instance;
    if (message.request != 0 && asked) {
      if (is_reply(message.topic)) {
        waiting.come = 1;
      } else if (row.agent == message.from) {
        waiting.server = message.to;
      }
    }
    if (row.agent != message.to || message.place == Place::held) continue;
    if (waiting.of->struct_agent) {
      waiting.come = 1;
    } else if (row.wait == Wait::mailbox && (row.want & topic_bit(message.topic)) != 0) {
      const WaitSpec& spec = *index_.quick_wait(waiting.of->waits + row.wait_arg).spec;
      for (std::size_t s = 0; s < spec.sources.size() && s < 64; ++s) {
        Source source = spec.sources[s];
        if (source.count_max > 1) continue;
        if (message.place != Place::mailbox) source.where = 0;
        if ((waiting.come >> s & 1) != 0 || !detail::matches(model_, world_, waiting.row, source, m)) continue;
        waiting.come |= std::uint64_t{1} << s;
        break;  // no message serves two sources
      }
    }
  }
}

void Look::look_at_messages() {
  for (Row m = 0; m < world_.used(Pool::messages); ++m) {
    const MessageRow& message = world_.message(m);
    if (message.place == Place::free || message.place == Place::lost || !here(message.instance)) continue;
    if (message.place == Place::queued || message.to == nobody) continue;  // less supply than there is
    if (message.place == Place::held && message.request == 0) continue;
    message_comes(m);
    const AgentRow& receiver = world_.agent(message.to);
    const QuickDefinition& of = index_.quick_definition(receiver.definition);
    if (message.place != Place::held && receiver.state == AgentState::up && of.handlers != of.handlers_end) {
      handler_comes(receiver, of, message.topic);
    }
  }
}

bool Look::free_handler(const Definition& server) const {
  for (std::uint32_t m = 0; m < server.replicas; ++m) {
    const AgentRow& agent = world_.agent(AgentId{index(server.first) + m});
    if (agent.state == AgentState::up && agent.handlers < server.concurrency) return true;
  }
  return false;
}

bool Look::wake_handlers() {
  const FactBits before = live_;
  for (const QuickHandler& handler : index_.quick_handlers()) {
    if (overlap(handler.wake) && free_handler(model_.definitions[handler.definition])) give(handler.gives);
  }
  std::uint64_t fresh = 0;
  for (std::uint32_t w = 0; w < words_; ++w) fresh |= live_.word[w] & ~before.word[w];
  return fresh != 0;
}

bool Look::mailbox_met(const Waiting& waiting, const ActivationRow& row) const {
  if (anything_) return true;
  const QuickWait& wait = index_.quick_wait(waiting.of->waits + row.wait_arg);
  if (!wait.spec->all) return waiting.come != 0 || (!wait.by_sender && overlap(wait.any));
  for (std::size_t s = 0; s < wait.spec->sources.size(); ++s) {
    const bool comes = s < 64 && (waiting.come >> s & 1) != 0;
    if (!comes && (wait.by_sender || !overlap(wait.sources[s]))) return false;
  }
  return true;
}

bool Look::reply_met(const Waiting& waiting) const {
  if (waiting.come != 0) return true;
  if (waiting.server == nobody) return false;
  const AgentRow& server = world_.agent(waiting.server);
  for (Row a = server.first; a != no_row; a = world_.activation(a).next) {
    if (gives(a, index_.quick_replies())) return true;
  }
  // A handler that is yet to begin: of the only member, what the definition hands out is what it hands out.
  const QuickDefinition& of = index_.quick_definition(server.definition);
  if (of.declared->replicas != 1 || server.state != AgentState::up) return false;
  for (std::uint32_t h = of.handlers; h < of.handlers_end; ++h) {
    const QuickHandler& handler = index_.quick_handlers()[h];
    FactBits answers;
    for (std::uint32_t w = 0; w < words_; ++w) answers.word[w] = handler.gives.word[w] & index_.quick_replies().word[w];
    if (overlap(answers)) return true;
  }
  return false;
}

bool Look::resource_met(const ActivationRow& row, Row waiter) const {
  const ResourceId id{static_cast<std::uint16_t>(row.wait_arg)};
  const ResourceInfo& info = model_.resource(id);
  const ResourceRow& resource = world_.resource(id);
  if (is_limiter(info)) return resource.timer != no_row;
  if (resource.head != waiter) return false;
  for (Row h = resource.holds; h != no_row; h = world_.hold(h).next) {
    const HoldRow& hold = world_.hold(h);
    if (hold.timer != no_row) return true;
    if (hold.activation == no_row || !moves(hold.activation)) continue;
    if (info.frees != ResourceInfo::Frees::never || gives(hold.activation, index_.quick_releases(id))) return true;
  }
  return false;
}

bool Look::can_be_met(const Waiting& waiting) const {
  const ActivationRow& row = *waiting.activation;
  if (row.wait == Wait::hung) return false;
  if (waiting.of->struct_agent) {
    if (waiting.come != 0 || anything_ || overlap(waiting.of->incoming)) return true;
    if (row.wait == Wait::mailbox || row.phase != Phase::waiting) return false;
  }
  switch (row.wait) {
    case Wait::mailbox: return mailbox_met(waiting, row);
    case Wait::reply: return !detail::WaitSolver::tool_wait(row) && reply_met(waiting);
    case Wait::resource: return resource_met(row, waiting.row);
    case Wait::children:
      for (Row child = 0; child < world_.used(Pool::activations); ++child) {
        const bool branch = (world_.activation(child).flags & activation_flag::branch) != 0;
        if (moves(child) && branch && world_.activation(child).parent == waiting.row) return true;
      }
      return false;
    case Wait::room:
      for (Row a = world_.agent(AgentId{row.wait_arg}).first; a != no_row; a = world_.activation(a).next) {
        if (moves(a)) return true;
      }
      return detail::armed(world_, Strike::room) && world_.header().fault_state != 0;
    case Wait::hung:
    case Wait::none: break;
  }
  return false;
}

QuickLook Look::run() {
  const std::uint32_t activations = world_.used(Pool::activations);
  for (Row row = 0; row < activations; ++row) look_at(row);
  if (!anybody_for_ever_) return QuickLook::nobody_waits;
  if (open_ == 0) return QuickLook::moving;
  look_at_messages();
  for (bool changed = true; changed;) {
    changed = wake_handlers();
    for (std::uint32_t w = 0; w < count_; ++w) {
      Waiting& waiting = waiting_[w];
      if (waiting.met || !can_be_met(waiting)) continue;
      waiting.met = changed = true;
      moved_ |= std::uint64_t{1} << waiting.row;
      if (waiting.for_ever && --open_ == 0) return QuickLook::moving;
      const bool by_position = !waiting.of->struct_agent && waiting.of->rows != nullptr;
      give_all(*waiting.of, by_position ? waiting.of->waits_of_pc[world_.activation(waiting.row).pc].success : 0);
    }
  }
  return QuickLook::unknown;
}

}  // namespace

QuickLook quick_look(const Model& model, const World& world, Row instance, std::uint64_t known) {
  if (world.used(Pool::activations) > 64 || !model.wait_index->quick()) return QuickLook::unknown;
  if (instance == no_row && world.header().live_instances > 1) return QuickLook::unknown;
  return Look{model, world, instance, known}.run();
}

}  // namespace squall::sim

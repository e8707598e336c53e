// SPDX-License-Identifier: Apache-2.0
#include <bit>

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

constexpr std::uint64_t bit_of(Row row) { return std::uint64_t{1} << row; }
constexpr bool holds(std::uint64_t rows, Row row) { return (rows >> row & 1) != 0; }

constexpr unsigned place_bit(Place place) { return 1U << static_cast<unsigned>(place); }

/// Calls `visit(row)` for each row of a set, the smallest first.
template <class Visit>
void each_of(std::uint64_t rows, const Visit& visit) {
  for (; rows != 0; rows &= rows - 1) visit(static_cast<Row>(std::countr_zero(rows)));
}

/// Sets of activations are words, a bit for each row.
class Look {
 public:
  Look(const Model& model, const World& world, Row instance, std::uint64_t known)
      : model_(model),
        world_(world),
        index_(*model.wait_index),
        instance_(instance),
        apart_(instance == no_row ? 0 : ~std::uint32_t{0}),
        known_(known),
        words_(index_.quick_words()) {}

  QuickLook run();

 private:
  bool here(Row instance) const { return ((instance ^ instance_) & apart_) == 0 || instance == no_row; }
  bool overlap(const FactBits& a, const FactBits& b) const {
    std::uint64_t common = a.word[0] & b.word[0];
    for (std::uint32_t w = 1; w < words_; ++w) common |= a.word[w] & b.word[w];
    return common != 0;
  }
  bool overlap(const FactBits& bits) const { return overlap(live_, bits); }
  void give(const FactBits& bits) {
    live_.word[0] |= bits.word[0];
    for (std::uint32_t w = 1; w < words_; ++w) live_.word[w] |= bits.word[w];
  }
  /// All that `row` can hand out if it moves at all.
  void give_all(const QuickDefinition& of, std::uint32_t row) {
    if (of.rows == nullptr) {
      anything_ = true;
    } else {
      give(of.rows[row]);
    }
  }
  static bool by_position(const QuickDefinition& of) { return !of.struct_agent && of.rows != nullptr; }
  const QuickDefinition& definition_of(const ActivationRow& activation) const {
    return index_.quick_definition(world_.agent(activation.agent).definition);
  }
  bool moves(Row row) const { return holds(moved_, row); }
  bool gives(Row row, const FactBits& bits) const;
  std::uint64_t elsewhere() const;
  bool see_who_waits();
  void hear_who_moves();
  void look_at_messages();
  void request_comes(const MessageRow& message);
  void message_comes(Row receiver, Row message, const MessageRow& row);
  bool serves(Row receiver, const Source& source, Row message, const MessageRow& row) const;
  void handler_comes(const AgentRow& server, const QuickDefinition& of, TopicId topic);
  bool wake_handlers();
  bool free_handler(const Definition& server) const;
  bool settle();
  bool can_be_met(Row waiter) const;
  bool mailbox_met(Row waiter, const QuickWait& wait) const;
  bool reply_met(Row waiter) const;
  bool resource_met(const ActivationRow& row, Row waiter) const;

  const Model& model_;
  const World& world_;
  const detail::WaitIndex& index_;
  const Row instance_;
  const std::uint32_t apart_;  ///< the bits by which others differ from it; none where all are looked at
  const std::uint64_t known_;
  const std::uint32_t words_;
  FactBits live_;
  bool anything_ = false;
  std::uint64_t waiting_ = 0;  ///< here
  std::uint64_t open_ = 0;     ///< those of them that wait for ever, unless they are met
  std::uint64_t asking_ = 0;   ///< those that wait for a reply
  std::uint64_t met_ = 0;
  std::uint64_t moved_ = 0;
  // Of those that wait:
  const QuickDefinition* of_[64];
  const QuickWait* wait_[64];  ///< a program's for messages; null: it waits for something else
  std::uint64_t come_[64];     ///< sources served by messages that are there or on their way
  AgentId server_[64];         ///< of a reply: who has the request
};

bool Look::gives(Row row, const FactBits& bits) const {
  if (!moves(row)) return false;
  const ActivationRow& activation = world_.activation(row);
  const QuickDefinition& of = definition_of(activation);
  if (of.rows == nullptr) return true;
  if (of.struct_agent) return overlap(of.rows[0], bits);
  if (activation.phase != Phase::waiting || detail::WaitSolver::tool_wait(activation)) {
    return overlap(of.rows[of.row_of_pc[activation.pc]], bits);
  }
  const WaitReach& after = of.waits_of_pc[activation.pc];
  if (activation.bounds != 0 && overlap(of.rows[after.otherwise], bits)) return true;
  return holds(met_, row) && overlap(of.rows[after.success], bits);
}

/// Activations of instances that are not looked at.
std::uint64_t Look::elsewhere() const {
  std::uint64_t rows = 0;
  for (Row row = 0; instance_ != no_row && row < world_.used(Pool::activations); ++row) {
    rows |= std::uint64_t{!here(world_.activation(row).instance)} << row;
  }
  return rows;
}

/// False: nobody waits for ever, here or elsewhere.
bool Look::see_who_waits() {
  std::uint64_t waiting = 0, for_ever = 0, asking = 0, moved = 0;
  const std::uint32_t activations = world_.used(Pool::activations);
  std::uint64_t bit = 1;
  for (Row row = 0; row < activations; ++row, bit <<= 1) {
    const ActivationRow& activation = world_.activation(row);
    if (activation.phase == Phase::free) continue;
    if (activation.phase == Phase::waiting && activation.wait != Wait::none) {
      const bool passive = activation.wait == Wait::mailbox && (activation.flags & activation_flag::passive) != 0;
      waiting |= bit;
      if (activation.bounds == 0 && activation.wait != Wait::hung && !passive) for_ever |= bit;
      if (activation.wait == Wait::reply) asking |= bit;
    } else {
      const bool takes_what_comes = activation.timer == no_row && definition_of(activation).struct_agent;
      (takes_what_comes ? waiting : moved) |= bit;
    }
  }
  const std::uint64_t here = ~(elsewhere() | known_);
  waiting_ = waiting & here;
  open_ = for_ever & here;
  asking_ = asking & here;
  moved_ = moved & here;
  return (for_ever & ~known_) != 0;
}

/// What is handed out without anybody's help: by who moves, and by whose wait a deadline ends.
void Look::hear_who_moves() {
  each_of(moved_, [&](Row row) {
    const ActivationRow& activation = world_.activation(row);
    const QuickDefinition& of = definition_of(activation);
    give_all(of, by_position(of) ? of.row_of_pc[activation.pc] : 0);
  });
  each_of(waiting_, [&](Row row) {
    const ActivationRow& activation = world_.activation(row);
    const QuickDefinition& of = definition_of(activation);
    of_[row] = &of;
    const bool for_messages = !of.struct_agent && activation.wait == Wait::mailbox;
    wait_[row] = for_messages ? &index_.quick_wait(of.waits + activation.wait_arg) : nullptr;
    come_[row] = 0;
    server_[row] = nobody;
    if (activation.bounds == 0) return;
    moved_ |= bit_of(row);
    give_all(of, !by_position(of)                            ? 0
                 : detail::WaitSolver::tool_wait(activation) ? of.row_of_pc[activation.pc]
                                                             : of.waits_of_pc[activation.pc].otherwise);
  });
}

void Look::handler_comes(const AgentRow& server, const QuickDefinition& of, TopicId topic) {
  if (server.handlers >= of.declared->concurrency) return;
  for (std::uint32_t h = of.handlers; h < of.handlers_end; ++h) {
    const QuickHandler& handler = index_.quick_handlers()[h];
    if (handler.topic == topic) give(handler.gives);
  }
}

/// A request that somebody has, or the answer to it.
void Look::request_comes(const MessageRow& message) {
  each_of(asking_, [&](Row row) {
    const ActivationRow& asking = world_.activation(row);
    if (asking.wait_arg != message.request || asking.instance != message.instance) return;
    if (is_reply(message.topic)) {
      come_[row] = 1;
    } else if (asking.agent == message.from) {
      server_[row] = message.to;
    }
  });
}

bool Look::serves(Row receiver, const Source& source, Row m, const MessageRow& message) const {
  if (source.where == 0 || message.place == Place::mailbox) {
    return detail::matches(model_, world_, receiver, source, m, message);
  }
  Source coming = source;  // what comes may find other values to be compared with
  coming.where = 0;
  return detail::matches(model_, world_, receiver, coming, m, message);
}

void Look::message_comes(Row receiver, Row m, const MessageRow& message) {
  std::uint64_t& come = come_[receiver];
  if (of_[receiver]->struct_agent) {
    come = 1;
    return;
  }
  const bool asked_for = (world_.activation(receiver).want & topic_bit(message.topic)) != 0;
  if (wait_[receiver] == nullptr || !asked_for) return;
  const WaitSpec& spec = *wait_[receiver]->spec;
  if (come != 0 && !spec.all) return;
  for (std::size_t s = 0; s < spec.sources.size() && s < 64; ++s) {
    if (spec.sources[s].count_max > 1 || (come >> s & 1) != 0) continue;
    if (!serves(receiver, spec.sources[s], m, message)) continue;
    come |= std::uint64_t{1} << s;
    break;  // no message serves two sources
  }
}

void Look::look_at_messages() {
  // What lies in a queue is left out: less supply than there is. What is held counts as a request that somebody has.
  const unsigned looked_at = place_bit(Place::in_flight) | place_bit(Place::stray) | place_bit(Place::mailbox) |
                             (asking_ != 0 ? place_bit(Place::held) : 0);
  const std::uint32_t messages = world_.used(Pool::messages);
  for (Row m = 0; m < messages; ++m) {
    const MessageRow& message = world_.message(m);
    if ((looked_at & place_bit(message.place)) == 0) continue;
    if (message.to == nobody || !here(message.instance)) continue;
    if (message.request != 0) request_comes(message);
    if (message.place == Place::held) continue;
    const AgentRow& receiver = world_.agent(message.to);
    for (Row a = receiver.first; a != no_row; a = world_.activation(a).next) {
      if (holds(waiting_, a)) message_comes(a, m, message);
    }
    if (index_.quick_handlers().empty() || receiver.state != AgentState::up) continue;
    handler_comes(receiver, index_.quick_definition(receiver.definition), message.topic);
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
  if (index_.quick_handlers().empty()) return false;
  const FactBits before = live_;
  for (const QuickHandler& handler : index_.quick_handlers()) {
    if (overlap(handler.wake) && free_handler(model_.definitions[handler.definition])) give(handler.gives);
  }
  std::uint64_t fresh = 0;
  for (std::uint32_t w = 0; w < words_; ++w) fresh |= live_.word[w] & ~before.word[w];
  return fresh != 0;
}

bool Look::mailbox_met(Row waiter, const QuickWait& wait) const {
  if (anything_) return true;
  if (!wait.spec->all) return come_[waiter] != 0 || (!wait.by_sender && overlap(wait.any));
  for (std::size_t s = 0; s < wait.spec->sources.size(); ++s) {
    const bool comes = s < 64 && (come_[waiter] >> s & 1) != 0;
    if (!comes && (wait.by_sender || !overlap(wait.sources[s]))) return false;
  }
  return true;
}

bool Look::reply_met(Row waiter) const {
  if (come_[waiter] != 0) return true;
  if (server_[waiter] == nobody) return false;
  const AgentRow& server = world_.agent(server_[waiter]);
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

bool Look::can_be_met(Row waiter) const {
  if (wait_[waiter] != nullptr) return mailbox_met(waiter, *wait_[waiter]);
  const ActivationRow& row = world_.activation(waiter);
  if (row.wait == Wait::hung) return false;
  if (of_[waiter]->struct_agent) {
    if (come_[waiter] != 0 || anything_ || overlap(of_[waiter]->incoming)) return true;
    if (row.phase != Phase::waiting) return false;
  }
  switch (row.wait) {
    case Wait::reply: return !detail::WaitSolver::tool_wait(row) && reply_met(waiter);
    case Wait::resource: return resource_met(row, waiter);
    case Wait::children:
      for (Row child = 0; child < world_.used(Pool::activations); ++child) {
        const bool branch = (world_.activation(child).flags & activation_flag::branch) != 0;
        if (moves(child) && branch && world_.activation(child).parent == waiter) return true;
      }
      return false;
    case Wait::room:
      for (Row a = world_.agent(AgentId{row.wait_arg}).first; a != no_row; a = world_.activation(a).next) {
        if (moves(a)) return true;
      }
      return detail::armed(world_, Strike::room) && world_.header().fault_state != 0;
    case Wait::mailbox:  // of a struct agent
    case Wait::hung:
    case Wait::none: break;
  }
  return false;
}

/// The fixpoint. True: everybody's wait can be met who waits for ever.
bool Look::settle() {
  for (bool changed = true; changed;) {
    changed = wake_handlers();
    for (std::uint64_t left = waiting_ & ~met_; left != 0; left &= left - 1) {
      const auto row = static_cast<Row>(std::countr_zero(left));
      if (!can_be_met(row)) continue;
      changed = true;
      met_ |= bit_of(row);
      moved_ |= bit_of(row);
      open_ &= ~bit_of(row);
      if (open_ == 0) return true;
      const QuickDefinition& of = *of_[row];
      give_all(of, by_position(of) ? of.waits_of_pc[world_.activation(row).pc].success : 0);
    }
  }
  return false;
}

QuickLook Look::run() {
  if (!see_who_waits()) return QuickLook::nobody_waits;
  if (open_ == 0) return QuickLook::moving;
  hear_who_moves();
  // Where somebody moves, what he can hand out is mostly enough.
  if (moved_ != 0 && settle()) return QuickLook::moving;
  look_at_messages();
  return settle() ? QuickLook::moving : QuickLook::unknown;
}

}  // namespace

QuickLook quick_look(const Model& model, const World& world, Row instance, std::uint64_t known) {
  if (world.used(Pool::activations) > 64 || !model.wait_index->quick()) return QuickLook::unknown;
  if (instance == no_row && world.header().live_instances > 1) return QuickLook::unknown;
  return Look{model, world, instance, known}.run();
}

}  // namespace squall::sim

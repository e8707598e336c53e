// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/detail/wait_index.hpp"
#include "sim/model.hpp"
#include "sim/supply.hpp"
#include "sim/world.hpp"

namespace squall::sim::detail {

inline constexpr std::uint32_t no_node = 0xffff'ffffU;

/// One activation in the analysis; or, without a row, what members of a definition may yet begin in one column. Of the
/// latter there are those that something could make begin: most definitions of a large workflow cost a look nothing.
struct WaitNode {
  Row row = no_row;
  std::uint32_t agent = 0;
  std::uint32_t definition = 0;
  std::uint32_t column = 0;  ///< where it hands out
  std::uint32_t looks = 0;   ///< where it looks, besides the column of what belongs to no instance
  std::uint32_t parent = no_node, first_child = no_node, next_sibling = no_node;
  std::uint64_t coming = 0;  ///< yet to begin: topics of messages that will reach a handler
  bool waiting = false;      ///< else it can move
  bool owed = false;         ///< its wait may be a trouble
  bool bounded = false;      ///< a deadline in its scope ends the wait
  bool woken = false;        ///< struct agent: a message, timer or action will make it act
  bool met = false;          ///< the wait can be met
  bool cancelled = false;    ///< somebody may end it
  bool blocked = false;      ///< yet to begin: only the lack of a free handler stops it
  bool queued = false;
  bool moves() const { return !waiting || met || bounded || cancelled; }
  bool stuck() const { return waiting && owed && !moves(); }
  /// Member of the graph: it waits for others in vain, perhaps not for ever.
  bool unmet() const { return waiting && owed && !met; }
};

/// The least fixpoint: what can move, and what it can hand out. Reused from check to check, so that it allocates nothing
/// once it has seen worlds of this size.
///
/// Supplies are gathered in columns, one for each instance, one for what belongs to none and one for all together: a wait
/// is served from its own instance and from none, a struct agent's from all. Who waits for something listens at the bell of
/// what may bring it; where nodes are few, all are asked in rounds instead, and nobody listens.
class WaitSolver {
 public:
  /// Solves; returns whether anything is stuck.
  bool solve(const Model& model, const World& world);
  /// The same of what an instance has that is over, without a look at the others. Nothing where these, or what belongs to no
  /// instance, may have a part in it. O(agents + what the instance has). Requires: `World::by_instance` is on.
  std::optional<bool> solve_alone(const Model& model, const World& world, Row instance);

  const Model& model() const { return *model_; }
  const World& world() const { return *world_; }
  std::span<const WaitNode> nodes() const { return nodes_; }
  const ActivationRow& row(const WaitNode& node) const { return world_->activation(node.row); }
  const Definition& definition(const WaitNode& node) const { return model_->definitions[node.definition]; }
  bool struct_agent(const WaitNode& node) const { return definition(node).behaviour->struct_agent; }
  std::uint32_t node_of(Row row) const { return node_of_row_[row]; }
  /// The activations of `agent` that are looked at: all, or those of the one instance.
  Row first_of(AgentId agent) const {
    return one_ ? world_->by_instance.activations.first(agent, first_) : world_->agent(agent).first;
  }
  Row next_of(Row row) const { return one_ ? world_->by_instance.activations.next(row) : world_->activation(row).next; }
  /// Whether `fact` follows its wait: it would hand it out if the wait were met.
  bool after_wait(const WaitNode& node, std::uint32_t fact) const;
  /// Whether it can hand out `fact` of its definition as things stand.
  bool gives(const WaitNode& node, std::uint32_t fact) const;
  bool can_release(const WaitNode& node, ResourceId resource) const;
  /// Whether it would release `resource` once its wait is met.
  bool releases_after_wait(const WaitNode& node, ResourceId resource) const;
  /// Of a program's wait for messages: whether its source number `source` can be met.
  bool source_possible(std::uint32_t node, std::uint32_t source);
  /// The same by what may still be handed out alone.
  bool supply_possible(std::uint32_t node, std::uint32_t source);
  bool serving_live(const WaitNode& waiter, const Serving& serving) const { return sees(live_, waiter, serving); }
  /// Calls `visit(AgentId)` for the members of `definition` that `source` accepts as senders; false where all may send.
  template <class Visit>
  bool named_senders(const WaitNode& waiter, const Source& source, std::uint32_t definition, const Visit& visit) const;
  /// Whether waits of the two columns can serve each other.
  bool same_instance(const WaitNode& waiter, const WaitNode& giver) const {
    return waiter.looks == giver.column || giver.column == none_column_ || waiter.looks == all_column_;
  }
  std::uint32_t none_column() const { return none_column_; }
  std::uint32_t all_column() const { return all_column_; }
  /// The request that a reply wait is about: a message row, or no_row when nobody has it any more.
  Row request_of(const WaitNode& waiter) const;
  bool handlers_blocked(std::uint32_t column, std::uint32_t definition) const;
  /// Whether the end of `child` is what a parent that waits for children waits for.
  bool awaits_child(const WaitNode& parent, const WaitNode& child) const;
  /// A call whose answer will not come is a wait for the reply to no request.
  static bool tool_wait(const ActivationRow& row) { return row.wait == Wait::reply && row.wait_arg == 0; }

 private:
  struct Listener {
    std::uint32_t node, next;
  };
  struct Request {
    std::uint32_t number;  ///< each instance numbers its own
    Row instance;
    Row message;
    friend auto operator<=>(const Request&, const Request&) = default;
  };

  void read(const Model& model, const World& world);
  void forget_nodes();
  void build_nodes();
  bool build_nodes_of(Row instance);
  void add_activation(Row row, AgentId agent);
  void add_all_futures();
  void add_future(std::uint32_t column, std::uint32_t definition);
  void may_begin(std::uint32_t column, std::uint32_t giver);
  void may_begin_here(std::uint32_t column, std::uint32_t giver);
  bool add_begun();
  void link_children();
  void read_messages();
  void read_requests_of(Row instance);
  void message_comes(Row message);
  void fly(Row message, const MessageRow& row);
  void handler_comes(std::uint32_t definition, const MessageRow& message);
  void read_timers();
  bool anybody_waits_for_ever() const;
  void begin();
  bool settle(std::uint32_t activations);
  void run();
  void run_in_rounds();

  void evaluate(std::uint32_t node);
  void evaluate_future(std::uint32_t node);
  bool can_be_met(std::uint32_t node);
  bool mailbox_met(std::uint32_t node);
  bool struct_woken(std::uint32_t node);
  bool reply_met(std::uint32_t node);
  bool resource_met(std::uint32_t node);
  bool children_met(std::uint32_t node);
  bool room_met(std::uint32_t node);
  /// An inbox may be full for no other reason than a fault, which may end.
  bool held_by_fault() const;
  bool can_be_cancelled(std::uint32_t node);
  /// The list in which messages on their way to `agent` of `instance` are, perhaps among others.
  std::uint32_t flights(std::uint32_t agent, Row instance) const {
    return static_cast<std::uint32_t>(fold(agent ^ 0x9e37'79b9'7f4a'7c15ULL, instance ^ 0xe703'7ed1'a0b4'28dbULL) &
                                      (flight_head_.size() - 1));
  }
  void find_messages(const WaitNode& node, const Source& source);
  std::uint32_t present(const WaitNode& node, const Source& source);
  bool enough_for_all(std::uint32_t node);
  bool find_message_for(const WaitNode& node, const WaitSpec& spec, std::uint32_t want);
  bool anything_comes(const WaitNode& waiter) const {
    return (anything_[waiter.looks] | (waiter.looks == all_column_ ? 0 : anything_[none_column_])) != 0;
  }
  /// Whether nobody has handed out anything so far. Where nodes listen, they have to say to what.
  bool nothing_given() const { return !by_bells_ && !given_ && anything_[all_column_] == 0; }
  /// Of a program's wait for messages.
  const WaitSpec& wait_of(const WaitNode& node) const { return definition(node).behaviour->waits[row(node).wait_arg]; }
  bool comes_again(std::uint32_t node, const Source& source);
  bool any_live(std::uint32_t node, const Servings& servings);
  bool enough_senders(std::uint32_t node, const Source& source, const Servings& servings, std::uint32_t needed);
  bool agent_gives(const WaitNode& waiter, AgentId agent, const Serving& serving) const;
  bool future_live(const WaitNode& waiter, const Serving& serving) const { return sees(future_, waiter, serving); }
  bool has_free_handler(std::uint32_t definition, std::uint32_t listener);
  bool gives_kind(const WaitNode& node, Supply::Kind kind) const;

  bool struct_agent_of(const AgentRow& agent) const {
    return model_->definition(agent.definition).behaviour->struct_agent;
  }
  std::uint32_t column_of(Row instance) const { return instance == no_row ? none_column_ : instance - first_; }
  const SupplyTable* table(const WaitNode& node) const { return definition(node).behaviour->supplies; }
  bool sees(const std::vector<std::uint64_t>& bits, const WaitNode& waiter, const Serving& serving) const {
    return bit_of(bits, waiter.looks, serving) || (waiter.looks != all_column_ && bit_of(bits, none_column_, serving));
  }
  bool bit_of(const std::vector<std::uint64_t>& bits, std::uint32_t column, const Serving& serving) const {
    const std::size_t word =
        std::size_t{column} * words_ + model_->wait_index->words_at(serving.definition) + serving.fact / 64;
    return (bits[word] >> (serving.fact % 64) & 1) != 0;
  }
  void give(std::uint32_t node, std::uint32_t row);
  void give_words(std::uint32_t column, std::uint32_t definition, std::span<const std::uint64_t> words, bool future);
  void give_everything(std::uint32_t column, std::uint32_t definition);

  std::uint32_t group_bell(std::uint32_t column, std::uint32_t definition) const {
    return column * definitions_ + definition;
  }
  std::uint32_t agent_bell(std::uint32_t agent) const { return (all_column_ + 1) * definitions_ + agent; }
  std::uint32_t anything_bell() const { return (all_column_ + 1) * definitions_ + agents_; }
  void listen(std::uint32_t bell, std::uint32_t node) {
    if (by_bells_) listen_for_good(bell, node);
  }
  void listen_for_good(std::uint32_t bell, std::uint32_t node);
  void listen_group(const WaitNode& waiter, std::uint32_t definition, std::uint32_t node);
  void listen_to(const WaitNode& waiter, const Servings& servings, std::uint32_t node);
  void ring(std::uint32_t bell);
  void enqueue(std::uint32_t node);

  const Model* model_ = nullptr;
  const World* world_ = nullptr;
  std::uint32_t definitions_ = 0, agents_ = 0, words_ = 0;
  Row first_ = 0;  ///< the instance of the first column
  std::uint32_t none_column_ = 0, all_column_ = 0;
  bool one_ = false;   ///< the instance `first_` alone is looked at
  bool alone_ = true;  ///< and nothing has been met that others have a part in

  std::vector<WaitNode> nodes_;
  std::vector<std::uint32_t> node_of_row_;
  std::vector<std::uint32_t> future_of_;  ///< (column, definition) -> node; no_node: so far nothing makes it begin
  std::vector<std::uint8_t> has_given_;   ///< (column, definition or topic): whom that makes begin has been noted
  struct Beginning {
    std::uint32_t column, definition;
  };
  std::vector<Beginning> beginning_;            ///< noted, and without a node as yet
  bool all_begin_ = false;                      ///< there are nodes for all from the start
  std::vector<std::uint64_t> live_, future_;    ///< (column, fact): handed out by somebody; by what is yet to begin
  std::vector<std::uint8_t> anything_;          ///< column: somebody moves who may hand out anything
  std::vector<std::uint8_t> restarting_;        ///< agent: its restart or start is pending
  std::vector<Row> flight_head_, flight_next_;  ///< messages on their way, by receiver and instance: see `flights`
  std::vector<std::uint8_t> flies_to_;          ///< agent: some message is on its way there
  std::vector<std::uint32_t> struct_nodes_;     ///< activations of struct agents
  std::vector<Row> queue_messages_;             ///< for whoever takes them first
  std::vector<Request> requests_;               ///< sorted
  bool given_ = false;                          ///< somebody has handed out something
  bool flying_ = false;    ///< some message is on its way: else the lists of `flights` are not kept
  bool by_bells_ = false;  ///< else in rounds
  bool changed_ = false;   ///< in this round
  std::vector<std::uint32_t> bells_;
  std::vector<Listener> listeners_;
  std::vector<std::uint32_t> queue_;
  std::vector<AgentId> senders_;
  std::vector<Row> found_;             ///< messages that a source would take
  std::vector<std::uint32_t> wanted_;  ///< of an all-wait: the source of each message that must be there
  std::vector<Row> serves_, tried_,
      candidates_;  ///< the message for each of them; those that this augmentation looks at
};

template <class Visit>
bool WaitSolver::named_senders(const WaitNode& waiter, const Source& source, std::uint32_t giver,
                               const Visit& visit) const {
  const Definition& of = model_->definitions[giver];
  if (source.from == Source::From::anybody) return false;
  if (source.from == Source::From::local) {
    const std::int64_t named = world_->locals(waiter.row)[source.local];
    if (named > 0 && named <= agents_ &&
        index(world_->agent(AgentId{static_cast<std::uint32_t>(named - 1)}).definition) == giver) {
      visit(AgentId{static_cast<std::uint32_t>(named - 1)});
    }
    return true;
  }
  const std::uint32_t first = index(of.first), last = first + of.replicas;
  const std::uint32_t from = index(source.first), to = from + source.members;
  if (from <= first && last <= to) return false;
  for (std::uint32_t agent = from < first ? first : from; agent < last && agent < to; ++agent) visit(AgentId{agent});
  return true;
}

/// The solver of this thread. Its content means nothing from one check to the next.
WaitSolver& wait_solver();

}  // namespace squall::sim::detail

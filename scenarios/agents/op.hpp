// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/behaviour.hpp"
#include "sim/draw.hpp"
#include "sim/error.hpp"
#include "sim/predicate.hpp"
#include "sim/supply.hpp"

/// A compiled step program: 64-byte operations whose operands are slots, never names.
namespace squall::scenarios {

struct RuntimePlan;

/// All operations, in two lists: the enumeration, both dispatches and the names are made from them. The first are those of
/// which most programs mostly consist: they stand in the loop of the faster dispatch, the others are called from it.
#define SQUALL_FREQUENT_OPERATIONS(X) \
  X(jump) X(branch) X(choose) X(count) X(set_local) X(set_cell) X(work) X(send) X(receive)
#define SQUALL_OTHER_OPERATIONS(X)                                                                                     \
  /* control */ X(yield_jump) X(set_reference) /* ends */ X(end) X(end_failed) X(fail) X(finish) X(restart) /* time */ \
      X(sleep) /* messages */ X(publish) X(subscribe) X(ask) X(reply) X(discard) X(acknowledge) X(adopt) /* context */ \
      X(read) X(write) X(compare_and_set) /* tools, resources */ X(call) X(acquire) X(renew)                           \
          X(release) /* activations */ X(fork) X(join) X(map_begin) X(map) X(abandon) X(spawn) X(cancel) X(watch)      \
              X(checkpoint) /* judged */ X(validate) X(emit) /* fields of section 3 */ X(bound_begin) X(bound_end)     \
                  X(bound_failed) X(retry_begin) X(retry_failed) X(otherwise) X(finally_begin) X(finally_failed)       \
                      X(finally_end) X(undo_begin) X(undo_register) X(undo_unknown) X(undo_failed)                     \
                          X(undo_next) /* graphs */ X(runtime)
#define SQUALL_OPERATIONS(X)    \
  SQUALL_FREQUENT_OPERATIONS(X) \
  SQUALL_OTHER_OPERATIONS(X)

enum class OpCode : std::uint8_t {
#define SQUALL_NAME(name) name,
  SQUALL_OPERATIONS(SQUALL_NAME)
#undef SQUALL_NAME
};

/// Where an operation finds a value: 4 bits kind, 12 bits number.
struct Operand {
  enum class Kind : std::uint8_t {
    none,
    constant,  ///< of `Code::constants`
    local,
    cell,
    field,      ///< of the message in a local: number = local * 8 + field
    handled,    ///< field of the message that a handler works on
    topic,      ///< of the message in a local
    sender,     ///< of the message in a local: agent + 1
    expression  ///< of `Code::expressions`
  };
  std::uint16_t bits = 0;

  static constexpr std::uint32_t numbers = 1U << 12;
  static constexpr Operand of(Kind kind, std::uint32_t number) {
    return {static_cast<std::uint16_t>(static_cast<std::uint32_t>(kind) << 12 | number)};
  }
  constexpr Kind kind() const { return static_cast<Kind>(bits >> 12); }
  constexpr std::uint32_t number() const { return bits & (numbers - 1); }
  constexpr bool given() const { return bits != 0; }
};
static_assert(sizeof(Operand) == 2);

inline constexpr std::uint16_t no_slot = 0xffffU;
inline constexpr std::size_t fields_max = 8;  ///< of a message: `MessageRow::present` has so many bits

/// One operation. `a b c x y value operands` mean what its body says; what a body shares is at the head.
struct alignas(64) Op {
  sim::SiteKey site = 0;      ///< content key of the step that it belongs to
  std::uint32_t counter = 0;  ///< of the activation: counts the draws of the site
  OpCode code{};
  std::uint8_t flags = 0;     ///< branch, set: how `operands` 0 and 1 are combined (an `Instruction::Code`); 0: 0 alone
  std::uint8_t present = 0;   ///< which `operands` are given: fields of a message by position
  std::uint8_t by_topic = 0;  ///< branch: leads to `Code::targets` [`b` + topic]; topics from `c` on are one
  std::uint32_t next = 0;     ///< position after success
  std::uint32_t handler = 0;  ///< position after failure
  std::uint32_t a = 0, b = 0, c = 0;
  std::uint16_t x = no_slot, y = no_slot;
  Operand operands[fields_max] = {};
  std::int64_t value = 0;
};
static_assert(sizeof(Op) == 64);

/// A slot of locals that holds what a scope must remember while other steps run in it.
struct FailureSlots {
  std::uint16_t packed = no_slot;  ///< error, struck bound, agent
  std::uint16_t because = no_slot;
  std::uint16_t retry_after = no_slot;
};

struct TimeOf {
  sim::Distribution drawn{};
  Operand computed{};
  Operand percent{};
  bool only_drawn = true;  ///< neither of both is given
};

struct RetryOf {
  std::uint32_t times = 1;
  TimeOf backoff{};
  std::uint32_t factor = 1;
  sim::Duration max = sim::Duration::max();
  std::uint8_t jitter = 0;  ///< `Retry::Jitter`
  bool hint = false;
  std::array<std::uint64_t, 4> on{};                 ///< errors that are tried again, one bit each
  std::uint16_t attempts = no_slot;                  ///< local: attempts that have failed
  std::uint16_t request = no_slot;                   ///< local: of an ask, the request that its attempts share
  std::uint16_t calls = no_slot, repeats = no_slot;  ///< cells, where there is a budget
  sim::Probability budget{};
  sim::SiteKey jitter_site = 0;
  std::uint32_t jitter_counter = 0;
};

/// Where a failure goes on, by its error; `any` where none is named.
struct Catch {
  sim::Error error;  ///< `Error::none`: every one that is not named, except `cancelled`
  std::uint32_t target;
};

/// `error` as expressions see it inside one `otherwise`.
struct ErrorSlots {
  std::uint16_t name = no_slot, from = no_slot, because = no_slot, retry_after = no_slot;
};

/// Branches of a parallel or map, and how they are joined.
struct JoinOf {
  std::uint32_t needed = 0;  ///< so many must succeed; 0: all
  bool collect = false;
  std::uint32_t limit = 0;                       ///< map: at once; 0: no limit
  std::uint32_t branch = 0;                      ///< map: where a branch begins
  std::uint16_t state = no_slot;                 ///< local: 1 while the rest is being cancelled after success
  std::uint16_t next = no_slot, last = no_slot;  ///< map: locals, the next element and the last one
  std::uint16_t item = no_slot;
  bool list = false;  ///< map: `next` walks a list of messages
  std::uint16_t list_slot = no_slot;
  std::uint16_t started = no_slot;               ///< local: branches started, whose number names the next
  std::uint16_t ok = no_slot, failed = no_slot;  ///< result
};

/// A step as people know it.
struct StepInfo {
  std::string name;  ///< site name: `coder/receive report`
  std::string kind;
  std::string operand;
  sim::SiteKey key = 0;
  std::uint32_t mark = 0;
};

struct Code {
  std::vector<Op> ops;
  std::vector<std::uint8_t> places;       ///< of `Dispatch::by_goto`: where each operation is carried out (`places_of`)
  std::vector<std::uint32_t> step_of_op;  ///< index into `steps`
  std::vector<StepInfo> steps;
  std::vector<std::int64_t> constants;
  std::vector<sim::Instruction> instructions;
  struct Range {
    std::uint32_t from, size;
  };
  std::vector<Range> expressions;
  std::vector<Range> properties;  ///< the predicates of sources: `where` 1 is the first
  std::vector<TimeOf> times;
  std::vector<RetryOf> retries;
  std::vector<Catch> catches;
  std::vector<ErrorSlots> errors;
  std::vector<FailureSlots> failures;
  std::vector<std::uint16_t> bounds;   ///< local that holds the timer of bound number n + 1; outer bounds come first
  std::vector<std::uint32_t> weights;  ///< of choices
  std::vector<std::uint32_t> targets;  ///< of choices and undo tables
  std::vector<JoinOf> joins;
  std::vector<std::array<std::uint16_t, 256>>
      error_counts;  ///< of branches: the local that counts an error, by its number
  std::vector<std::shared_ptr<const RuntimePlan>> runtimes;
  std::vector<sim::WaitSpec> waits;
  std::vector<std::vector<sim::Source>> sources;
  std::vector<sim::CellType> local_types, cell_types;
  struct VariableName {
    std::string name;
    bool is_text = false;  ///< it holds a text at first, by number
  };
  std::vector<VariableName> variables;  ///< of each cell
  std::vector<std::int64_t> initial_cells;
  std::vector<sim::Site> sites;
  std::vector<std::uint32_t> rests;  ///< see `Behaviour::rests`
  std::vector<std::int64_t>
      error_texts;       ///< number of the text that an error's name is, by error; empty if nobody asks
  FailureSlots pending;  ///< where a shared step keeps its failure until its latency is over
  sim::SiteKey agent = 0;
  sim::SupplyTable supplies;
  sim::Behaviour behaviour;

  sim::Predicate expression(std::uint32_t n) const {
    return {instructions.data() + expressions[n].from, expressions[n].size};
  }
  sim::Predicate property(std::uint16_t where) const {
    return {instructions.data() + properties[where - 1U].from, properties[where - 1U].size};
  }
};

/// The program behind a behaviour that `Workflow::build` made. For reports: `steps[step_of_op[pc]].name`.
inline const Code& code_of(const sim::Behaviour& behaviour) { return *static_cast<const Code*>(behaviour.code); }

enum class Dispatch : std::uint8_t { by_switch, by_goto };
/// The turn function of programs. Both do the same; `by_goto` is faster where the compiler has computed goto.
using TurnFunction = void (*)(sim::Turn&, const sim::Wake&);
TurnFunction turn_function(Dispatch);
/// Where the faster dispatch carries out each of these operations: of some there are several ways, each foreseeable as it is.
std::vector<std::uint8_t> places_of(const std::vector<Op>&);
/// `Behaviour::accepts` of programs.
bool accepts(const sim::Model&, const sim::World&, sim::Row activation, std::uint16_t where, sim::Row message);

}  // namespace squall::scenarios

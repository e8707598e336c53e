// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scenarios/agents/check.hpp"
#include "scenarios/agents/declarations.hpp"
#include "scenarios/agents/op.hpp"

namespace squall::scenarios {

/// Turns the programs of one agent into `Code`. One use: construct, `compile`.
///
/// While operations are emitted, every position (`next`, `handler`, targets) is a label; `resolve` replaces them. A
/// failure leads to the innermost enclosing label in `handler_`: exceptions are edges, known when the program is built.
class Compiler {
 public:
  Compiler(Declarations& declarations, std::string agent, const AgentSpec& spec, std::vector<BuildError>& errors);

  /// Compiles `do` and all handlers. `handlers`: where each `on` begins, in its order.
  Code compile(std::uint32_t& root, std::vector<std::uint32_t>& handlers);

 private:
  using Label = std::uint32_t;
  static constexpr Label fall_through = 0xffff'ffffU;

  struct Variable {
    sim::CellType type = sim::CellType::integer;
    std::uint16_t slot = no_slot;
    bool cell = false;
  };
  /// A block, a branch or a program: where `undo` steps are registered.
  struct UndoScope {
    std::uint16_t stack = no_slot;
    std::vector<std::pair<const Step*, Label>> entries;
  };
  /// Sets a member for as long as a scope of the program lasts.
  template <class T>
  class Within {
   public:
    Within(T& member, T value) : member_(member), before_(member) { member = std::move(value); }
    ~Within() { member_ = before_; }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

   private:
    T& member_;
    T before_;
  };

  // compile.cpp: names, emission, the whole
  void name_steps();
  void collect_uses(const Program& program);
  void use(const Expression& expression);
  void declare_variables();
  void declare(const std::string& name, sim::CellType type);
  void error(std::string what, std::string fix);
  void check(const std::optional<Complaint>& wrong);
  std::uint16_t new_local(sim::CellType type);
  std::uint16_t scratch(sim::CellType type = sim::CellType::integer);
  void give_back(std::uint16_t slot);
  FailureSlots failure_slots();
  void give_back(const FailureSlots& slots);
  std::uint32_t counter(const std::string& what);
  Label label();
  void place(Label label);
  Op& emit(OpCode code);
  void jump(Label target);
  void entry(const Program& program, bool spawned);
  void resolve();
  void look_up_topics();
  void finish_code();

  // compile_expression.cpp
  struct Assembly {
    std::vector<sim::Instruction> code;
    std::size_t depth = 0, deepest = 0;
    std::map<std::string, sim::MessageRef> messages;  ///< names that mean no local: candidate, element
  };
  Operand value(const Expression& expression);
  Operand constant(std::int64_t number);
  std::optional<Operand> plain(const Expression& expression);
  std::optional<Operand> plain_side(const Expression& side, const Expression& other);
  void fill_value(Op& op, const Expression& expression);
  void branch_unless(const Expression& condition, Label no);
  std::uint16_t property(const Expression& expression);
  void push(const Expression& expression, Assembly& to);
  void push_name(const std::string& path, Assembly& to, bool asks_presence);
  void push_comparison(const Expression& expression, Assembly& to);
  void put(Assembly& to, sim::Instruction instruction, int depth);
  std::uint32_t assembled(Assembly& assembly);
  std::optional<std::uint16_t> message_ref(const std::string& base, const Assembly& at);
  const Variable* variable(const std::string& name) const;
  std::uint16_t slot_of(const std::string& name) const;
  Operand artifact(const std::string& name);
  std::uint32_t time(const Time& time);
  TimeOf time_of(const Time& time);

  // compile_fields.cpp: section 3
  void steps(const Program& program);
  void step(const Step& step);
  void with_finally(const Step& step);
  void with_otherwise(const Step& step);
  void with_undo(const Step& step);
  void with_deadline(const Step& step);
  void with_retry(const Step& step);
  void with_timeout(const Step& step);
  void bounded(const Time& time, bool deadline, const std::function<void(std::uint32_t)>& body);
  void undo_scope(const Program& program, const std::function<void()>& body);
  static std::size_t count_undo(const Program& program);

  // compile_steps.cpp, compile_messages.cpp, compile_control.cpp: section 4
  void action(const Step& step);
  std::uint16_t of_this_run(const RuntimePlan& plan);
  void compile(const steps::Work& s, const Step& step);
  void compile(const steps::Sleep& s, const Step& step);
  void compile(const steps::Send& s, const Step& step);
  void compile(const steps::Publish& s, const Step& step);
  void compile(const steps::Subscribe& s, const Step& step);
  void compile(const steps::Receive& s, const Step& step);
  void compile(const steps::Ask& s, const Step& step);
  void compile(const steps::Reply& s, const Step& step);
  void compile(const steps::Read& s, const Step& step);
  void compile(const steps::Write& s, const Step& step);
  void compile(const steps::Update& s, const Step& step);
  void compile(const steps::CompareAndSet& s, const Step& step);
  void compile(const steps::Call& s, const Step& step);
  void compile(const steps::Acquire& s, const Step& step);
  void compile(const steps::Renew& s, const Step& step);
  void compile(const steps::Release& s, const Step& step);
  void compile(const steps::If& s, const Step& step);
  void compile(const steps::Choose& s, const Step& step);
  void compile(const steps::Repeat& s, const Step& step);
  void compile(const steps::Block& s, const Step& step);
  void compile(const steps::Parallel& s, const Step& step);
  void compile(const steps::Map& s, const Step& step);
  void compile(const steps::Spawn& s, const Step& step);
  void compile(const steps::Cancel& s, const Step& step);
  void compile(const steps::Watch& s, const Step& step);
  void compile(const steps::Checkpoint& s, const Step& step);
  void compile(const steps::Restart& s, const Step& step);
  void compile(const steps::Validate& s, const Step& step);
  void compile(const steps::Set& s, const Step& step);
  void compile(const steps::Emit& s, const Step& step);
  void compile(const steps::Discard& s, const Step& step);
  void compile(const steps::Acknowledge& s, const Step& step);
  void compile(const steps::Fail& s, const Step& step);
  void compile(const steps::Finish& s, const Step& step);
  void compile(const steps::Route& s, const Step& step);
  void compile(const steps::Interrupt& s, const Step& step);
  void compile(const steps::Runtime& s, const Step& step);
  RuntimePlan plan_of(const steps::Runtime& s);
  void plan_writers(const GraphDesign& design, RuntimePlan& plan);
  void send_each(OpCode code, const Target& to, const std::string& topic, const Content& content);
  void fill_content(Op& op, const std::string& topic, const Named& with);
  std::uint32_t wait(const Demand& demand);
  sim::Source source(const Demand::Part& part);
  std::uint16_t key(const std::string& name);
  std::uint16_t pending();
  std::uint16_t resource(const std::string& name);
  /// `counts`: see `error_counts`.
  void branch_body(const Program& body, std::uint32_t counts);
  /// `as.errors` of a step with branches: compile_errors.cpp.
  void declare_errors(const std::string& as);
  bool is_error_list(const std::string& path) const;
  /// Nothing has failed yet, from here on. One more than the position of its counts in `Code::error_counts`; 0: nobody asks.
  std::uint32_t error_counts(const std::string& as);
  /// A question about the elements of such a list, as one about its counts.
  Expression over_errors(const Expression& fold) const;
  std::uint32_t join(const Branches& join, const Step& step, std::size_t branches);
  bool always_shared(const Program& program) const;
  static bool may_skip(const Program& program);
  /// Place of a step among those of its agent. O(log steps).
  std::uint32_t info_of(const Step& step) const {
    const auto found = std::ranges::lower_bound(places_, &step, std::less<>{}, &Place::first);
    return found == places_.end() ? 0 : found->second;
  }

  Declarations& names_;
  const std::string agent_;
  const AgentSpec& spec_;
  std::vector<BuildError>& errors_;
  Code code_;

  using Place = std::pair<const Step*, std::uint32_t>;
  std::vector<Place> places_;           ///< of steps in `code_.steps`; only looked up: addresses decide nothing
  std::set<std::string> uses_, bases_;  ///< paths that expressions mention; what stands before their dot
  std::map<std::string, Variable> variables_;
  std::map<std::string, std::uint32_t> counters_;
  std::vector<std::uint16_t> free_slots_;
  std::vector<std::uint32_t> labels_;
  std::vector<const ErrorSlots*> error_scopes_;
  std::vector<std::unique_ptr<ErrorSlots>> kept_error_slots_;
  std::uint32_t step_ = 0;  ///< index of the step that is being compiled
  Label handler_ = 0;
  UndoScope* undo_ = nullptr;
  const Step* undone_ = nullptr;                        ///< the step whose `undo` is being compiled
  std::uint32_t finally_depth_ = 0;                     ///< `finally` scopes around, within this activation
  std::uint16_t own_timeout_ = 0;                       ///< bound of the step's own `timeout`; 0 none
  std::uint16_t own_request_ = no_slot;                 ///< local of the request that the step's own attempts share
  std::size_t runtime_locals_ = 0, runtime_cells_ = 0;  ///< that no operand names
  std::uint32_t branch_depth_ = 0;                      ///< branches around
  bool in_handler_ = false;
  bool idle_here_ = false;                    ///< a `receive` here waits passively: a daemon at rest
  std::vector<std::uint32_t> target_labels_;  ///< positions in `code_.targets` that are labels
};

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/compiler.hpp"

#include <array>
#include <optional>

/// Which errors the branches of a step ended with: `result.errors`, a list of names. A program may count them and ask for
/// some of them, and has no way to ask for the first; so a count for each name is the whole list, and a question about its
/// elements is one about each name that there is.
namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;

/// What no file can say: how many branches ended with this error.
std::string count_of(const std::string& list, const std::string& error) { return list + " " + error; }

/// `e` about the error `name`, which it calls `item`. Texts that are compared with it are compared here.
Expression about(const Expression& e, const std::string& item, const std::string& name) {
  if (e.kind() == Kind::name && e.text() == item) return Expression{Kind::text, 0, name}.marked(e.mark());
  if (e.operands().empty()) return e;
  std::vector<Expression> operands;
  // An inner list that calls its elements the same hides ours.
  for (const Expression& operand : e.operands())
    operands.push_back(e.item() == item ? operand : about(operand, item, name));
  const bool equality = e.kind() == Kind::equal || e.kind() == Kind::not_equal;
  if (equality && operands[0].kind() == Kind::text && operands[1].kind() == Kind::text) {
    const bool same = operands[0].text() == operands[1].text();
    return Expression{same == (e.kind() == Kind::equal)}.marked(e.mark());
  }
  return Expression{e.kind(), e.number(), e.text(), std::move(operands), e.item()}.marked(e.mark());
}

bool is_literal(const Expression& e, bool value) {
  return e.kind() == Kind::integer && e.literal() == Expression::Literal::boolean && (e.number() != 0) == value;
}

}  // namespace

void Compiler::declare_errors(const std::string& as) {
  const std::string list = as + ".errors";
  if (as.empty() || !uses_.contains(list)) return;
  for (const auto& known : names_.errors_known()) declare(count_of(list, known.first), sim::CellType::integer);
}

bool Compiler::is_error_list(const std::string& path) const {
  return path.ends_with(".errors") && variable(count_of(path, names_.errors_known().front().first)) != nullptr;
}

std::uint32_t Compiler::error_counts(const std::string& as) {
  const std::string list = as + ".errors";
  if (as.empty() || !is_error_list(list)) return 0;
  std::array<std::uint16_t, 256> slots;
  slots.fill(no_slot);
  for (const auto& [name, error] : names_.errors_known()) {
    const std::uint16_t slot = variable(count_of(list, name))->slot;
    slots[static_cast<std::size_t>(error)] = slot;
    const Operand zero = constant(0);
    Op& op = emit(OpCode::set_local);
    op.x = slot;
    op.operands[0] = zero;
  }
  code_.error_counts.push_back(slots);
  return static_cast<std::uint32_t>(code_.error_counts.size());
}

Expression Compiler::over_errors(const Expression& fold) const {
  const bool every = fold.kind() == Kind::every, sums = fold.kind() == Kind::size || fold.kind() == Kind::count;
  std::optional<Expression> all;
  for (const auto& known : names_.errors_known()) {
    const Expression count = var(count_of(fold.text(), known.first));
    const Expression that =
        fold.kind() == Kind::size ? Expression{true} : about(fold.operands()[0], fold.item(), known.first);
    if (is_literal(that, every && !sums)) continue;  // whether there are any or none, it changes nothing
    Expression part = count;
    if (sums) {
      if (!is_literal(that, true)) part = choose(that, count, 0);
    } else if (every) {
      part = is_literal(that, false) ? count == 0 : count == 0 || that;
    } else {
      part = is_literal(that, true) ? count > 0 : count > 0 && that;
    }
    if (!all) {
      all = part;
    } else {
      all = sums ? *all + part : every ? *all && part : *all || part;
    }
  }
  if (all) return *all;
  return sums ? Expression{0} : Expression{every};
}

}  // namespace squall::scenarios

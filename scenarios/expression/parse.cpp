// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression/parse.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "scenarios/expression/comprehension.hpp"
#include "scenarios/expression/lexer.hpp"
#include "scenarios/nearest.hpp"

namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;

constexpr std::array<std::string_view, 12> functions{"size",   "count", "has",      "min",    "max",     "all",
                                                     "exists", "map",   "contains", "string", "effects", "filter"};

/// A recursive-descent parser; the first trouble is thrown and caught in `parse_expression`.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens, const ExpressionContext& context)
      : text_(text), tokens_(std::move(tokens)), context_(context) {}

  Expression run() {
    if (now().kind == Token::Kind::end) fail(now(), "there is no expression here", "write a condition or a value");
    Expression whole = expression();
    if (now().kind != Token::Kind::end) {
      fail(now(), fmt::format("'{}' is one too many", now().written), "join two conditions with '&&' or '||'");
    }
    return whole;
  }

 private:
  // ---- tokens ----
  const Token& now() const { return tokens_[next_]; }
  const Token& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }
  bool is(std::string_view symbol) const { return now().kind == Token::Kind::symbol && now().written == symbol; }
  bool accept(std::string_view symbol) {
    if (!is(symbol)) return false;
    take();
    return true;
  }
  void expect(std::string_view symbol, std::string_view after) {
    if (accept(symbol)) return;
    fail(now(), fmt::format("a '{}' is missing after {}", symbol, after), fmt::format("write '{}' here", symbol));
  }
  [[noreturn]] void fail(const Token& at, std::string what, std::string fix) const {
    throw ExpressionTrouble{at.at, std::max<std::size_t>(1, at.written.size()), std::move(what), std::move(fix)};
  }
  Expression marked(Expression e, std::size_t from, std::size_t to) const {
    if (!context_.mark) return e;
    return std::move(e).marked(context_.mark(from, to - from));
  }
  /// The end of the last token that was taken.
  std::size_t end() const { return next_ == 0 ? 0 : tokens_[next_ - 1].at + tokens_[next_ - 1].written.size(); }

  /// Counts how deep expressions stand in each other, for as long as it lives.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > ExpressionLimits::depth) {
        parser_.fail(parser_.now(), fmt::format("the expression is nested more than {} deep", ExpressionLimits::depth),
                     "compute a part of it in a `set` before");
      }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  Expression binary(Kind kind, Expression left, Expression right, std::size_t from) {
    return marked({kind, 0, {}, {std::move(left), std::move(right)}}, from, end());
  }

  // ---- from the loosest operator to the tightest ----
  Expression expression() {
    const Deeper deeper{*this};
    const std::size_t from = now().at;
    Expression condition = either();
    if (!accept("?")) return condition;
    Expression yes = expression();
    expect(":", "the first of two choices");
    Expression no = expression();
    return marked(choose(std::move(condition), std::move(yes), std::move(no)), from, end());
  }

  Expression either() {
    const std::size_t from = now().at;
    Expression left = both();
    while (accept("||")) left = binary(Kind::either, std::move(left), both(), from);
    return left;
  }

  Expression both() {
    const std::size_t from = now().at;
    Expression left = comparison();
    while (accept("&&")) left = binary(Kind::both, std::move(left), comparison(), from);
    return left;
  }

  std::optional<Kind> comparing() const {
    if (now().kind != Token::Kind::symbol) return std::nullopt;
    if (now().written == "==") return Kind::equal;
    if (now().written == "!=") return Kind::not_equal;
    if (now().written == "<") return Kind::less;
    if (now().written == "<=") return Kind::less_equal;
    if (now().written == ">") return Kind::greater;
    if (now().written == ">=") return Kind::greater_equal;
    return std::nullopt;
  }

  Expression comparison() {
    const std::size_t from = now().at;
    Expression left = sum();
    if (const auto kind = comparing()) {
      take();
      left = binary(*kind, std::move(left), sum(), from);
      if (comparing()) fail(now(), "a comparison is compared again", "join two comparisons with '&&'");
    } else if (now().kind == Token::Kind::name && now().written == "in") {
      take();
      left = membership(std::move(left), from);
    }
    return left;
  }

  /// `x in [a, b]`, or `x in votes.map(v, v.choice)`, or `x in result.errors`: the one list whose elements are values already.
  Expression membership(Expression value, std::size_t from) {
    if (!is("[")) {
      auto list = postfix();
      if (!list.list && list.value.kind() == Kind::name && list.value.text().ends_with(".errors"))
        list.list = Comprehension{list.value.text()};
      if (!list.list) fail(now(), "'in' looks into a list", "write a list behind it: [a, b]");
      return marked(list.list->contains(value), from, end());
    }
    take();
    std::vector<Expression> elements;
    while (!is("]")) {
      elements.push_back(expression());
      if (!accept(",")) break;
    }
    expect("]", "a list");
    return marked(one_of(std::move(value), std::move(elements)), from, end());
  }

  Expression sum() {
    const std::size_t from = now().at;
    Expression left = product();
    while (is("+") || is("-")) {
      const Kind kind = take().written == "+" ? Kind::add : Kind::subtract;
      left = binary(kind, std::move(left), product(), from);
    }
    return left;
  }

  Expression product() {
    const std::size_t from = now().at;
    Expression left = unary();
    while (is("*") || is("/") || is("%")) {
      const std::string_view sign = take().written;
      const Kind kind = sign == "*" ? Kind::multiply : sign == "/" ? Kind::divide : Kind::remainder;
      left = binary(kind, std::move(left), unary(), from);
    }
    return left;
  }

  Expression unary() {
    const Deeper deeper{*this};
    const std::size_t from = now().at;
    if (accept("!")) return marked(!unary(), from, end());
    if (accept("-")) {
      const Expression operand = unary();
      if (operand.kind() == Kind::integer && operand.literal() != Expression::Literal::boolean)
        return marked({operand.literal(), -operand.number()}, from, end());
      return marked(-operand, from, end());
    }
    const Token& first = now();
    Piece piece = postfix();
    if (piece.list) fail(first, "a list is no value by itself", "ask its size(), or use .all, .exists, .contains");
    return std::move(piece.value);
  }

  /// A value, or a list of messages on its way through `.filter` and `.map`.
  struct Piece {
    Expression value;
    std::optional<Comprehension> list;
  };

  Piece postfix() {
    const std::size_t from = now().at;
    Piece piece = primary();
    while (accept(".")) {
      if (now().kind != Token::Kind::name) fail(now(), "a field's name is missing after '.'", "write the field's name");
      const Token& field = take();
      if (is("(")) {
        piece = method(std::move(piece), field, from);
      } else if (piece.list || piece.value.kind() != Kind::name) {
        fail(field, fmt::format("'{}' is asked of something without fields", field.written),
             "fields belong to messages, reads, errors and agents");
      } else {
        piece.value = marked(var(piece.value.text() + "." + std::string{field.written}), from, end());
      }
    }
    return piece;
  }

  Comprehension list_of(Piece piece, const Token& at) {
    if (piece.list) return std::move(*piece.list);
    if (piece.value.kind() != Kind::name)
      fail(at, fmt::format("'{}' is asked of something that is no list", at.written), "name a list of messages");
    return Comprehension{piece.value.text()};
  }

  /// `votes.all(v, v.choice == 'yes')` and its like.
  Piece method(Piece piece, const Token& name, std::size_t from) {
    const std::string_view called = name.written;
    constexpr std::array<std::string_view, 5> known{"all", "exists", "filter", "map", "contains"};
    if (std::ranges::find(known, called) == known.end())
      fail(name, fmt::format("a list has no '{}'", called), instead_of(called, known));
    Comprehension list = list_of(std::move(piece), name);
    expect("(", "the name of a function");
    if (called == "contains") {
      const Expression value = expression();
      expect(")", "the value that is looked for");
      return {marked(list.contains(value), from, end()), {}};
    }
    if (now().kind != Token::Kind::name)
      fail(now(), "the name of an element is missing", fmt::format("write .{}(x, …)", called));
    const std::string item{take().written};
    expect(",", "the name of the element");
    const Expression body = expression();
    expect(")", "what is asked of each element");
    if (called == "filter") return {{}, std::move(list).filtered(item, body)};
    if (called == "map") return {{}, std::move(list).mapped(item, body)};
    return {marked(called == "all" ? list.all(item, body) : list.exists(item, body), from, end()), {}};
  }

  Piece primary() {
    const Token& first = now();
    const std::size_t from = first.at;
    switch (first.kind) {
      case Token::Kind::number: take(); return {marked(first.number, from, end()), {}};
      case Token::Kind::duration: take(); return {marked(sim::Duration{first.number}, from, end()), {}};
      case Token::Kind::text: take(); return {marked({Kind::text, 0, first.text}, from, end()), {}};
      case Token::Kind::name: take(); return is("(") ? function(first) : name(first);
      case Token::Kind::end: fail(first, "the expression ends too early", "write what is missing");
      case Token::Kind::symbol: break;
    }
    if (accept("(")) {
      Piece inner{expression(), {}};
      expect(")", "what stands in parentheses");
      return inner;
    }
    if (is("[")) fail(first, "a list stands only behind 'in'", "write 'x in [a, b]'");
    fail(first, fmt::format("'{}' stands where a value is expected", first.written),
         "write a name, a number, a duration or a text in quotes");
  }

  Piece name(const Token& token) {
    const std::string_view written = token.written;
    if (written == "true" || written == "false") return {marked(written == "true", token.at, end()), {}};
    if (written == "null") fail(token, "there is no null", "ask has(m.field) whether a field is there");
    return {marked(var(std::string{written}), token.at, end()), {}};
  }

  Piece function(const Token& name) {
    const std::string_view called = name.written;
    expect("(", "the name of a function");
    const std::size_t inside = next_;
    if (called == "has" || called == "size") {
      Piece piece = postfix();
      if (called == "size") {
        const Comprehension list = list_of(std::move(piece), name);
        expect(")", "the list");
        return {marked(list.size(), name.at, end()), {}};
      }
      if (piece.list || piece.value.kind() != Kind::name || piece.value.text().find('.') == std::string::npos)
        fail(tokens_[inside], "'has' asks for a field", "write has(m.field)");
      expect(")", "the field");
      return {marked(has(piece.value.text()), name.at, end()), {}};
    }
    if (called == "effects") {
      if (now().kind != Token::Kind::text) fail(now(), "'effects' counts those of a tool", "write effects('tool')");
      const std::string tool = take().text;
      expect(")", "the tool");
      return {marked(var("effects." + tool), name.at, end()), {}};
    }
    if (called == "count" && context_.patterns != nullptr) {
      context_.patterns->push_back(pattern());
      expect(")", "the pattern");
      return {marked(counted(context_.patterns->size() - 1), name.at, end()), {}};
    }
    if (called == "min" || called == "max") {
      Expression least = expression();
      while (accept(",")) {
        Expression other = expression();
        least =
            marked(called == "min" ? min(std::move(least), std::move(other)) : max(std::move(least), std::move(other)),
                   name.at, end());
      }
      expect(")", "the last value");
      return {std::move(least), {}};
    }
    if (called == "all" || called == "exists" || called == "filter" || called == "map" || called == "contains")
      fail(name, fmt::format("'{}' is asked of a list", called), fmt::format("write list.{}(x, …)", called));
    if (called == "string")
      fail(name, "texts are not made while a workflow runs", "compare with a text in quotes instead");
    fail(name, fmt::format("no function is called '{}'", called), instead_of(called, functions));
  }

  /// `received('task', to: coder, where: event.n > 2)`
  Pattern pattern() {
    constexpr std::array<std::string_view, 10> kinds{"sent",    "received", "ran",    "wrote",       "effect",
                                                     "emitted", "ended",    "failed", "dead_letter", "outcome"};
    const Token& kind = take();
    const auto known = std::ranges::find(kinds, kind.written);
    if (kind.kind != Token::Kind::name || known == kinds.end()) {
      fail(kind, "'count' counts events of a pattern", "write such as count(sent('task')) or count(ended('coder'))");
    }
    Pattern pattern{.kind = static_cast<Pattern::Kind>(known - kinds.begin()), .what = {}};
    if (context_.mark) pattern.mark = context_.mark(kind.at, kind.written.size());
    expect("(", "a kind of event");
    if (now().kind == Token::Kind::text) {
      pattern.what = take().text;
      if (!is(")")) expect(",", "what the event is about");
    }
    while (!is(")")) {
      const Token& field = take();
      expect(":", "'from', 'to' or 'where'");
      if (field.written == "where") {
        pattern.property = expression();
      } else if (field.written == "from" || field.written == "to") {
        const Token& agent = take();
        if (agent.kind != Token::Kind::name) fail(agent, "an agent's name is missing", "write it without quotes");
        (field.written == "from" ? pattern.sender : pattern.receiver) = agent.written;
      } else {
        fail(field, fmt::format("a pattern has no '{}'", field.written), "use from, to and where");
      }
      if (!accept(",")) break;
    }
    expect(")", "a pattern");
    return pattern;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  const ExpressionContext& context_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::variant<Expression, ExpressionTrouble> parse_expression(std::string_view text, const ExpressionContext& context) {
  if (text.size() > ExpressionLimits::bytes) {
    return ExpressionTrouble{0, 1, fmt::format("the expression is longer than {} bytes", ExpressionLimits::bytes),
                             "compute parts of it in `set` steps before"};
  }
  auto tokens = tokens_of(text, context);
  if (auto* trouble = std::get_if<ExpressionTrouble>(&tokens)) return std::move(*trouble);
  try {
    return Parser{text, std::move(std::get<std::vector<Token>>(tokens)), context}.run();
  } catch (ExpressionTrouble& trouble) {
    return std::move(trouble);
  }
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>

#include "scenarios/expression/parse.hpp"

using namespace squall::scenarios;
using namespace std::chrono_literals;

namespace {

using Kind = Expression::Kind;

bool same(const Expression& a, const Expression& b) {
  if (a.kind() != b.kind() || a.number() != b.number() || a.text() != b.text() || a.item() != b.item()) return false;
  if (a.operands().size() != b.operands().size()) return false;
  for (std::size_t i = 0; i < a.operands().size(); ++i) {
    if (!same(a.operands()[i], b.operands()[i])) return false;
  }
  return true;
}

Expression read(std::string_view text, const ExpressionContext& context = {}) {
  auto parsed = parse_expression(text, context);
  const auto* trouble = std::get_if<ExpressionTrouble>(&parsed);
  REQUIRE_MESSAGE(trouble == nullptr, text, ": ", trouble == nullptr ? "" : trouble->what);
  return std::get<Expression>(parsed);
}

ExpressionTrouble refused(std::string_view text) {
  auto parsed = parse_expression(text);
  REQUIRE(std::holds_alternative<ExpressionTrouble>(parsed));
  return std::get<ExpressionTrouble>(parsed);
}

}  // namespace

TEST_SUITE("expressions") {
  TEST_CASE("multiplication binds more than addition, addition more than comparison, comparison more than &&") {
    CHECK(same(read("a + b * 2 <= 3 && c || d"), ((var("a") + var("b") * 2 <= 3) && var("c")) || var("d")));
    CHECK(same(read("(a + b) * 2"), (var("a") + var("b")) * 2));
  }

  TEST_CASE("operators of one kind group from the left") {
    CHECK(same(read("a - b - c"), (var("a") - var("b")) - var("c")));
    CHECK(same(read("a / b % c"), (var("a") / var("b")) % var("c")));
  }

  TEST_CASE("a choice groups from the right") {
    CHECK(same(read("a ? 1 : b ? 2 : 3"), choose(var("a"), 1, choose(var("b"), 2, 3))));
  }

  TEST_CASE("literals are numbers, durations, texts and truth values") {
    CHECK(same(read("90s"), 90s));
    CHECK(same(read("-5"), -5));
    CHECK(same(read("'it\\'s'"), "it's"));
    CHECK(same(read("\"a\""), "a"));
    CHECK(read("true").literal() == Expression::Literal::boolean);
    CHECK(read("2m").literal() == Expression::Literal::duration);
  }

  TEST_CASE("a hyphen joins names only where an agent is called so") {
    const std::set<std::string, std::less<>> names{"code-review"};
    const ExpressionContext context{.hyphenated = &names, .mark = {}, .patterns = nullptr};
    CHECK(same(read("msg.from == code-review", context), var("msg.from") == var("code-review")));
    CHECK(same(read("code-reviews", context), var("code") - var("reviews")));
    CHECK(same(read("n-1", context), var("n") - 1));
  }

  TEST_CASE("questions about a list become one question") {
    CHECK(same(read("votes.all(v, v.ok)"), every("votes", "v", var("v.ok"))));
    CHECK(same(read("size(votes.filter(v, v.ok)) > 1"), count("votes", "v", var("v.ok")) > 1));
    CHECK(same(read("votes.filter(v, v.ok).exists(w, w.n == 1)"), some("votes", "v", var("v.ok") && var("v.n") == 1)));
    CHECK(same(read("votes.map(v, v.n).contains(3)"), some("votes", "v", var("v.n") == 3)));
    CHECK(same(read("3 in votes.map(v, v.n)"), some("votes", "v", var("v.n") == 3)));
    CHECK(same(read("votes.filter(v, v.ok).all(w, w.n > 0)"), every("votes", "v", !var("v.ok") || var("v.n") > 0)));
  }

  TEST_CASE("membership in a list of values") {
    CHECK(same(read("x in [1, 2]"), one_of(var("x"), {1, 2})));
    CHECK(same(read("x in []"), one_of(var("x"), {})));
  }

  TEST_CASE("functions") {
    CHECK(same(read("has(msg.place)"), has("msg.place")));
    CHECK(same(read("min(a, b, c)"), min(min(var("a"), var("b")), var("c"))));
    CHECK(same(read("effects('deploy') <= 1"), var("effects.deploy") <= 1));
  }

  TEST_CASE("count takes a pattern where patterns may stand") {
    std::vector<Pattern> patterns;
    const ExpressionContext context{.hyphenated = nullptr, .mark = {}, .patterns = &patterns};
    CHECK(same(read("count(sent('task', to: coder)) > 1", context), counted(0) > 1));
    REQUIRE(patterns.size() == 1);
    CHECK(patterns[0].kind == Pattern::Kind::sent);
    CHECK(patterns[0].what == "task");
    CHECK(patterns[0].receiver == "coder");
    CHECK(refused("count(sent('task')) > 1").what == "no function is called 'count'");
  }

  TEST_CASE("what is wrong is shown at its place") {
    CHECK(refused("n > 3 and m").at == 6);
    CHECK(refused("n > 3 and m").what == "'and' is one too many");
    CHECK(refused("a < b < c").what == "a comparison is compared again");
    CHECK(refused("").what == "there is no expression here");
    CHECK(refused("(a").what == "a ')' is missing after what stands in parentheses");
    CHECK(refused("5 s").what == "'s' is one too many");
    CHECK(refused("017").what == "'017' begins with a zero, which some take for octal");
    CHECK(refused("99999999999999999999").what == "'99999999999999999999' is too large");
    CHECK(refused("sise(votes)").fix == "did you mean 'size'?");
  }

  TEST_CASE("depth and length are bounded") {
    CHECK(refused(std::string(100, '(') + "1" + std::string(100, ')')).what ==
          "the expression is nested more than 64 deep");
    CHECK(refused(std::string(100, '!') + "a").what == "the expression is nested more than 64 deep");
    CHECK(refused(std::string(5000, 'a')).what == "the expression is longer than 4096 bytes");
    std::string sum = "1";
    while (sum.size() < 4000) sum += "+1";
    CHECK(read(sum).kind() == Kind::add);  // long is not deep
  }
}

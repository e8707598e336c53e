// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression/lexer.hpp"

#include <algorithm>
#include <array>

#include "scenarios/reader/utf8.hpp"
#include "scenarios/reader/values.hpp"

namespace squall::scenarios {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// Longer ones first.
constexpr std::array<std::string_view, 23> symbols{"&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/",
                                                   "%",  "!",  "?",  ":",  "(",  ")",  "[", "]", ",", ".", "="};

class Lexer {
 public:
  Lexer(std::string_view text, const ExpressionContext& context) : text_(text), context_(context) {}

  std::variant<std::vector<Token>, ExpressionTrouble> run() {
    while (true) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
      if (at_ == text_.size()) break;
      const char c = text_[at_];
      const bool fine = letter(c) ? name() : digit(c) ? number() : c == '\'' || c == '"' ? literal(c) : symbol();
      if (!fine) return trouble_;
    }
    tokens_.push_back({.kind = Token::Kind::end, .at = text_.size()});
    return std::move(tokens_);
  }

 private:
  bool refuse(std::size_t at, std::size_t length, std::string what, std::string fix) {
    trouble_ = {at, std::max<std::size_t>(1, length), std::move(what), std::move(fix)};
    return false;
  }

  Token& add(Token::Kind kind, std::size_t length) {
    tokens_.push_back({.kind = kind, .written = text_.substr(at_, length), .at = at_});
    at_ += length;
    return tokens_.back();
  }

  bool name() {
    const auto word_end = [&](std::size_t from) {
      while (from < text_.size() && (letter(text_[from]) || digit(text_[from]))) ++from;
      return from;
    };
    std::size_t end = word_end(at_);
    // The longest declared name with hyphens that begins here.
    for (std::size_t next = end; context_.hyphenated != nullptr && next + 1 < text_.size() && text_[next] == '-' &&
                                 (letter(text_[next + 1]) || digit(text_[next + 1]));) {
      next = word_end(next + 1);
      if (context_.hyphenated->contains(text_.substr(at_, next - at_))) end = next;
    }
    add(Token::Kind::name, end - at_);
    return true;
  }

  bool number() {
    std::size_t end = at_;
    while (end < text_.size() && (digit(text_[end]) || letter(text_[end]))) ++end;
    const std::string_view written = text_.substr(at_, end - at_);
    const bool fraction = end + 1 < text_.size() && text_[end] == '.' && digit(text_[end + 1]);
    if (fraction) return refuse(at_, end + 2 - at_, "there are no fractions", "use whole numbers in a smaller unit");
    if (std::ranges::all_of(written, digit)) {
      const auto parsed = parse_number(written);
      if (const auto* refused = std::get_if<Refused>(&parsed))
        return refuse(at_, written.size(), "'" + std::string{written} + "' " + refused->what, refused->fix);
      add(Token::Kind::number, written.size()).number = std::get<std::int64_t>(parsed);
      return true;
    }
    const auto parsed = parse_duration(written);
    if (const auto* refused = std::get_if<Refused>(&parsed))
      return refuse(at_, written.size(), "'" + std::string{written} + "' " + refused->what, refused->fix);
    add(Token::Kind::duration, written.size()).number = std::get<sim::Duration>(parsed).count();
    return true;
  }

  bool literal(char quote) {
    std::string said;
    for (std::size_t end = at_ + 1; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == quote) {
        add(Token::Kind::text, end + 1 - at_).text = std::move(said);
        return true;
      }
      if (c != '\\') {
        said += c;
        continue;
      }
      const char next = end + 1 < text_.size() ? text_[end + 1] : '\0';
      if (next != '\\' && next != '\'' && next != '"' && next != 'n' && next != 't')
        return refuse(end, 2, "this is no escape", "use one of: \\\\ \\' \\\" \\n \\t");
      said += next == 'n' ? '\n' : next == 't' ? '\t' : next;
      ++end;
    }
    return refuse(at_, text_.size() - at_, "a text does not end", std::string{"close it with "} + quote);
  }

  bool symbol() {
    for (const std::string_view symbol : symbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      if (symbol == "=") return refuse(at_, 1, "'=' sets nothing here", "compare with '=='");
      add(Token::Kind::symbol, symbol.size());
      return true;
    }
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text_.substr(at_)));
    const std::string written{text_.substr(at_, length)};
    if (written == "&" || written == "|")
      return refuse(at_, 1, "'" + written + "' alone means nothing", "write '" + written + written + "'");
    return refuse(at_, length, "'" + written + "' means nothing here",
                  "use names, numbers, durations, texts in quotes and the operators of the language");
  }

  std::string_view text_;
  const ExpressionContext& context_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  ExpressionTrouble trouble_;
};

}  // namespace

std::variant<std::vector<Token>, ExpressionTrouble> tokens_of(std::string_view text, const ExpressionContext& context) {
  return Lexer{text, context}.run();
}

}  // namespace squall::scenarios

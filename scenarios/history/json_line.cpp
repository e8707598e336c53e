// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history/json_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "scenarios/reader/utf8.hpp"

namespace squall::scenarios {
namespace {

using sim::history::nil;
using sim::history::no_value;
using sim::history::ValueId;

bool digit(char c) { return c >= '0' && c <= '9'; }

/// The shortest text of a decimal number: digits without zeros at either end, and where the point is. Whole numbers of at
/// most 40 digits are written out.
std::string shortest(bool negative, std::string digits, std::int64_t exponent) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  digits.erase(0, first);
  while (digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  const std::string sign = negative ? "-" : "";
  if (exponent >= 0 && digits.size() + static_cast<std::uint64_t>(exponent) <= 40)
    return sign + digits + std::string(static_cast<std::size_t>(exponent), '0');
  const auto size = static_cast<std::int64_t>(digits.size());
  if (exponent < 0 && -exponent < size) {
    const auto whole = static_cast<std::size_t>(size + exponent);
    return sign + digits.substr(0, whole) + "." + digits.substr(whole);
  }
  if (exponent < 0 && -exponent <= 40)
    return sign + "0." + std::string(static_cast<std::size_t>(-exponent - size), '0') + digits;
  return fmt::format("{}{}e{}", sign, digits, exponent);
}

}  // namespace

void JsonLine::fail(std::size_t at, std::size_t width, std::string what, std::string fix) {
  if (failed()) return;
  trouble_ = {at, std::max<std::size_t>(1, width), std::move(what), std::move(fix)};
}

void JsonLine::skip_space() {
  while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
}

bool JsonLine::take(char expected) {
  skip_space();
  if (at_ == line_.size() || line_[at_] != expected) return false;
  ++at_;
  return true;
}

bool JsonLine::need(char expected, std::string_view meaning) {
  if (take(expected)) return true;
  if (at_ == line_.size()) fail(at_, 1, fmt::format("the line ends where {} should stand", meaning), "finish the line");
  else fail(at_, 1, fmt::format("here should stand {}", meaning), fmt::format("write {}", expected));
  return false;
}

bool JsonLine::at_end() {
  skip_space();
  return at_ == line_.size();
}

bool JsonLine::hex4(std::uint32_t& into) {
  into = 0;
  for (int n = 0; n < 4; ++n, ++at_) {
    const char c = at_ < line_.size() ? line_[at_] : '"';
    const int nibble = digit(c)               ? c - '0'
                       : c >= 'a' && c <= 'f' ? c - 'a' + 10
                       : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                              : -1;
    if (nibble < 0) return false;
    into = into << 4 | static_cast<std::uint32_t>(nibble);
  }
  return true;
}

bool JsonLine::escape_into(std::string& into) {
  const std::size_t start = at_ - 1;
  const char c = at_ < line_.size() ? line_[at_++] : '\0';
  switch (c) {
    case '"':
    case '\\':
    case '/': into += c; return true;
    case 'b': into += '\b'; return true;
    case 'f': into += '\f'; return true;
    case 'n': into += '\n'; return true;
    case 'r': into += '\r'; return true;
    case 't': into += '\t'; return true;
    case 'u': break;
    default:
      fail(start, 2, "this escape does not exist in JSON", R"(write one of \" \\ \/ \b \f \n \r \t \u0000)");
      return false;
  }
  std::uint32_t point = 0, low = 0;
  bool good = hex4(point);
  if (good && point >= 0xd800 && point < 0xdc00) {
    good = line_.substr(at_).starts_with("\\u");
    at_ += 2;
    good = good && hex4(low) && low >= 0xdc00 && low < 0xe000;
    point = 0x1'0000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  } else if (good) {
    good = point < 0xdc00 || point > 0xdfff;
  }
  if (!good) {
    fail(start, 6, "this escape is no character",
         "write \\u and four hex digits; two of them for characters beyond U+FFFF");
    return false;
  }
  const auto add = [&](std::uint32_t byte) { into += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xc0 | point >> 6);
    add(0x80 | (point & 0x3f));
  } else if (point < 0x1'0000) {
    add(0xe0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3f));
    add(0x80 | (point & 0x3f));
  } else {
    add(0xf0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3f));
    add(0x80 | (point >> 6 & 0x3f));
    add(0x80 | (point & 0x3f));
  }
  return true;
}

bool JsonLine::string_into(std::string& into) {
  const std::size_t start = at_++;
  while (at_ < line_.size()) {
    const auto byte = static_cast<unsigned char>(line_[at_]);
    if (byte == '"') {
      ++at_;
      return true;
    }
    if (byte == '\\') {
      ++at_;
      if (!escape_into(into)) return false;
    } else if (byte < 0x20) {
      fail(at_, 1, "a control character stands in a text", "write it as \\u00XX");
      return false;
    } else if (byte < 0x80) {
      into += line_[at_++];
    } else {
      const std::size_t bytes = utf8_length(line_.substr(at_));
      if (bytes == 0) {
        fail(at_, 1, "this is no UTF-8", "save the file as UTF-8");
        return false;
      }
      into += line_.substr(at_, bytes);
      at_ += bytes;
    }
  }
  fail(start, 1, "the text that begins here does not end", "write its closing quote");
  return false;
}

std::string_view JsonLine::text() {
  skip_space();
  scratch_.clear();
  if (at_ == line_.size() || line_[at_] != '"') {
    fail(at_, 1, "here should stand a text in quotes", "write \"...\"");
    return {};
  }
  if (!string_into(scratch_)) scratch_.clear();
  return scratch_;
}

bool JsonLine::number_into(std::string& into) {
  const std::size_t start = at_;
  const bool negative = line_[at_] == '-';
  if (negative) ++at_;
  const auto digits = [&] {
    const std::size_t from = at_;
    while (at_ < line_.size() && digit(line_[at_])) ++at_;
    return line_.substr(from, at_ - from);
  };
  const auto wrong = [&] {
    fail(start, at_ - start, "this is no number of JSON", "write it as in 17, -3, 0.25 or 1e6");
    return false;
  };
  const std::string_view whole = digits();
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return wrong();
  std::string_view part;
  if (at_ < line_.size() && line_[at_] == '.') {
    ++at_;
    part = digits();
    if (part.empty()) return wrong();
  }
  std::int64_t exponent = 0;
  const bool scaled = at_ < line_.size() && (line_[at_] == 'e' || line_[at_] == 'E');
  if (scaled) {
    ++at_;
    const bool down = at_ < line_.size() && line_[at_] == '-';
    if (at_ < line_.size() && (line_[at_] == '-' || line_[at_] == '+')) ++at_;
    const std::string_view power = digits();
    if (power.empty() || power.size() > 9) return wrong();
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (down) exponent = -exponent;
  }
  if (!scaled && part.empty()) {
    if (negative && whole != "0") into += '-';
    into += whole;
  } else {
    into +=
        shortest(negative, std::string{whole} + std::string{part}, exponent - static_cast<std::int64_t>(part.size()));
  }
  return true;
}

std::int64_t JsonLine::whole_number(std::string_view meaning) {
  skip_space();
  const std::size_t start = at_;
  std::string text;
  std::int64_t number = 0;
  const bool starts = at_ < line_.size() && (digit(line_[at_]) || line_[at_] == '-');
  if (starts && !number_into(text)) return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!starts || error != std::errc{} || end != text.data() + text.size())
    fail(start, at_ - start, fmt::format("{} is a whole number", meaning), "write it as in 1500000");
  return number;
}

ValueId JsonLine::value() { return value(0); }

ValueId JsonLine::value(int depth) {
  skip_space();
  if (at_ == line_.size()) {
    fail(at_, 1, "the line ends where a value should stand", "finish the line");
    return no_value;
  }
  if (depth > depth_max) {
    fail(at_, 1, fmt::format("values lie more than {} deep in one another", depth_max), "write a flatter value");
    return no_value;
  }
  const char c = line_[at_];
  const auto word = [&](std::string_view text) {
    if (!line_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  };
  if (c == '"') {
    scratch_ = "\"";
    return string_into(scratch_) ? values_.word(scratch_) : no_value;
  }
  if (digit(c) || c == '-') {
    scratch_.clear();
    return number_into(scratch_) ? values_.word(scratch_) : no_value;
  }
  if (word("null")) return nil;
  if (word("true")) return values_.word("true");
  if (word("false")) return values_.word("false");
  if (c == '{') return object(depth);
  if (c == '[') {
    ++at_;
    std::vector<ValueId> items;
    if (take(']')) return values_.list(items);
    do {
      items.push_back(value(depth + 1));
      if (failed()) return no_value;
    } while (take(','));
    return need(']', "a comma or the end of the list") ? values_.list(items) : no_value;
  }
  fail(at_, 1, "this begins no value of JSON",
       "write null, true, false, a number, a \"text\", a [list] or an {object}");
  return no_value;
}

bool JsonLine::value_is_null() {
  skip_space();
  if (!line_.substr(at_).starts_with("null")) return false;
  at_ += 4;
  return true;
}

void JsonLine::skip_value(int depth) {
  skip_space();
  const char c = at_ < line_.size() ? line_[at_] : '\0';
  if (c != '{' && c != '[') {
    scratch_.clear();
    if (c == '"') string_into(scratch_);
    else if (digit(c) || c == '-') number_into(scratch_);
    else value(depth);  // a word that is there already, or trouble
    return;
  }
  if (depth > depth_max) {
    fail(at_, 1, fmt::format("values lie more than {} deep in one another", depth_max), "write a flatter value");
    return;
  }
  ++at_;
  const char closing = c == '{' ? '}' : ']';
  if (take(closing)) return;
  do {
    if (c == '{') {
      text();
      if (failed() || !need(':', "a colon")) return;
    }
    skip_value(depth + 1);
    if (failed()) return;
  } while (take(','));
  need(closing, c == '{' ? "a comma or the end of the object" : "a comma or the end of the list");
}

void JsonLine::canonical(ValueId value, std::string& into) const {
  if (value == nil) {
    into += "null";
  } else if (!values_.is_list(value)) {
    into += values_.word_of(value);
    if (values_.word_of(value).starts_with('"')) into += '"';
  } else {
    into += '[';
    for (const ValueId item : values_.items(value)) {
      if (!into.ends_with('[')) into += ',';
      canonical(item, into);
    }
    into += ']';
  }
}

ValueId JsonLine::object(int depth) {
  ++at_;
  std::map<std::string, ValueId> fields;
  if (!take('}')) {
    do {
      const std::size_t at = at_;
      std::string name{text()};
      if (failed() || !need(':', "a colon")) return no_value;
      const ValueId held = value(depth + 1);
      if (failed()) return no_value;
      if (!fields.emplace(name, held).second) {
        fail(at, name.size(), fmt::format("'{}' stands here twice", name), "leave one of them out");
        return no_value;
      }
    } while (take(','));
    if (!need('}', "a comma or the end of the object")) return no_value;
  }
  std::string whole = "{";
  for (const auto& [name, held] : fields) {
    if (whole.size() > 1) whole += ',';
    whole += '"' + name + "\":";
    canonical(held, whole);
  }
  return values_.word(whole + "}");
}

}  // namespace squall::scenarios

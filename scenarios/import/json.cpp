// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/json.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace squall::scenarios::imports {
namespace {

using nlohmann::json;

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// nlohmann's parser says what it reads, one token after the other, but not where. So this follows it through the text: between
/// two tokens there is nothing but white space, commas and colons, and each token tells its own end.
class Handler final : public json::json_sax_t {
 public:
  Handler(const Sources& sources, std::uint32_t file, std::size_t from, Tree& tree, Findings& findings)
      : text_(sources.text(file)), file_(file), at_(from), begin_(from), tree_(tree), findings_(findings) {}

  Node* root() const { return stack_.empty() ? root_ : nullptr; }
  std::size_t end() const { return at_; }

  bool null() override { return scalar("null", true, literal(4)); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false", true, literal(value ? 4 : 5)); }
  bool number_integer(number_integer_t) override { return number(); }
  bool number_unsigned(number_unsigned_t) override { return number(); }
  bool number_float(number_float_t, const string_t&) override { return number(); }
  bool string(string_t& value) override {
    const Mark mark = quoted();
    return scalar(std::move(value), false, mark);
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Node::Kind::mapping); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Node::Kind::sequence); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    const Mark mark = quoted();
    if (!stack_.back().keys.insert(name).second)
      findings_.add(mark, fmt::format("'{}' stands here twice", name), "keep one of the two");
    if (!counted(mark)) return false;
    stack_.back().key = tree_.make({.kind = Node::Kind::scalar, .mark = mark, .text = std::move(name)});
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last, const json::exception& error) override {
    const std::size_t offset = std::min(text_.size(), begin_ + (position == 0 ? 0 : position - 1));
    const Mark mark{file_, static_cast<std::uint32_t>(offset), 1};
    const std::size_t brace = text_.find('}', offset);
    if (text_.substr(offset).starts_with("${") && brace != std::string_view::npos && brace - offset < 200) {
      const std::string_view placeholder = text_.substr(offset, brace + 1 - offset);
      findings_.add(
          {file_, mark.offset, static_cast<std::uint32_t>(placeholder.size())},
          fmt::format("here the file stops being JSON: the placeholder {} stands outside of quotes", placeholder),
          "import what the template becomes when it is filled in, or put the placeholder into quotes");
      return false;
    }
    if (offset >= text_.size()) {
      findings_.add(mark, "the JSON ends before it is complete", "look for a bracket or a quote that is not closed");
      return false;
    }
    std::string said = error.what();
    if (const std::size_t from = said.find("] "); from != std::string::npos) said.erase(0, from + 2);
    if (const std::size_t from = said.find(": "); said.starts_with("parse error") && from != std::string::npos)
      said.erase(0, from + 2);
    if (const std::size_t from = said.find("; last read"); from != std::string::npos) said.erase(from);
    (void)last;
    findings_.add(mark, "here the file stops being JSON: " + said,
                  "look for a quote, a comma or a bracket that is missing or too much");
    return false;
  }

 private:
  struct Open {
    Node* node;
    Node* key = nullptr;
    std::set<std::string> keys{};
  };

  Mark begin(std::size_t length) {
    while (at_ < text_.size() && (space(text_[at_]) || text_[at_] == ',' || text_[at_] == ':')) ++at_;
    return {file_, static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(length)};
  }
  Mark literal(std::size_t length) {
    const Mark mark = begin(length);
    at_ += length;
    return mark;
  }
  Mark quoted() {
    Mark mark = begin(1);
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    at_ = std::min(text_.size(), end + 1);
    mark.length = static_cast<std::uint32_t>(at_ - mark.offset);
    return mark;
  }
  bool number() {
    Mark mark = begin(1);
    const std::size_t end = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
    mark.length = static_cast<std::uint32_t>(end - at_);
    at_ = end;
    return scalar(std::string{text_.substr(mark.offset, mark.length)}, true, mark);
  }

  bool refuse(Mark at, std::string what, std::string fix) {
    findings_.add(at, std::move(what), std::move(fix));
    return false;
  }

  bool counted(Mark at) {
    if (tree_.size() < ImportLimits::values) return true;
    return refuse(at, fmt::format("the file has more than {} values", ImportLimits::values),
                  "import a part of it: fewer tasks, spans or events");
  }

  bool scalar(std::string text, bool plain, Mark mark) {
    if (!counted(mark)) return false;
    place(tree_.make({.kind = Node::Kind::scalar, .plain = plain, .mark = mark, .text = std::move(text)}));
    return true;
  }

  bool open(Node::Kind kind) {
    const Mark mark = literal(1);
    if (stack_.size() >= ImportLimits::depth)
      return refuse(mark, fmt::format("the file is nested more than {} deep", ImportLimits::depth),
                    "no format that is known here nests so deep: look at the file");
    if (!counted(mark)) return false;
    stack_.push_back({.node = tree_.make({.kind = kind, .mark = mark})});
    return true;
  }

  bool close() {
    literal(1);
    Node* node = stack_.back().node;
    stack_.pop_back();
    place(node);
    return true;
  }

  void place(Node* node) {
    if (stack_.empty()) {
      root_ = node;
      return;
    }
    Open& open = stack_.back();
    open.node->size += node->size;
    if (open.node->is_mapping()) {
      open.node->entries.push_back({open.key, node});
      open.node->size += 1;
    } else {
      open.node->items.push_back(node);
    }
  }

  const std::string_view text_;
  const std::uint32_t file_;
  std::size_t at_;
  const std::size_t begin_;
  Tree& tree_;
  Findings& findings_;
  std::vector<Open> stack_;
  Node* root_ = nullptr;
};

}  // namespace

std::vector<Node*> parse_json(const Sources& sources, std::uint32_t file, Tree& tree, Findings& findings) {
  const std::string_view text = sources.text(file);
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    findings.add({file, static_cast<std::uint32_t>(nul), 1}, "the file has a NUL byte", "save the file as plain text");
    return {};
  }
  const std::size_t before = findings.count();
  std::vector<Node*> documents;
  std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  const auto skip = [&] {
    while (at < text.size() && space(text[at])) ++at;
  };
  skip();
  while (at < text.size()) {
    Handler handler{sources, file, at, tree, findings};
    const bool whole = json::sax_parse(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), &handler,
                                       json::input_format_t::json, false);
    if (!whole || handler.root() == nullptr) break;
    documents.push_back(handler.root());
    at = handler.end();
    skip();
  }
  if (documents.empty() && findings.count() == before)
    findings.add({file, 0, 1}, "the file is empty", "name a file that holds something");
  return findings.count() == before ? documents : std::vector<Node*>{};
}

std::vector<TopKey> top_keys(std::string_view text, std::span<const std::string_view> asked) {
  std::vector<TopKey> keys;
  std::size_t depth = 0;
  std::size_t last_begin = 0, last_end = 0;  // of the last text at depth 1
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0 && --depth == 0) break;
    if (c == '"') {
      std::size_t end = at + 1;
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      if (end >= text.size()) break;
      if (depth == 1) last_begin = at + 1, last_end = end;
      at = end;
    }
    if (c == ':' && depth == 1 && last_end > last_begin) {
      const auto wanted = std::ranges::find(asked, text.substr(last_begin, last_end - last_begin));
      last_begin = last_end = 0;
      if (wanted == asked.end() || std::ranges::find(keys, *wanted, &TopKey::name) != keys.end()) continue;
      const std::size_t value = text.find_first_not_of(" \t\r\n", at + 1);
      keys.push_back({*wanted, value != std::string_view::npos && text[value] == '{'});
    }
  }
  return keys;
}

}  // namespace squall::scenarios::imports

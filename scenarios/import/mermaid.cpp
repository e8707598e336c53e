// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/flat_graph.hpp"
#include "scenarios/import/json.hpp"
#include "scenarios/import/readers.hpp"

// Lines: `a --> b;` always, `a -.-> b;` conditional, `a -. label .-> b;`, `a -->|label| b`, `a -- label --> b`, chains, `a & b`,
// nodes `a(label)` in any brackets, `subgraph NAME` to `end`. LangGraph writes what is no letter in an id as \3a.

namespace squall::scenarios::imports {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (blank(text.front()) || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

/// Without tags, entities and the blanks around.
std::string plain(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '<') {
      const std::size_t end = text.find('>', at);
      if (end != std::string_view::npos) {
        result += ' ';
        at = end;
        continue;
      }
    }
    if (text.substr(at).starts_with("&nbsp;")) {
      result += ' ';
      at += 5;
      continue;
    }
    if (text[at] != '"') result += text[at];
  }
  return std::string{trimmed(result)};
}

/// `\3a` is a colon: the character of that hexadecimal number.
std::string unescaped(std::string_view id) {
  std::string result;
  const auto hex = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  for (std::size_t at = 0; at < id.size(); ++at) {
    if (id[at] == '\\' && at + 2 < id.size() && hex(id[at + 1]) >= 0 && hex(id[at + 2]) >= 0) {
      const int byte = hex(id[at + 1]) * 16 + hex(id[at + 2]);
      if (byte >= 0x20 && byte < 0x7f) {
        result += static_cast<char>(byte);
        at += 2;
        continue;
      }
    }
    result += id[at];
  }
  return result;
}

class Picture {
 public:
  Picture(Foreign& foreign, FlatGraph& flat) : foreign_(foreign), flat_(flat), text_(foreign.text()) {}

  void run() {
    skip_front_matter();
    bool headed = false;
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = trimmed(text_.substr(at_, end - at_));
      const std::size_t begin = line.empty() ? at_ : static_cast<std::size_t>(line.data() - text_.data());
      at_ = end + 1;
      if (line.empty() || line.starts_with("%%")) continue;
      if (!headed && (line.starts_with("graph") || line.starts_with("flowchart"))) {
        headed = true;
        continue;
      }
      if (!headed)
        return foreign_.refuse(foreign_.mark(begin, line.size()),
                               "a Mermaid flowchart begins with 'graph' or 'flowchart'", "write 'graph TD;' first");
      statement(line, begin);
      if (foreign_.refused()) return;
    }
    if (!headed) foreign_.refuse(foreign_.mark(0, 1), "the file holds no flowchart", "begin it with 'graph TD;'");
    if (!scope_.empty())
      foreign_.refuse(foreign_.mark(text_.empty() ? 0 : text_.size() - 1, 1),
                      fmt::format("the subgraph '{}' does not end", scope_.back()), "write 'end'");
    subgraphs_as_ends();
  }

 private:
  /// `---` … `---` at the top: configuration.
  void skip_front_matter() {
    at_ = text_.starts_with("\xef\xbb\xbf") ? 3 : 0;
    while (at_ < text_.size() && (blank(text_[at_]) || text_[at_] == '\n')) ++at_;
    if (!text_.substr(at_).starts_with("---")) return;
    const std::size_t end = text_.find("\n---", at_ + 3);
    at_ = end == std::string_view::npos ? text_.size() : std::min(text_.size(), end + 4);
  }

  void statement(std::string_view line, std::size_t begin) {
    while (line.ends_with(';')) line = trimmed(line.substr(0, line.size() - 1));
    const std::size_t word_end = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view word = line.substr(0, word_end);
    if (word == "classDef" || word == "class" || word == "style" || word == "linkStyle" || word == "direction" ||
        word == "click")
      return;
    if (line == "end") {
      if (scope_.empty())
        return foreign_.refuse(foreign_.mark(begin, 3), "no subgraph is open here", "leave this 'end' out");
      scope_.pop_back();
      return;
    }
    if (word == "subgraph") return open(trimmed(line.substr(word_end)), begin);
    line_ = line;
    begin_ = begin;
    cursor_ = 0;
    chain();
  }

  void open(std::string_view name, std::size_t begin) {
    const std::size_t bracket = name.find('[');
    std::string id = unescaped(trimmed(name.substr(0, bracket)));
    if (id.empty()) id = fmt::format("part {}", ++unnamed_);
    if (id.starts_with('"')) id = plain(id);
    if (scope_.size() + 1 >= ImportLimits::scopes)
      return foreign_.refuse(foreign_.mark(begin, 8),
                             fmt::format("subgraphs are nested {} deep or more", ImportLimits::scopes),
                             "draw it with fewer of them inside of each other");
    scope_.push_back(std::move(id));
    scopes_.emplace(scope_.back(), scope_);
  }

  bool at(std::string_view text) const { return line_.substr(cursor_).starts_with(text); }
  void skip_blanks() {
    while (cursor_ < line_.size() && blank(line_[cursor_])) ++cursor_;
  }

  /// `a & b -. label .-> c --> d`.
  void chain() {
    std::vector<std::string> left = group();
    if (foreign_.refused()) return;
    while (true) {
      skip_blanks();
      if (cursor_ >= line_.size()) return;
      const std::size_t start = cursor_;
      FlatGraph::Edge edge{.source = {}, .target = {}, .label = {}, .at = foreign_.mark(begin_, line_.size())};
      if (!arrow(edge)) {
        foreign_.puzzled(foreign_.mark(begin_ + start, line_.size() - start),
                         fmt::format("'{}'", line_.substr(start, 60)));
        return;
      }
      const std::vector<std::string> right = group();
      if (foreign_.refused()) return;
      if (flat_.edges.size() + left.size() * right.size() > ImportLimits::edges)
        return foreign_.refuse(edge.at, fmt::format("the picture has more than {} arrows", ImportLimits::edges),
                               "import a part of it");
      for (const std::string& source : left) {
        for (const std::string& target : right) {
          edge.source = source;
          edge.target = target;
          flat_.edges.push_back(edge);
        }
      }
      left = right;
    }
  }

  std::vector<std::string> group() {
    std::vector<std::string> ids;
    do {
      skip_blanks();
      const std::string id = node();
      if (id.empty() || foreign_.refused()) return ids;
      ids.push_back(id);
      skip_blanks();
      if (!at("&")) return ids;
      ++cursor_;
    } while (true);
  }

  static bool ends_id(char c) {
    return blank(c) || c == '(' || c == '[' || c == '{' || c == '>' || c == '&' || c == ';' || c == '|' || c == '"';
  }

  /// An id, perhaps with a label in brackets and `:::class`.
  std::string node() {
    const std::size_t start = cursor_;
    while (cursor_ < line_.size() && !ends_id(line_[cursor_]) && !at("--") && !at("-.") && !at("==") && !at(":::"))
      ++cursor_;
    if (cursor_ == start) {
      foreign_.refuse(foreign_.mark(begin_ + std::min(start, line_.size() - 1), 1), "a node should stand here",
                      "write its id, such as a --> b");
      return {};
    }
    const std::string id = unescaped(line_.substr(start, cursor_ - start));
    std::string_view label;
    if (cursor_ < line_.size() && std::string_view{"([{>"}.find(line_[cursor_]) != std::string_view::npos) {
      const std::size_t from = cursor_;
      int depth = 0;
      bool quoted = false;
      for (; cursor_ < line_.size(); ++cursor_) {
        const char c = line_[cursor_];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && --depth <= 0) {
          ++cursor_;
          break;
        }
      }
      label = line_.substr(from, cursor_ - from);
    }
    if (at(":::")) {
      while (cursor_ < line_.size() && !blank(line_[cursor_])) ++cursor_;
    }
    declare(id, label, foreign_.mark(begin_ + start, std::max<std::size_t>(1, cursor_ - start)));
    return id;
  }

  void declare(const std::string& id, std::string_view label, Mark mark) {
    const auto [known, is_new] = index_.emplace(id, flat_.nodes.size());
    if (is_new) {
      if (flat_.nodes.size() == ImportLimits::nodes)
        return foreign_.refuse(mark, fmt::format("the picture has more than {} nodes", ImportLimits::nodes),
                               "import a part of it");
      const std::size_t colon = id.rfind(':');
      flat_.nodes.push_back(
          {.id = id, .label = colon == std::string::npos ? id : id.substr(colon + 1), .scope = scope_, .at = mark});
    }
    FlatGraph::Node& node = flat_.nodes[known->second];
    if (scope_.size() > node.scope.size()) node.scope = scope_;
    if (label.empty()) return;
    while (!label.empty() && std::string_view{"([{>/"}.find(label.front()) != std::string_view::npos)
      label.remove_prefix(1);
    while (!label.empty() && std::string_view{")]}/"}.find(label.back()) != std::string_view::npos)
      label.remove_suffix(1);
    // What LangGraph knows beside the name stands in small print behind a ruler.
    const std::size_t ruler = label.find("<hr");
    if (ruler != std::string_view::npos) {
      const std::string small = plain(label.substr(ruler));
      const std::size_t interrupt = small.find("__interrupt");
      if (interrupt != std::string::npos) {
        node.interrupt_before = small.find("before", interrupt) != std::string::npos;
        node.interrupt_after = small.find("after", interrupt) != std::string::npos;
      }
      node.defer = small.find("defer = True") != std::string::npos || small.find("defer = true") != std::string::npos;
      if (interrupt == std::string::npos && !node.defer) foreign_.puzzled(mark, fmt::format("'{}'", small));
    }
    const std::string shown = plain(label.substr(0, ruler));
    if (!shown.empty()) node.label = shown;
  }

  /// `-->`, `-.->`, `==>`, with more dashes, and a label in any of the three ways. False where there is none.
  bool arrow(FlatGraph::Edge& edge) {
    const std::string_view rest = line_.substr(cursor_);
    const bool dotted = rest.starts_with("-."), thick = rest.starts_with("==");
    if (!dotted && !thick && !rest.starts_with("--")) return false;
    edge.conditional = dotted;
    const char stroke = dotted ? '.' : thick ? '=' : '-';
    std::size_t end = 2;
    while (end < rest.size() && (rest[end] == stroke || rest[end] == '-')) ++end;
    if (end < rest.size() && (rest[end] == '>' || rest[end] == 'o' || rest[end] == 'x')) {
      cursor_ += end + 1;
    } else {
      // A label, and the other half of the arrow.
      const std::string_view tails[3]{dotted  ? ".->"
                                      : thick ? "==>"
                                              : "-->",
                                      dotted  ? ".-"
                                      : thick ? "==="
                                              : "---",
                                      ""};
      std::size_t tail = rest.find(tails[0], 2), length = 3;
      if (tail == std::string_view::npos) tail = rest.find(tails[1], 2), length = tails[1].size();
      if (tail == std::string_view::npos) return false;
      edge.label = plain(rest.substr(2, tail - 2));
      cursor_ += tail + length;
    }
    skip_blanks();
    if (at("|")) {
      const std::size_t close = line_.find('|', cursor_ + 1);
      if (close == std::string_view::npos) return false;
      edge.label = plain(line_.substr(cursor_ + 1, close - cursor_ - 1));
      cursor_ = close + 1;
    }
    if (!edge.label.empty()) edge.conditional = true;
    return true;
  }

  /// An arrow to or from a subgraph by its name: to its begin, from its end.
  void subgraphs_as_ends() {
    std::set<std::string> named;
    for (FlatGraph::Edge& edge : flat_.edges) {
      for (const auto& [end, mark] :
           {std::pair{&edge.source, FlatGraph::finish}, std::pair{&edge.target, FlatGraph::begin}}) {
        const auto scope = scopes_.find(*end);
        if (scope == scopes_.end() || flat_.nodes[index_.at(*end)].scope == scope->second) continue;
        const std::string id = fmt::format("{}:{}", *end, mark);
        named.insert(*end);
        if (index_.emplace(id, flat_.nodes.size()).second)
          flat_.nodes.push_back({.id = id, .label = mark, .scope = scope->second, .at = edge.at});
        *end = id;
      }
    }
    std::erase_if(flat_.nodes, [&](const FlatGraph::Node& node) { return named.contains(node.id); });
  }

  Foreign& foreign_;
  FlatGraph& flat_;
  const std::string_view text_;
  std::size_t at_ = 0;
  std::string_view line_;
  std::size_t begin_ = 0, cursor_ = 0, unnamed_ = 0;
  std::vector<std::string> scope_;
  std::map<std::string, std::vector<std::string>> scopes_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace

void read_mermaid(Foreign& foreign, const std::string& join) {
  FlatGraph flat;
  Picture{foreign, flat}.run();
  if (foreign.refused()) return;
  draw(foreign, flat, join);
}

}  // namespace squall::scenarios::imports

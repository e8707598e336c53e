// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/yaml.hpp"

#include <libfyaml.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "scenarios/reader/utf8.hpp"

namespace squall::scenarios {
namespace {

struct Free {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

/// Turns libfyaml's events into nodes. Events, not documents: they come with positions, nothing is resolved behind our
/// back, and reading stops at the first thing that is too much.
class Builder {
 public:
  Builder(const Sources& sources, std::uint32_t file, Tree& tree, Findings& findings)
      : sources_(sources), file_(file), tree_(tree), findings_(findings), nodes_(tree.size()) {}

  Node* run() {
    fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = nullptr;
    diag_cfg.output_fn = [](fy_diag*, void*, const char*, std::size_t) {};
    const std::unique_ptr<fy_diag, Free> diag{fy_diag_create(&diag_cfg)};
    if (!diag) return refuse(whole(), "the YAML reader has no memory", "close something and try again");
    fy_diag_set_collect_errors(diag.get(), true);
    fy_parse_cfg cfg{};
    cfg.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE);
    cfg.diag = diag.get();
    const std::unique_ptr<fy_parser, Free> parser{fy_parser_create(&cfg)};
    const std::string_view text = sources_.text(file_);
    if (!parser || fy_parser_set_string(parser.get(), text.data(), text.size()) != 0) {
      return refuse(whole(), "the YAML reader has no memory", "close something and try again");
    }
    while (fy_event* event = fy_parser_parse(parser.get())) {
      take(*event);
      fy_parser_event_free(parser.get(), event);
      if (stopped_) return nullptr;
    }
    if (fy_parser_get_stream_error(parser.get())) {
      syntax_error(diag.get());
      return nullptr;
    }
    if (documents_ == 0 || root_ == nullptr) {
      return refuse(whole(), "the file holds nothing", "begin it with 'workflow: NAME'");
    }
    return root_;
  }

 private:
  struct Open {
    Node* node;
    Node* key = nullptr;      ///< of a mapping: the key whose value comes next
    bool expects_key = true;  ///< of a mapping
    std::string anchor;       ///< named when it is whole
    std::set<std::string> keys;
  };

  Mark whole() const { return {file_, 0, 1}; }

  Node* refuse(Mark at, std::string what, std::string fix) {
    findings_.add(at, std::move(what), std::move(fix));
    stopped_ = true;
    return nullptr;
  }

  Mark mark_of(fy_event& event) const {
    const fy_mark* start = fy_event_start_mark(&event);
    const fy_mark* end = fy_event_end_mark(&event);
    if (start == nullptr) {  // nothing is written there: where its key stands
      return stack_.empty() || stack_.back().key == nullptr ? whole() : stack_.back().key->mark;
    }
    const std::size_t size = sources_.text(file_).size();
    const std::size_t from = std::min(start->input_pos, size);
    const std::size_t to = end == nullptr ? from : std::clamp(end->input_pos, from, size);
    return {file_, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)};
  }

  static std::string text_of(fy_token* token) {
    std::size_t length = 0;
    const char* text = token == nullptr ? nullptr : fy_token_get_text(token, &length);
    return text == nullptr ? std::string{} : std::string{text, length};
  }

  void take(fy_event& event) {
    switch (event.type) {
      case FYET_DOCUMENT_START:
        if (++documents_ == 2) {
          refuse(mark_of(event), "a second YAML document begins here", "keep one workflow in a file, without '---'");
        }
        return;
      case FYET_SCALAR: {
        Node node{.kind = Node::Kind::scalar, .mark = mark_of(event), .text = text_of(event.scalar.value)};
        node.plain = fy_token_scalar_style(event.scalar.value) == FYSS_PLAIN || event.scalar.value == nullptr;
        if (tagged(event.scalar.tag, node.mark)) return;
        return place(tree_.make(std::move(node)), text_of(event.scalar.anchor));
      }
      case FYET_ALIAS: return alias(event);
      case FYET_SEQUENCE_START:
        return open(event, Node::Kind::sequence, event.sequence_start.tag, text_of(event.sequence_start.anchor));
      case FYET_MAPPING_START:
        return open(event, Node::Kind::mapping, event.mapping_start.tag, text_of(event.mapping_start.anchor));
      case FYET_SEQUENCE_END:
      case FYET_MAPPING_END: return close();
      default: return;
    }
  }

  bool tagged(fy_token* tag, Mark at) {
    if (tag == nullptr) return false;
    refuse(at, "a tag is written here", "leave out what begins with '!', or put it into quotes");
    return true;
  }

  bool counts(std::size_t more, Mark at) {
    nodes_ += more;
    if (nodes_ <= FileLimits::nodes) return true;
    refuse(at, fmt::format("the file has more than {} nodes, aliases written out", FileLimits::nodes),
           "split the workflow, or use 'replicas' and 'repeat'");
    return false;
  }

  bool counts_text(std::size_t more, Mark at) {
    text_bytes_ += more;
    if (text_bytes_ <= FileLimits::text_bytes) return true;
    refuse(at, fmt::format("the file has more than {} bytes, aliases written out", FileLimits::text_bytes),
           "split the workflow");
    return false;
  }

  bool fits(std::size_t depth, Mark at) {
    if (depth <= FileLimits::depth) return true;
    refuse(at, fmt::format("the file is nested more than {} deep", FileLimits::depth), "take steps out of each other");
    return false;
  }

  void open(fy_event& event, Node::Kind kind, fy_token* tag, std::string anchor) {
    const Mark at = mark_of(event);
    if (tagged(tag, at) || !fits(stack_.size() + 1, at)) return;
    if (!stack_.empty() && stack_.back().node->is_mapping() && stack_.back().expects_key) {
      refuse(at, "a key of a mapping is a list or a mapping itself", "write a name, or put the key into quotes");
      return;
    }
    Node* node = tree_.make({.kind = kind, .mark = {at.file, at.offset, std::max(1U, at.length)}});
    if (!anchor.empty()) open_anchors_.insert(anchor);
    stack_.push_back({.node = node, .anchor = std::move(anchor), .keys = {}});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    if (!done.anchor.empty()) open_anchors_.erase(done.anchor);
    place(done.node, done.anchor);
  }

  void alias(fy_event& event) {
    Mark at = mark_of(event);
    if (at.offset > 0 && sources_.text(file_)[at.offset - 1] == '*') at = {file_, at.offset - 1, at.length + 1};
    const std::string name = text_of(event.alias.anchor);
    if (open_anchors_.contains(name)) {
      refuse(at, fmt::format("'*{}' stands inside of what it repeats", name), "write out what is meant");
      return;
    }
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      refuse(at, fmt::format("nothing before this is marked '&{}'", name), "mark it, or write out what is meant");
      return;
    }
    if (!counts(found->second->size - 1, at) || !counts_text(weight(*found->second), at) ||
        !fits(stack_.size() + height(*found->second), at))
      return;
    Node* copy = tree_.copy(*found->second);
    place(copy, {});
  }

  static std::size_t height(const Node& node) {
    std::size_t most = 0;
    for (const Node* item : node.items) most = std::max(most, height(*item));
    for (const Node::Entry& entry : node.entries) most = std::max(most, height(*entry.value));
    return node.is_scalar() ? 0 : most + 1;
  }

  static std::size_t weight(const Node& node) {
    std::size_t bytes = node.text.size();
    for (const Node* item : node.items) bytes += weight(*item);
    for (const Node::Entry& entry : node.entries) bytes += weight(*entry.key) + weight(*entry.value);
    return bytes;
  }

  /// A node is whole: it goes into what is open.
  void place(Node* node, const std::string& anchor) {
    if (!anchor.empty()) anchors_[anchor] = node;
    if (!counts(1, node->mark)) return;
    if (stack_.empty()) {
      root_ = node;
      return;
    }
    Open& open = stack_.back();
    if (open.node->is_sequence()) {
      open.node->items.push_back(node);
    } else if (open.expects_key) {
      if (!node->is_scalar()) {
        refuse(node->mark, "a key of a mapping is a list or a mapping itself", "write a name");
        return;
      }
      if (!open.keys.insert(node->text).second) {
        findings_.add(node->mark, fmt::format("'{}' stands here twice", node->text), "keep one of the two");
      }
      open.key = node;
      open.expects_key = false;
      return;
    } else {
      open.node->entries.push_back({open.key, node});
      open.node->size += 1;
      open.expects_key = true;
    }
    open.node->size += node->size;
  }

  void syntax_error(fy_diag* diag) {
    void* state = nullptr;
    std::size_t told = 0;
    while (fy_diag_error* error = fy_diag_errors_iterate(diag, &state)) {
      if (error->type != FYET_ERROR || ++told > 3) continue;
      std::string said = error->msg == nullptr ? "" : error->msg;
      while (!said.empty() && (said.back() == '\n' || said.back() == ' ')) said.pop_back();
      const bool tab = said.find("tab") != std::string::npos;
      findings_.add(at(error->line, error->column), "this is not YAML: " + said,
                    tab ? "indent with spaces" : "look for a bracket, a quote or an indent that does not match");
    }
    if (told == 0) {
      findings_.add(whole(), "this is not YAML", "look for a bracket, a quote or an indent that does not match");
    }
  }

  /// A place by libfyaml's line and column, which count from 1 here, columns in bytes or in characters: close enough.
  Mark at(int line, int column) const {
    const std::string_view text = sources_.text(file_);
    std::size_t start = 0;
    for (int l = 1; l < line; ++l) {
      const std::size_t end = text.find('\n', start);
      if (end == std::string_view::npos) break;
      start = end + 1;
    }
    const std::size_t offset = start + static_cast<std::size_t>(std::max(0, column - 1));
    return {file_, static_cast<std::uint32_t>(std::min(offset, text.size())), 1};
  }

  const Sources& sources_;
  const std::uint32_t file_;
  Tree& tree_;
  Findings& findings_;
  std::vector<Open> stack_;
  std::map<std::string, Node*> anchors_;
  std::set<std::string> open_anchors_;
  Node* root_ = nullptr;
  std::size_t nodes_;
  std::size_t text_bytes_ = 0;
  int documents_ = 0;
  bool stopped_ = false;
};

/// libfyaml ends its input silently at a NUL, and may not end at all on broken UTF-8.
bool is_clean(const Sources& sources, std::uint32_t file, Findings& findings) {
  const std::string_view text = sources.text(file);
  const auto at = [&](std::size_t offset) { return Mark{file, static_cast<std::uint32_t>(offset), 1}; };
  if (text.size() > FileLimits::bytes) {
    findings.add(at(0), fmt::format("the file has {} bytes, more than 4 MiB", text.size()), "split the workflow");
    return false;
  }
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = utf8_length(text.substr(offset, 4));
    const auto byte = static_cast<unsigned char>(text[offset]);
    if (length == 0) {
      findings.add(at(offset), fmt::format("the byte 0x{:02x} is not UTF-8", byte), "save the file as UTF-8");
      return false;
    }
    if (byte == 0) {
      findings.add(at(offset), "the file has a NUL byte", "save the file as plain text");
      return false;
    }
    offset += length;
  }
  return true;
}

}  // namespace

Node* parse_yaml(Sources& sources, std::uint32_t file, Tree& tree, Findings& findings) {
  if (!is_clean(sources, file, findings)) return nullptr;
  const std::string_view text = sources.text(file);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    findings.add({file, 0, 1}, "the file is empty", "begin it with 'workflow: NAME'");
    return nullptr;
  }
  const std::size_t before = findings.count();
  Node* root = Builder{sources, file, tree, findings}.run();
  return findings.count() == before ? root : nullptr;
}

}  // namespace squall::scenarios

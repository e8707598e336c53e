// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/import.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/foreign.hpp"
#include "scenarios/import/json.hpp"
#include "scenarios/import/overlay.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/unfold.hpp"
#include "scenarios/import/write.hpp"
#include "scenarios/reader/yaml.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;
using imports::Foreign;
using imports::ImportLimits;

std::string formats_listed() {
  std::string text;
  for (const ForeignFormatRow& row : foreign_formats) text += fmt::format("{}{}", text.empty() ? "" : ", ", row.name);
  return text;
}

void read(Foreign& foreign, ForeignFormat format, std::span<Node* const> roots, const std::string& join) {
  using enum ForeignFormat;
  if (format == otlp) return imports::read_otlp(foreign, roots);
  if (roots.size() > 1) return foreign.refuse(roots[1]->mark, "a second JSON value begins here", "keep one in a file");
  const Node& root = *roots.front();
  switch (format) {
    case langgraph: return imports::read_langgraph(foreign, root, join);
    case asl: return imports::read_asl(foreign, root);
    case autogen: return imports::read_autogen(foreign, root);
    case chatdev: return imports::read_chatdev(foreign, root);
    case temporal: return imports::read_temporal(foreign, root);
    case wfformat: return imports::read_wfformat(foreign, root);
    case mermaid:
    case otlp: return;
  }
}

/// A node of the workflow language has at most so many labels.
constexpr std::size_t labels_most = 60;

/// Nodes that choose among more than can be written down. False: one does.
bool choosable(Foreign& foreign, const imports::DrawnGraph& graph) {
  std::map<std::string, std::set<std::string>> labels;
  for (const imports::DrawnEdge& edge : graph.edges) {
    if (!edge.label.empty()) labels[edge.source].insert(edge.label);
  }
  for (const imports::DrawnNode& node : graph.nodes) {
    const auto own = labels.find(node.name);
    if (own != labels.end() && own->second.size() > labels_most - 2) {
      foreign.refuse(foreign.mark(0, 1),
                     fmt::format("'{}' (line {}) chooses among {} ways, and a node of a workflow file among at most {}",
                                 node.label, node.at.line, own->second.size(), labels_most - 2),
                     "let a second node choose among some of them");
      return false;
    }
    for (const imports::DrawnGraph& inner : node.inside) {
      if (!choosable(foreign, inner)) return false;
    }
  }
  return true;
}

/// Why a workflow file with this text could not be read for its size; empty where it can.
std::string why_unreadable(const std::string& text) {
  if (text.size() > FileLimits::bytes)
    return fmt::format("it would have {} bytes, and a workflow file has at most 4 MiB", text.size());
  constexpr std::size_t surely_fits = FileLimits::nodes;  // a node takes a byte or more
  if (text.size() <= surely_fits) return {};
  Sources sources;
  Findings findings{sources};
  Tree tree;
  if (parse_yaml(sources, sources.add("", text), tree, findings) != nullptr) return {};
  const std::vector<Diagnostic> found = findings.list();
  return found.empty() ? std::string{} : found.front().what;
}

Imported imported(Sources& sources, std::uint32_t file, Findings& findings, const ImportOptions& options) {
  Imported result;
  Tree tree;
  const std::string_view text = sources.text(file);
  result.format = options.format ? options.format : guess_format(text);
  Foreign foreign{sources, file, findings, {.fit = options.fit}};
  foreign.drawing.name = imports::native_name(fs::path{sources.name(file)}.stem().string(), "workflow");
  if (!result.format) {
    foreign.refuse(foreign.mark(0, 1), "this is in no format that is known here",
                   fmt::format("say which it is: squall import FORMAT FILE, with one of {}", formats_listed()));
  } else {
    const ForeignFormatRow& row = row_of(*result.format);
    foreign.drawing.format = row.name;
    foreign.drawing.about =
        fmt::format("Imported from {} ({}).", fs::path{sources.name(file)}.filename().string(), row.title);
    if (*result.format == ForeignFormat::mermaid) {
      imports::read_mermaid(foreign, options.join);
    } else {
      const std::size_t begin = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
      const bool json = begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[');
      std::vector<Node*> roots;
      if (json) {
        roots = imports::parse_json(sources, file, tree, findings);
      } else if (Node* root = parse_yaml(sources, file, tree, findings); root != nullptr) {
        roots.push_back(root);
      }
      if (!roots.empty()) read(foreign, *result.format, roots, options.join);
    }
  }
  if (!foreign.refused() && !options.overlay_name.empty()) {
    const std::uint32_t over = sources.add(options.overlay_name, options.overlay);
    imports::apply_overlay(sources, over, tree, findings, foreign);
  }
  if (!foreign.refused() && choosable(foreign, foreign.drawing.graph)) {
    result.tally = imports::tally(foreign.drawing);
    imports::unfold(foreign);
  }
  result.diagnostics = findings.list();
  if (!result.diagnostics.empty()) return result;
  result.drawing = std::move(foreign.drawing);
  result.text = imports::write(*result.drawing, fs::path{sources.name(file)}.filename().string());
  const bool empty = result.drawing->graph.nodes.empty();
  const std::string too_large = empty ? "" : why_unreadable(result.text);
  if (!empty && too_large.empty()) return result;
  if (empty) {
    foreign.refuse(foreign.mark(0, 1), "nothing in it runs: it has no node, task or activity",
                   "import something that has one");
  } else {
    foreign.refuse(foreign.mark(0, 1), fmt::format("as a workflow it would be too large: {}", too_large),
                   "import a part of it: fewer tasks, spans or events");
  }
  result.diagnostics = findings.list();
  result.drawing.reset();
  result.text.clear();
  return result;
}

Imported refused(const std::string& path, std::string what, std::string fix) {
  Imported result;
  result.diagnostics.push_back({{.file = path}, std::move(what), std::move(fix), {}});
  return result;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Imported import_text(const std::string& name, std::string text, const ImportOptions& options) {
  if (text.size() > ImportLimits::bytes)
    return refused(name, fmt::format("the file has {} bytes, more than {} MiB", text.size(), ImportLimits::bytes >> 20),
                   "import a part of it");
  Sources sources;
  Findings findings{sources};
  const std::uint32_t file = sources.add(name, std::move(text));
  return imported(sources, file, findings, options);
}

Imported import_file(const std::string& path, const ImportOptions& options) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return refused(path, fmt::format("'{}' is a directory", path), "name a file in it");
  const std::unique_ptr<std::FILE, Close> stream{std::fopen(path.c_str(), "rb")};
  if (!stream) {
    const bool missing = errno == ENOENT;
    return refused(path,
                   missing ? fmt::format("there is no file '{}'", path)
                           : fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)),
                   missing ? "look at the path's spelling" : "look at the file's permissions");
  }
  std::string text;
  std::string piece(std::size_t{1} << 20, '\0');
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), stream.get())) {
    text.append(piece, 0, count);
    if (text.size() > ImportLimits::bytes)
      return refused(path, fmt::format("the file has more than {} MiB", ImportLimits::bytes >> 20),
                     "import a part of it");
  }
  if (std::ferror(stream.get()) != 0)
    return refused(path, fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)), "look at the file");
  return import_text(path, std::move(text), options);
}

}  // namespace squall::scenarios

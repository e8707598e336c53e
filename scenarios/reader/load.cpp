// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "faults/arm.hpp"
#include "scenarios/import/import.hpp"
#include "scenarios/mistakes.hpp"
#include "scenarios/reader/extend.hpp"
#include "scenarios/reader/locate.hpp"
#include "scenarios/reader/step_places.hpp"
#include "scenarios/reader/yaml.hpp"
#include "scenarios/runtimes/graph.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// From paths to one tree, then to a scenario.
class Loader {
 public:
  explicit Loader(std::string root, std::string text = {}) : root_(std::move(root)), given_(std::move(text)) {}

  Loaded file(const std::string& path, const LoadOptions& options) {
    const std::string& plan = options.plan;
    if (root_.empty()) root_ = fs::path{path}.parent_path().string();
    Node* whole = open(path, nullptr, 0);
    if (whole != nullptr && whole->is_mapping() && !plan.empty()) put_plan(*whole, plan);
    if (whole != nullptr && whole->is_mapping()) {
      for (const auto& [place, value] : options.changes) change(*whole, place, value);
    }
    return finish(whole);
  }

  Loaded text(const std::string& name, std::string text) {
    loaded_.files.push_back(name);
    Node* whole = parse_yaml(sources_, sources_.add(name, std::move(text)), tree_, findings_);
    if (whole != nullptr && whole->is_mapping()) {
      if (const Node::Entry* extends = whole->entry("extends")) {
        findings_.add(extends->key->mark, "a text that is in no file extends nothing",
                      "save it next to the other file");
        whole = nullptr;
      }
    }
    return finish(whole);
  }

 private:
  /// The file at `path` with everything that it extends. `by`: the value of the `extends` that asks for it.
  Node* open(const std::string& path, const Node* by, std::size_t depth) {
    const auto refuse = [&](std::string what, std::string fix) -> Node* {
      const Mark at = by != nullptr ? by->mark : Mark{sources_.add(path, ""), 0, 1};
      findings_.add(at, std::move(what), std::move(fix));
      return nullptr;
    };
    if (depth >= FileLimits::extends) {
      return refuse(fmt::format("files extend each other more than {} deep", FileLimits::extends),
                    "extend a file that is nearer to the first one");
    }
    std::error_code ignored;
    const std::string canonical = fs::weakly_canonical(path, ignored).string();
    if (std::ranges::find(opened_, canonical) != opened_.end())
      return refuse(fmt::format("'{}' extends itself, by way of what it extends", path), "extend another file");
    opened_.push_back(canonical);
    Node* node = parsed(path, refuse);
    if (node == nullptr || !node->is_mapping()) return node;
    const Node* extends = node->find("extends");
    if (extends == nullptr) {
      if (const Node::Entry* change = node->entry("change"))
        findings_.add(change->key->mark, "there is nothing to change",
                      "add 'extends', or write what you want directly");
      return node;
    }
    Node* parent = extended_file(path, *extends, depth);
    if (parent == nullptr) return nullptr;
    return extended(tree_, *parent, *node, findings_);
  }

  /// The document that a file holds. `refuse(what, fix)` says why there is none.
  template <class Refuse>
  Node* parsed(const std::string& path, const Refuse& refuse) {
    if (!given_.empty()) {
      loaded_.files.push_back(path);
      if (guess_format(given_)) {
        Imported imported = import_text(path, given_);
        return foreign(path, std::move(imported), std::exchange(given_, {}));
      }
      return parse_yaml(sources_, sources_.add(path, std::exchange(given_, {})), tree_, findings_);
    }
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
      return refuse(fmt::format("'{}' is a directory", path), "name a workflow file in it");
    const std::unique_ptr<std::FILE, Close> stream{std::fopen(path.c_str(), "rb")};
    if (!stream) {
      const bool missing = errno == ENOENT;
      return refuse(missing ? fmt::format("there is no file '{}'", path)
                            : fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)),
                    missing ? "look at the path's spelling" : "look at the file's permissions");
    }
    std::string text(FileLimits::bytes + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), stream.get()));
    if (std::ferror(stream.get()) != 0)
      return refuse(fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)), "look at the file");
    loaded_.files.push_back(path);
    const bool whole = text.size() <= FileLimits::bytes;
    if (guess_format(text)) return foreign(path, import_file(path), whole ? std::move(text) : std::string{});
    // What is too long for a workflow file may say only further behind what it is.
    if (!whole) {
      Imported imported = import_file(path);
      if (imported.format) return foreign(path, std::move(imported), {});
    }
    return parse_yaml(sources_, sources_.add(path, std::move(text)), tree_, findings_);
  }

  /// Another tool's file, with the text `original` (empty: too long to be kept), is what an import of it makes. Places of
  /// steps are told in the original; else in the workflow file that nobody has written down.
  Node* foreign(const std::string& path, Imported imported, std::string original) {
    if (imported.ok()) {
      loaded_.assumptions = imported.drawing->assumptions.size();
      const std::uint32_t file = sources_.add(path + " (imported)", std::move(imported.text));
      if (!original.empty()) sources_.made_from(file, sources_.add(path, std::move(original)));
      return parse_yaml(sources_, file, tree_, findings_);
    }
    import_troubles_ = std::move(imported.diagnostics);
    return nullptr;
  }

  /// The list in the file at `path` becomes the `plan` of the workflow.
  void put_plan(Node& whole, const std::string& path) {
    const auto refuse = [&](std::string what, std::string fix) -> Node* {
      findings_.add({sources_.add(path, ""), 0, 1}, std::move(what), std::move(fix));
      return nullptr;
    };
    Node* plan = parsed(path, refuse);
    if (plan == nullptr) return;
    if (!plan->is_sequence()) {
      findings_.add(plan->mark, "a plan is a list of faults", "write - KIND: {…, nth: 1}, one to a line; [] for none");
      return;
    }
    for (Node::Entry& entry : whole.entries) {
      if (entry.key->text != "plan") continue;
      entry.value = plan;
      return;
    }
    whole.entries.push_back({tree_.make({.plain = true, .mark = plan->mark, .text = "plan"}), plan});
  }

  Node* extended_file(const std::string& path, const Node& extends, std::size_t depth) {
    const fs::path written{extends.text};
    if (!extends.is_scalar() || extends.is_null()) {
      findings_.add(extends.mark, "'extends' takes a path", "write the path of a workflow file");
      return nullptr;
    }
    const fs::path target = (fs::path{path}.parent_path() / written).lexically_normal();
    const fs::path inside = target.lexically_relative(fs::path{root_.empty() ? "." : root_}.lexically_normal());
    if (written.is_absolute() || inside.empty() || *inside.begin() == "..") {
      findings_.add(extends.mark, fmt::format("'{}' lies outside of the suite's folder", extends.text),
                    "extend a file in this folder or below it");
      return nullptr;
    }
    Node* parent = open(target.string(), &extends, depth + 1);
    if (parent != nullptr && !parent->is_mapping()) {
      findings_.add(parent->mark, "a workflow file is a mapping", "begin it with 'workflow: NAME'");
      return nullptr;
    }
    return parent;
  }

  /// One change from outside of the files.
  void change(Node& whole, const std::string& place, const std::string& value) {
    Node* changes =
        parse_yaml(sources_, sources_.add("(option)", fmt::format("{}: {}\n", place, value)), tree_, findings_);
    if (changes == nullptr || !changes->is_mapping()) return;
    const Node* at = &whole;
    for (std::size_t from = 0; at != nullptr && from < place.size();) {
      const std::size_t to = std::min(place.find('.', from), place.size());
      at = at->is_mapping() ? at->find(place.substr(from, to - from)) : nullptr;
      from = to + 1;
    }
    const bool same = at != nullptr && at->is_scalar() && at->text == value;
    if (!same) apply_changes(tree_, whole, *changes, findings_);
  }

  Loaded finish(Node* whole) {
    if (whole != nullptr) scenario(*whole);
    loaded_.diagnostics = findings_.list();
    loaded_.diagnostics.insert(loaded_.diagnostics.begin(), import_troubles_.begin(), import_troubles_.end());
    if (!loaded_.diagnostics.empty()) loaded_.scenario.reset();
    return std::move(loaded_);
  }

  void scenario(const Node& whole) {
    Reading reading{sources_, tree_, findings_};
    Sections sections = read_sections(reading, whole, loaded_);
    if (findings_.count() > Findings::most) return;  // no more is told
    Built built = sections.workflow.build();
    if (const auto& graph = sections.workflow.graph()) loaded_.workers = graph->workers.value_or(0);
    std::vector<Expression> conditions = conditions_of(sections.faults);
    if (sections.plan) std::ranges::move(conditions_of(*sections.plan), std::back_inserter(conditions));
    if (built.errors.empty() && findings_.count() == 0) built.errors = mistakes(sections.workflow, conditions);
    say_build_errors(reading, whole, sections, built.errors);
    if (!built.model) return;
    Scenario scenario{.about = std::move(sections.about),
                      .model = std::move(*built.model),
                      .faults = {},
                      .plan = {},
                      .sometimes = sometimes_of(sections.workflow),
                      .pinned = {}};
    place_pins(reading, loaded_.pins, sections.pins, scenario);
    finish_fault_lines(reading, sections.workflow, scenario.model, sections.faults);
    scenario.faults.lines = std::move(sections.faults.lines);
    say_fault_troubles(check(scenario.model, scenario.faults), sections.faults.marks);
    if (sections.plan) {
      finish_fault_lines(reading, sections.workflow, scenario.model, *sections.plan);
      scenario.plan.lines = std::move(sections.plan->lines);
      say_fault_troubles(check(scenario.model, scenario.plan), sections.plan->marks);
      if (!sections.and_faults) scenario.faults.lines.clear();
    }
    scenario.model.fault_shadow = faults::Armed::shadow_bytes(scenario.plan.lines, scenario.faults.lines);
    loaded_.scenario = std::move(scenario);
    if (findings_.count() != 0) return;
    loaded_.places = std::make_shared<const StepPlaces>(sources_, reading);
    loaded_.workflow = std::make_shared<const Workflow>(std::move(sections.workflow));
  }

  void say_fault_troubles(std::span<const faults::Trouble> troubles, std::span<const Mark> marks) {
    for (const faults::Trouble& trouble : troubles) findings_.add(marks[trouble.line], trouble.what, trouble.fix);
  }

  std::string root_, given_;
  Sources sources_;
  Tree tree_;
  Findings findings_{sources_};
  std::vector<Diagnostic> import_troubles_;
  std::vector<std::string> opened_;
  Loaded loaded_;
};

}  // namespace

std::optional<Diagnostic> Loaded::place_of(std::uint32_t mark) const {
  return places ? places->at(mark) : std::nullopt;
}

Loaded load(const std::string& path, const LoadOptions& options) {
  return Loader{options.root, options.text}.file(path, options);
}

Loaded load_text(const std::string& name, std::string text) { return Loader{{}}.text(name, std::move(text)); }

}  // namespace squall::scenarios

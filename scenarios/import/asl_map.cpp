// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/asl_map.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace squall::scenarios::imports {
namespace {

constexpr std::uint64_t assumed_items = 3;
constexpr std::uint64_t never_more = 1'000'000;
constexpr std::size_t looked_at_most = 200;  // of states before a Map

using Path = std::vector<std::string>;

/// `$.a.b`; nothing for what is no plain path into the input.
std::optional<Path> path_of(std::string_view text) {
  Path path;
  if (!text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  while (!text.empty()) {
    if (text[0] != '.') return std::nullopt;
    text.remove_prefix(1);
    const std::string_view name = text.substr(0, text.find_first_of(".[$*?(@"));
    if (name.empty()) return std::nullopt;
    path.emplace_back(name);
    text.remove_prefix(name.size());
  }
  return path;
}

bool is_prefix(const Path& of, const Path& path) {
  return of.size() <= path.size() && std::equal(of.begin(), of.end(), path.begin());
}

/// What is at `path` below a literal; nullptr where it does not say.
const Node* below(const Node* literal, const Path& path, std::size_t from) {
  for (std::size_t n = from; n < path.size() && literal != nullptr; ++n)
    literal = literal->is_mapping() ? literal->find(path[n]) : nullptr;
  return literal;
}

bool is_whole(const Node& state, std::string_view key) {
  const Node* path = state.find(key);
  return path == nullptr || (path->is_scalar() && path->text == "$");
}

/// What becomes of the value at a path when a state has ended.
struct Passed {
  enum class How : std::uint8_t { kept, written, open } how = How::open;
  const Node* list = nullptr;  ///< of `written`
};

Passed result_at(const Node& of, const Path& path, const Node* literal) {
  const Node* place = of.find("ResultPath");
  if (place != nullptr && place->is_null()) return {Passed::How::kept};
  const auto target = place == nullptr ? Path{} : path_of(place->text);
  if (!target) return {};
  if (is_prefix(*target, path)) {
    const Node* found = below(literal, path, target->size());
    return found != nullptr && found->is_sequence() ? Passed{Passed::How::written, found} : Passed{};
  }
  return is_prefix(path, *target) ? Passed{} : Passed{Passed::How::kept};
}

Passed passed(const Node& state, const Node* caught, const Path& path) {
  if (caught != nullptr) return result_at(*caught, path, nullptr);
  if (!is_whole(state, "InputPath") || !is_whole(state, "OutputPath") || state.find("Output") != nullptr) return {};
  const Node* type = state.find("Type");
  const std::string_view kind = type == nullptr ? std::string_view{} : std::string_view{type->text};
  if (kind == "Wait" || kind == "Choice") return {Passed::How::kept};
  if (kind == "Pass") {
    const Node* literal = state.find("Result") != nullptr ? state.find("Result") : state.find("Parameters");
    return literal == nullptr ? Passed{Passed::How::kept} : result_at(state, path, literal);
  }
  return result_at(state, path, nullptr);
}

}  // namespace

AslLists::AslLists(const Node& machine) {
  const Node* states = machine.find("States");
  if (states == nullptr || !states->is_mapping()) return;
  if (const Node* start = machine.find("StartAt")) start_ = start->text;
  for (const Node::Entry& entry : states->entries) {
    const Node& state = *entry.value;
    const std::string_view name = entry.key->text;
    states_.emplace(name, &state);
    const auto leads = [&](const Node* to, const Node* caught) {
      if (to != nullptr && to->is_scalar()) before_[to->text].push_back({name, caught});
    };
    leads(state.find("Next"), nullptr);
    leads(state.find("Default"), nullptr);
    if (const Node* choices = state.find("Choices")) {
      for (const Node* rule : choices->items) leads(rule->find("Next"), nullptr);
    }
    if (const Node* catches = state.find("Catch")) {
      for (const Node* one : catches->items) leads(one->find("Next"), one);
    }
  }
}

std::vector<std::uint64_t> AslLists::lengths(std::string_view state, std::string_view path) const {
  const auto wanted = path_of(path);
  if (!wanted) return {};
  std::set<std::uint64_t> found;
  std::set<std::string_view> seen{state};
  std::vector<std::string_view> open{state};
  while (!open.empty()) {
    const std::string_view at = open.back();
    open.pop_back();
    const auto ways = before_.find(at);
    if (at == start_ || ways == before_.end() || seen.size() > looked_at_most) return {};
    for (const Before& way : ways->second) {
      const Passed value = passed(*states_.at(way.state), way.caught, *wanted);
      if (value.how == Passed::How::open) return {};
      if (value.how == Passed::How::written) found.insert(value.list->items.size());
      else if (seen.insert(way.state).second) open.push_back(way.state);
    }
  }
  return {found.begin(), found.end()};
}

namespace {

class MapReader {
 public:
  MapReader(Foreign& foreign, std::string_view name, const Node& state, const AslLists& lists)
      : foreign_(foreign), name_(name), state_(state), lists_(lists) {}

  AslMap run() {
    AslMap made;
    made.inner = state_.find("ItemProcessor") != nullptr ? state_.find("ItemProcessor") : state_.find("Iterator");
    if (made.inner == nullptr) {
      foreign_.refuse(state_.mark, "a Map state has no 'ItemProcessor'", "say what runs for each item");
      return made;
    }
    made.width = batches(items());
    at_once(made);
    tolerated(made);
    if (const Node* writer = state_.find("ResultWriter")) foreign_.puzzled(writer->mark, "'ResultWriter' of a Map");
    return made;
  }

 private:
  static bool is_computed(const Node& node) { return node.is_scalar() && node.text.starts_with("{%"); }

  /// A number that the file says; nothing, and an assumption, for one that is only known when it runs.
  std::optional<std::uint64_t> number(const char* key, const char* path_key, std::string_view otherwise) {
    const Node* path = state_.find(path_key);
    const Node* said = state_.find(key);
    if (path != nullptr || (said != nullptr && is_computed(*said))) {
      foreign_.assume((path != nullptr ? path : said)->mark,
                      fmt::format("a {} that is only known when it runs is {}", key, otherwise));
      return std::nullopt;
    }
    return foreign_.count_of(state_, key);
  }

  std::uint64_t items() {
    if (const Node* list = state_.find("Items"); list != nullptr && list->is_sequence()) return list->items.size();
    if (const Node* reader = state_.find("ItemReader")) return read(*reader);
    const Node* path = state_.find("ItemsPath");
    const std::vector<std::uint64_t> lengths = state_.find("Items") != nullptr
                                                   ? std::vector<std::uint64_t>{}
                                                   : lists_.lengths(name_, path == nullptr ? "$" : path->text);
    if (lengths.empty()) {
      foreign_.assume(state_.mark,
                      fmt::format("a Map whose list is not in the file runs over {} items (an overlay says "
                                  "otherwise: over: 1..5)",
                                  assumed_items));
      return assumed_items;
    }
    if (lengths.size() > 1)
      foreign_.assume(state_.mark, "a Map that is come to with lists of several lengths runs over the longest");
    return lengths.back();
  }

  /// Items of another place: a file, a table, a bucket.
  std::uint64_t read(const Node& reader) {
    const Node* config = reader.find("ReaderConfig");
    const std::string most = config != nullptr && config->is_mapping() ? foreign_.text_of(*config, "MaxItems") : "";
    const std::uint64_t items =
        most.size() == 1 && most[0] >= '1' && most[0] < '3' ? static_cast<std::uint64_t>(most[0] - '0') : assumed_items;
    foreign_.assume(reader.mark,
                    fmt::format("an ItemReader finds {} items (an overlay says otherwise: over: 1..5)", items));
    return items;
  }

  std::uint64_t batches(std::uint64_t items) {
    const Node* batcher = foreign_.mapping_of(state_, "ItemBatcher");
    if (batcher == nullptr) return items;
    const Node* said = batcher->find("MaxItemsPerBatch");
    if (said == nullptr || is_computed(*said)) {
      foreign_.assume(batcher->mark, "an ItemBatcher without MaxItemsPerBatch in the file has one item in a batch");
      return items;
    }
    const auto most = foreign_.count_of(*batcher, "MaxItemsPerBatch");
    return most && *most > 0 ? (items + *most - 1) / *most : items;
  }

  void at_once(AslMap& made) {
    const auto most = number("MaxConcurrency", "MaxConcurrencyPath", "none: all items at once");
    if (most && *most > 0) made.at_once = std::to_string(std::min(*most, never_more));
  }

  void tolerated(AslMap& made) {
    const auto count = number("ToleratedFailureCount", "ToleratedFailureCountPath", "0");
    const auto percent = number("ToleratedFailurePercentage", "ToleratedFailurePercentagePath", "0");
    if (!count && !percent) return;
    made.tolerated = DrawnTolerance{.count = count, .percent = percent};
    foreign_.assume(state_.mark,
                    "a Map that more items have failed of than it tolerates fails when all of them have ended");
  }

  Foreign& foreign_;
  const std::string_view name_;
  const Node& state_;
  const AslLists& lists_;
};

}  // namespace

AslMap asl_map(Foreign& foreign, std::string_view name, const Node& state, const AslLists& lists) {
  return MapReader{foreign, name, state, lists}.run();
}

}  // namespace squall::scenarios::imports

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/record.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/nearest.hpp"
#include "scenarios/reader/yaml.hpp"

namespace squall::scenarios {
namespace {

/// `{p50, p99}` and `{mean}` are durations though they are mappings.
bool is_drawn_map(const Node& node) {
  return node.is_mapping() &&
         (node.find("p50") != nullptr || node.find("p99") != nullptr || node.find("mean") != nullptr);
}

std::string title(std::string_view shape) {
  if (shape == "file") return "a workflow file";
  return fmt::format("{} '{}'", shape.find_first_of("aeiou") == 0 ? "an" : "a", shape);
}

}  // namespace

Record::Record(Reading& reading, const Node& node, std::string_view shape, std::string_view beside)
    : reading_(reading), node_(node) {
  const ShapeRow* row = find_shape(shape);
  const bool is_short = row != nullptr && !row->shorthand.empty() &&
                        (node.is_scalar() ? !node.is_null() : node.is_sequence() || is_drawn_map(node));
  if (is_short) {
    Tree& tree = reading.tree();
    Node* key = tree.make({.plain = true, .mark = node.mark, .text = std::string{row->shorthand}});
    map_ = tree.make({.kind = Node::Kind::mapping, .mark = node.mark, .entries = {{key, const_cast<Node*>(&node)}}});
    return;
  }
  if (node.is_mapping()) {
    map_ = &node;
  } else if (node.is_null()) {
    map_ = reading.tree().make({.kind = Node::Kind::mapping, .mark = node.mark});
  } else {
    const bool list = node.is_sequence();
    reading.say(node,
                fmt::format("{} stands where the fields of {} are expected",
                            list ? std::string{"a list"} : fmt::format("'{}'", node.text), title(shape)),
                fmt::format(
                    "write a mapping, such as {{{}: …}}", field_table[0].shape == shape ? "workflow" : [&] {
                      for (const FieldRow& field : field_table) {
                        if (field.shape == shape) return field.name;
                      }
                      return std::string_view{};
                    }()));
    return;
  }
  check_keys(shape, beside);
}

void Record::check_keys(std::string_view shape, std::string_view beside) {
  std::vector<std::string_view> known;
  for (const FieldRow& field : field_table) {
    if (field.shape == shape || (!beside.empty() && field.shape == beside)) known.push_back(field.name);
  }
  std::vector<std::string> misspelt;
  for (const Node::Entry& entry : map_->entries) {
    if (std::ranges::find(known, entry.key->text) != known.end()) continue;
    std::string fix = known.empty() ? "write {}" : instead_of(entry.key->text, known);
    reading_.say(*entry.key, fmt::format("{} has no field '{}'", title(shape), entry.key->text), std::move(fix));
    misspelt.push_back(nearest(entry.key->text, known));
  }
  for (const FieldRow& field : field_table) {
    if (field.shape != shape && (beside.empty() || field.shape != beside)) continue;
    if (field.initial != required || map_->find(field.name) != nullptr) continue;
    if (std::ranges::find(misspelt, field.name) != misspelt.end()) continue;
    const std::string where =
        field.shape.starts_with("beside ") ? fmt::format("'{}'", field.shape.substr(7)) : title(shape);
    reading_.say(node_, fmt::format("{} has no '{}'", where, field.name),
                 fmt::format("add '{}': {}", field.name, field.text));
  }
}

void Record::each(const FieldRow& row, const Node& node, std::vector<std::pair<const Node*, Record>>& records) {
  if (row.takes == Takes::records) {
    if (!node.is_sequence()) {
      reading_.say(node, fmt::format("'{}' is a list", row.name), "begin each element with '- ', or write [ … ]");
      return;
    }
    for (const Node* item : node.items) records.emplace_back(nullptr, Record{reading_, *item, row.detail});
    return;
  }
  if (node.is_null()) return;
  if (!node.is_mapping()) {
    reading_.say(node, fmt::format("'{}' is a map of names", row.name),
                 fmt::format("write '{}: {{NAME: …}}'", row.name));
    return;
  }
  if (node.entries.size() > FileLimits::declared) {
    reading_.say(
        node, fmt::format("'{}' declares {} names, more than {}", row.name, node.entries.size(), FileLimits::declared),
        "use 'replicas', or split the workflow");
    return;
  }
  for (const Node::Entry& entry : node.entries) {
    if (!is_name(entry.key->text)) {
      reading_.say(*entry.key, fmt::format("'{}' is not a name", entry.key->text),
                   "begin with a small letter; then small letters, digits, _ and -");
    }
    records.emplace_back(entry.key, Record{reading_, *entry.value, row.detail});
  }
}

}  // namespace squall::scenarios

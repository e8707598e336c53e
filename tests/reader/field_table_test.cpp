// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/words.hpp"
#include "scenarios/reader/yaml.hpp"

using namespace squall::scenarios;

namespace {

/// Something that the field takes, in flow style.
std::string sample(const FieldRow& field) {
  switch (field.takes) {
    case Takes::flag: return "true";
    case Takes::count: return "3";
    case Takes::counts: return "[1]";
    case Takes::duration: return "5s";
    case Takes::drawn:
    case Takes::time: return "1s..5s";
    case Takes::chance: return "5%";
    case Takes::rate: return "10 per 1s";
    case Takes::seeds: return "10 seeds";
    case Takes::value: return "1";
    case Takes::values: return "{x: 1}";
    case Takes::condition: return "1 == 1";
    case Takes::word: return std::string{words_of(field.detail)[0]};
    case Takes::number_or: return "3";
    case Takes::duration_or: return "5s";
    case Takes::steps: return "[{sleep: 1s}]";
    case Takes::branches: return "{x: [{sleep: 1s}]}";
    case Takes::record: return "{}";
    case Takes::records: return "[]";
    case Takes::named: return "{}";
    case Takes::special: return field.detail == "change" || field.detail == "draws" ? "{}" : "[]";
    default: return "x";
  }
}

/// `fields` of `shape`, with everything around that leads from the file to there: found in the table itself.
std::string within(std::string_view shape, const std::string& fields) {
  if (shape == "file") return "{" + fields + "}";
  if (shape == "step") {
    const bool action = !is_step_field(std::string_view{fields}.substr(0, fields.find(':')));
    return within("agent", "do: [{" + fields + (action ? "" : ", sleep: 1s") + "}]");
  }
  if (shape == "claim") {
    const bool kind = !fields.starts_with("name") && !fields.starts_with("because");
    return within("file", "check: [{" + std::string{kind ? "" : "always: true, "} + fields + "}]");
  }
  if (shape == "eventually") {
    const bool that = fields.starts_with("that");
    return within("claim", "eventually: {" + std::string{that ? "" : "that: true, "} + fields + "}");
  }
  if (shape.starts_with("beside ")) {
    const FieldRow& action = *find_field("step", shape.substr(7));
    return within("step", std::string{action.name} + ": " + sample(action) + ", " + fields);
  }
  if (shape == "worker") return within("graph", "workers: {x: {" + fields + "}}");
  if (shape == "join") return within("node", "join: {" + fields + "}");
  if (shape == "group") return within("node", "join: [{" + fields + "}]");
  for (const FieldRow& parent : field_table) {
    if (parent.detail != shape) continue;
    const std::string name{parent.name};
    if (parent.takes == Takes::record) return within(parent.shape, fmt::format("{}: {{{}}}", name, fields));
    if (parent.takes == Takes::records) return within(parent.shape, fmt::format("{}: [{{{}}}]", name, fields));
    if (parent.takes == Takes::named) return within(parent.shape, fmt::format("{}: {{x: {{{}}}}}", name, fields));
  }
  return {};
}

std::string committed_reference() {
  std::ifstream stream{SQUALL_SOURCE_DIR "/scenarios/reference.md", std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

TEST_SUITE("the field table") {
  TEST_CASE("the decoder reads every field of the table where the table says that it stands") {
    for (std::size_t row = 0; row < field_table.size(); ++row) {
      const FieldRow& field = field_table[row];
      const std::string text = within(field.shape, std::string{field.name} + ": " + sample(field));
      CAPTURE(text);
      REQUIRE_FALSE(text.empty());
      Sources sources;
      Tree tree;
      Findings findings{sources};
      const Node* root = parse_yaml(sources, sources.add("row.yaml", text), tree, findings);
      REQUIRE(root != nullptr);
      Reading reading{sources, tree, findings};
      Loaded loaded;
      read_sections(reading, *root, loaded);
      // `extends` and `change` are used up before anything is decoded.
      const bool earlier = field.shape == "file" && (field.name == "extends" || field.name == "change");
      CHECK(reading.asked.test(row) != earlier);
      for (const Diagnostic& diagnostic : findings.list())
        CHECK(diagnostic.what.find("has no field '" + std::string{field.name} + "'") == std::string::npos);
    }
  }

  TEST_CASE("no field stands twice in a shape, and every shape has a row") {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const FieldRow& field : field_table) {
      CAPTURE(field.shape);
      CAPTURE(field.name);
      CHECK(seen.emplace(field.shape, field.name).second);
      CHECK(find_shape(field.shape) != nullptr);
      CHECK_FALSE(field.text.empty());
      const bool nested = field.takes == Takes::record || field.takes == Takes::records || field.takes == Takes::named;
      CHECK((!nested || find_shape(field.detail) != nullptr));
    }
    for (const ShapeRow& shape : shape_table)
      CHECK((shape.shorthand.empty() || find_field(shape.name, shape.shorthand) != nullptr));
  }

  TEST_CASE("the schema holds every field, with a description, and nothing else may be written") {
    const auto schema = nlohmann::json::parse(squall::scenarios::schema());
    CHECK(schema["$schema"] == "http://json-schema.org/draft-07/schema#");
    for (const FieldRow& field : field_table) {
      std::string shape{field.shape};
      if (shape.starts_with("beside ")) shape = "step";
      const auto& object = shape == "file" ? schema : schema["definitions"][shape];
      CAPTURE(shape);
      CAPTURE(field.name);
      REQUIRE(object.contains("properties"));
      REQUIRE(object["properties"].contains(std::string{field.name}));
      CHECK(object["properties"][std::string{field.name}]["description"].get<std::string>().size() > 3);
      CHECK(object["additionalProperties"] == false);
    }
  }

  TEST_CASE("the reference page in the repository is the one that the tables give") {
    CHECK(committed_reference() == reference());  // else: print `reference()` into scenarios/reference.md
  }
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "faults/decode.hpp"
#include "scenarios/field_table.hpp"
#include "scenarios/file.hpp"
#include "scenarios/reader/words.hpp"
#include "sim/invariants/catalogue.hpp"

/// The JSON Schema of workflow files (draft-07), written from the field table and the two catalogues.
namespace squall::scenarios {
namespace {

using Json = nlohmann::ordered_json;

Json ref(std::string_view shape) { return {{"$ref", "#/definitions/" + std::string{shape}}}; }
Json any_of(std::vector<Json> all) { return {{"anyOf", std::move(all)}}; }
Json text(std::string_view pattern) { return {{"type", "string"}, {"pattern", pattern}}; }
Json array_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json map_of(Json values) { return {{"type", {"object", "null"}}, {"additionalProperties", std::move(values)}}; }
Json words(std::string_view detail) { return {{"enum", words_of(detail)}}; }

constexpr std::string_view name_pattern = "^[a-z][a-z0-9_-]*$";
constexpr std::string_view duration_pattern = "^[0-9]+(ns|us|ms|s|m|h|d)$";

Json name() { return text(name_pattern); }
Json count() { return {{"type", "integer"}, {"minimum", 0}}; }

/// A record with its short form.
Json record(std::string_view shape);

Json special(std::string_view rule) {
  if (rule == "change") return {{"type", "object"}};
  if (rule == "next") {
    const Json nodes = any_of({name(), array_of(name())});
    return any_of({nodes, map_of(nodes)});
  }
  if (rule == "join") {
    return any_of({{{"enum", {"each", "all", "all-taken", "any"}}}, ref("join"), array_of(ref("group"))});
  }
  if (rule == "check") return array_of(ref("check"));
  if (rule == "faults") return array_of(ref("fault"));
  if (rule == "draws") return map_of({{"type", {"string", "integer", "boolean"}}});
  if (rule == "decisions") return array_of(any_of({{{"type", "string"}}, map_of(array_of(count()))}));
  if (rule == "otherwise") return any_of({ref("steps"), map_of(ref("steps"))});
  if (rule == "cursor") return any_of({{{"enum", {"now", "start"}}}, text("^=")});
  if (rule == "range") return any_of({count(), text("^[0-9]+(\\.\\.[0-9]+)?$")});
  if (rule == "workers") return any_of({{{"type", "integer"}, {"minimum", 1}}, map_of(ref("worker"))});
  if (rule == "percents") return map_of({{"type", "integer"}, {"minimum", 1}, {"maximum", 100'000}});
  if (rule == "over") return text("^(=.*|.*\\.\\..*)$");
  if (rule == "event") return {{"type", {"string", "null"}}};
  if (rule == "eventually") return any_of({{{"type", {"string", "boolean"}}}, ref("pattern"), ref("eventually")});
  return any_of({{{"type", {"string", "boolean"}}}, ref("pattern")});  // subject
}

Json takes(const FieldRow& field) {
  switch (field.takes) {
    case Takes::flag: return {{"type", "boolean"}};
    case Takes::count: return count();
    case Takes::counts: return array_of(count());
    case Takes::text: return {{"type", "string"}};
    case Takes::name: return name();
    case Takes::names: return any_of({name(), array_of(name())});
    case Takes::duration: return text(duration_pattern);
    case Takes::drawn: return ref("drawn");
    case Takes::time: return any_of({ref("drawn"), text("^=")});
    case Takes::chance: return ref("chance");
    case Takes::rate: return text("^[0-9]+ per [0-9]+(ns|us|ms|s|m|h|d)$");
    case Takes::seeds: return text("^[0-9]+ seeds?$");
    case Takes::value: return ref("value");
    case Takes::values: return map_of(ref("value"));
    case Takes::condition: return {{"type", {"string", "boolean"}}};
    case Takes::agent: return any_of({name(), text("^=")});
    case Takes::agents: return any_of({name(), text("^="), array_of(any_of({name(), text("^=")}))});
    case Takes::word: return words(field.detail);
    case Takes::number_or:
      if (field.detail.empty()) return any_of({count(), text("^0[xX][0-9a-fA-F]+$")});
      return any_of({count(), words(field.detail)});
    case Takes::duration_or: return any_of({text(duration_pattern), words(field.detail)});
    case Takes::steps: return ref("steps");
    case Takes::branches: return map_of(ref("steps"));
    case Takes::record: return record(field.detail);
    case Takes::records: return array_of(record(field.detail));
    case Takes::named: return map_of(record(field.detail));
    case Takes::special: return special(field.detail);
  }
  return {};
}

Json record(std::string_view shape) {
  const ShapeRow& row = *find_shape(shape);
  if (row.shorthand.empty()) return ref(shape);
  return any_of({ref(shape), takes(*find_field(shape, row.shorthand))});
}

void add_field(Json& object, const FieldRow& field) {
  Json property = takes(field);
  if (property.contains("$ref")) property = {{"allOf", {property}}};  // beside a $ref nothing else is read
  property["description"] = field.text;
  if (!field.initial.empty() && field.initial != required) property["default"] = field.initial;
  object["properties"][std::string{field.name}] = std::move(property);
  if (field.initial == required && !field.shape.starts_with("beside ")) object["required"].push_back(field.name);
}

Json shape_of(const ShapeRow& shape) {
  Json object{{"type", shape.name == "file" ? Json("object") : Json{"object", "null"}}, {"description", shape.text}};
  object["additionalProperties"] = false;
  object["properties"] = Json::object();
  for (const FieldRow& field : field_table) {
    if (field.shape == shape.name) add_field(object, field);
  }
  return object;
}

/// A step has exactly one action; what stands beside an action stands beside no other.
Json step() {
  Json object = shape_of(*find_shape("step"));
  object["type"] = "object";
  for (const FieldRow& field : field_table) {
    if (field.shape == "step" && !is_step_field(field.name)) object["oneOf"].push_back({{"required", {field.name}}});
    if (!field.shape.starts_with("beside ")) continue;
    const std::string action{field.shape.substr(7)};
    if (!object["properties"].contains(std::string{field.name})) add_field(object, field);
    object["dependencies"][std::string{field.name}]["anyOf"].push_back({{"required", {action}}});
  }
  return object;
}

Json fault_field(const faults::FieldRow& field) {
  using faults::Takes;
  switch (field.takes) {
    case Takes::flag: return {{"type", "boolean"}};
    case Takes::count: return count();
    case Takes::integer: return {{"type", "integer"}};
    case Takes::chance: return ref("chance");
    case Takes::duration:
      return field.field.otherwise.empty() ? ref("drawn") : any_of({ref("drawn"), {{"enum", {field.field.otherwise}}}});
    case Takes::word: return {{"enum", std::vector<std::string_view>(field.words.begin(), field.words.end())}};
    case Takes::agents: return any_of({name(), array_of(name())});
    case Takes::condition: return {{"type", {"string", "boolean"}}};
    case Takes::window: return {{"type", "string"}};
    case Takes::moment: return {{"type", "object"}};
    default: return name();
  }
}

template <class Properties>
void describe(Properties& properties, const sim::Field& field, Json property) {
  if (property.contains("$ref")) {
    Json all = Json::array();
    all.push_back(std::move(property));
    property = Json::object();
    property["allOf"] = std::move(all);
  }
  property["description"] = field.about;
  if (!field.otherwise.empty()) property["default"] = field.otherwise;
  properties[std::string{field.name}] = std::move(property);
}

/// A fault: its kind alone, or a map from the kind to its fields.
Json fault() {
  Json kinds{{"type", "object"}, {"minProperties", 1}, {"maxProperties", 1}, {"additionalProperties", false}};
  Json names = Json::array();
  for (const faults::CatalogueRow& kind : faults::catalogue()) {
    names.push_back(kind.name);
    Json fields{{"type", {"object", "null"}}, {"description", kind.about}, {"additionalProperties", false}};
    fields["properties"] = Json::object();
    for (const faults::FieldRow& field : faults::fields_of(kind))
      describe(fields["properties"], field.field, fault_field(field));
    kinds["properties"][std::string{kind.name}] = std::move(fields);
  }
  return any_of({{{"enum", names}}, kinds});
}

/// A check: an invariant's name, a map from it to its options, or a claim.
Json check() {
  Json options{{"type", "object"}, {"minProperties", 1}, {"maxProperties", 1}, {"additionalProperties", false}};
  Json names = Json::array();
  for (const sim::InvariantRow& row : sim::invariants()) {
    names.push_back(row.name);
    Json fields{{"type", {"object", "null"}}, {"description", row.claim}, {"additionalProperties", false}};
    fields["properties"] = Json::object();
    for (const sim::InvariantOption& option : row.options) {
      const bool plural = option.takes.starts_with("names");
      Json property = option.takes == "count" ? count()
                      : option.takes == "duration"
                          ? any_of({text(duration_pattern), {{"enum", {option.field.otherwise}}}})
                      : option.takes == "flag" ? Json{{"type", "boolean"}}
                      : plural                 ? any_of({name(), array_of(name())})
                                               : Json{{"type", "string"}};
      describe(fields["properties"], option.field, std::move(property));
    }
    options["properties"][std::string{row.name}] = std::move(fields);
  }
  return any_of({{{"enum", names}}, options, ref("claim")});
}

}  // namespace

std::string schema() {
  Json whole{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "squall workflow file"}};
  const Json file = shape_of(*find_shape("file"));
  for (const auto& [key, value] : file.items()) whole[key] = value;
  // What an extending file need not say again, the extended one says.
  whole.erase("required");
  whole["anyOf"] = {{{"required", {"workflow", "agents"}}}, {{"required", {"extends"}}}};
  Json& definitions = whole["definitions"];
  definitions["drawn"] = any_of({text("^[0-9]+(ns|us|ms|s|m|h|d)(\\.\\.[0-9]+(ns|us|ms|s|m|h|d))?$"),
                                 {{"type", "object"},
                                  {"additionalProperties", false},
                                  {"required", {"mean"}},
                                  {"properties", {{"mean", text(duration_pattern)}}}},
                                 {{"type", "object"},
                                  {"additionalProperties", false},
                                  {"required", {"p50", "p99"}},
                                  {"properties", {{"p50", text(duration_pattern)}, {"p99", text(duration_pattern)}}}}});
  definitions["chance"] = text("^(100(\\.0{1,4})?|[0-9]{1,2}(\\.[0-9]{1,4})?)%$");
  definitions["value"] = {{"type", {"string", "integer", "boolean"}}};
  definitions["steps"] = {{"type", {"array", "null"}}, {"items", ref("step")}};
  definitions["fault"] = fault();
  definitions["check"] = check();
  for (const ShapeRow& shape : shape_table) {
    if (shape.name == "file" || shape.name.starts_with("beside ")) continue;
    definitions[std::string{shape.name}] = shape.name == "step" ? step() : shape_of(shape);
  }
  return whole.dump(2) + "\n";
}

}  // namespace squall::scenarios

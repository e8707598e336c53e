// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/otlp_spans.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/import/times.hpp"

namespace squall::scenarios::imports {
namespace {

using Attributes = std::map<std::string, std::string, std::less<>>;

/// `[{key, value: {stringValue: …}}]` as texts.
Attributes attributes_of(const Node& of) {
  Attributes all;
  const Node* list = of.find("attributes");
  if (list == nullptr || !list->is_sequence()) return all;
  for (const Node* one : list->items) {
    const Node* key = one->find("key");
    const Node* value = one->find("value");
    if (key == nullptr || value == nullptr || value->entries.empty()) continue;
    const Node* inner = value->entries.front().value;
    if (inner->is_scalar()) all.try_emplace(key->text, inner->text);
  }
  return all;
}

std::string first_of(const Attributes& attributes, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const auto found = attributes.find(key);
    if (found != attributes.end() && !found->second.empty()) return found->second;
  }
  return {};
}

class Reader {
 public:
  explicit Reader(Foreign& foreign) : foreign_(foreign) {}

  std::vector<Span> run(std::span<Node* const> roots) {
    for (const Node* root : roots) {
      if (!root->is_mapping()) {
        foreign_.refuse(root->mark, "this is no OTLP/JSON object", "write {\"resourceSpans\": […]}");
        break;
      }
      for (const Node* resource : list(*root, "resourceSpans", "resource_spans")) each_resource(*resource);
      foreign_.puzzled_by_others(*root, "the trace data", {"resourceSpans", "resource_spans"});
    }
    return std::move(spans_);
  }

 private:
  std::vector<Node*> list(const Node& of, std::string_view name, std::string_view other) {
    const Node* found = of.find(name) != nullptr ? of.find(name) : of.find(other);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_sequence()) return found->items;
    foreign_.refuse(found->mark, fmt::format("'{}' is no list", name), "write [ … ]");
    return {};
  }

  void each_resource(const Node& resource) {
    Attributes attributes;
    if (const Node* inner = resource.find("resource"); inner != nullptr && inner->is_mapping())
      attributes = attributes_of(*inner);
    const std::string service = first_of(attributes, {"service.name"});
    for (const char* name : {"scopeSpans", "instrumentationLibrarySpans"}) {
      for (const Node* scope : list(resource, name, name == std::string_view{"scopeSpans"} ? "scope_spans" : "")) {
        for (const Node* span : list(*scope, "spans", "spans")) each_span(*span, service);
      }
    }
  }

  std::string field(const Node& span, std::string_view name, std::string_view other) {
    const std::string text = foreign_.text_of(span, name);
    return text.empty() ? foreign_.text_of(span, other) : text;
  }

  std::int64_t time(const Node& span, std::string_view name, std::string_view other) {
    // Moved by the difference of two times, and that of their ancestors, a time still has to be one.
    constexpr std::int64_t latest = std::int64_t{1} << 62;
    const auto time = nanoseconds_of(field(span, name, other));
    if (time && *time < latest) return *time;
    const Node* at = span.find(name);
    foreign_.refuse(
        at == nullptr ? span.mark : at->mark,
        fmt::format("a span's '{}' is {}", name, time ? "beyond the year 2116" : "no number of nanoseconds"),
        "write nanoseconds since 1970, in quotes");
    return 0;
  }

  void each_span(const Node& node, const std::string& service) {
    if (!node.is_mapping()) return foreign_.refuse(node.mark, "a span is no mapping", "write {\"spanId\": …}");
    if (spans_.size() >= ImportLimits::nodes) {
      if (spans_.size() == ImportLimits::nodes && !foreign_.refused())
        foreign_.refuse(node.mark, fmt::format("there are more than {} spans", ImportLimits::nodes),
                        "import one trace");
      return;
    }
    Span span{.trace = field(node, "traceId", "trace_id"),
              .id = field(node, "spanId", "span_id"),
              .parent = field(node, "parentSpanId", "parent_span_id"),
              .service = service,
              .label = foreign_.text_of(node, "name"),
              .kind = {},
              .mark = node.mark};
    if (span.id.empty() || span.trace.empty())
      return foreign_.refuse(node.mark, "a span has no spanId or no traceId", "export it whole");
    if (span.parent.find_first_not_of('0') == std::string::npos) span.parent.clear();
    span.begin = time(node, "startTimeUnixNano", "start_time_unix_nano");
    span.end = time(node, "endTimeUnixNano", "end_time_unix_nano");
    if (span.end < span.begin) {
      foreign_.assume(node.mark, "a span ended before it began: it takes no time");
      span.end = span.begin;
    }
    if (const Node* status = node.find("status"); status != nullptr && status->is_mapping()) {
      const std::string code = foreign_.text_of(*status, "code");
      span.failed = code == "2" || code == "STATUS_CODE_ERROR" || code == "ERROR";
    }
    if (const Node* links = node.find("links"); links != nullptr && !links->items.empty())
      foreign_.puzzled(links->mark, "a link to another span");
    named(span, attributes_of(node));
    spans_.push_back(std::move(span));
  }

  /// GenAI: gen_ai.operation.name is invoke_agent, chat or execute_tool. OpenInference: openinference.span.kind is AGENT, CHAIN, TOOL
  /// or LLM.
  static void named(Span& span, const Attributes& attributes) {
    const std::string operation = first_of(attributes, {"gen_ai.operation.name", "openinference.span.kind"});
    const std::string agent = first_of(attributes, {"gen_ai.agent.name", "agent.name", "graph.node.id"});
    const std::string tool = first_of(attributes, {"gen_ai.tool.name", "tool.name"});
    const std::string model = first_of(attributes, {"gen_ai.request.model", "llm.model_name"});
    span.effect = operation == "execute_tool" || operation == "TOOL";
    if (span.effect && !tool.empty()) span.label = tool;
    else if ((operation == "invoke_agent" || operation == "AGENT") && !agent.empty()) span.label = agent;
    if (span.label.empty()) span.label = operation.empty() ? "span" : operation;
    span.kind = operation;
    const auto add = [&](std::string_view what, const std::string& value) {
      if (!value.empty()) span.kind += fmt::format("{}{}{}", span.kind.empty() ? "" : ", ", what, value);
    };
    if (span.label != agent) add("agent ", agent);
    add("", model);
    add("service ", span.service);
  }

  Foreign& foreign_;
  std::vector<Span> spans_;
};

}  // namespace

std::vector<Span> read_spans(Foreign& foreign, std::span<Node* const> roots) { return Reader{foreign}.run(roots); }

}  // namespace squall::scenarios::imports

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/asl_task.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace squall::scenarios::imports {
namespace {

/// The last part of an ARN or the name in a placeholder: what a person would call it.
std::string short_name(std::string_view text) {
  if (const std::size_t at = text.find("function:"); at != std::string_view::npos) {
    text.remove_prefix(at + 9);
    // `${Name}:$LATEST`: the alias is not part of the name; a placeholder may hold a colon itself.
    const std::size_t from = text.starts_with("${") ? text.find('}') : 0;
    text = text.substr(0, text.find(':', from == std::string_view::npos ? 0 : from));
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos && text.starts_with("arn:")) {
    text.remove_prefix(colon + 1);
  }
  std::string name;
  for (const char c : text) {
    if (c != '$' && c != '{' && c != '}') name += c;
  }
  return name;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}

/// A key at any depth of the parameters: a token in them makes the request one of its own.
const Node* deep(const Node& node, std::string_view key) {
  for (const Node::Entry& entry : node.entries) {
    if (entry.key->text == key || entry.key->text == std::string{key} + ".$") return entry.value;
    if (const Node* found = deep(*entry.value, key)) return found;
  }
  for (const Node* item : node.items) {
    if (const Node* found = deep(*item, key)) return found;
  }
  return nullptr;
}

bool is_keyed(const Node& parameters, std::string_view action) {
  for (const char* token :
       {"ClientToken", "ClientRequestToken", "IdempotencyToken", "MessageDeduplicationId", "IdempotencyKey"}) {
    if (deep(parameters, token) != nullptr) return true;
  }
  if (const Node* condition = deep(parameters, "ConditionExpression");
      condition != nullptr && condition->text.find("attribute_not_exists") != std::string::npos)
    return true;
  // An execution's name is taken once.
  const Node* name = parameters.find("Name.$") != nullptr ? parameters.find("Name.$") : parameters.find("Name");
  return action == "startExecution" && name != nullptr && name->text.find("$$.Execution") != std::string::npos;
}

}  // namespace

AslResource asl_resource(Foreign& foreign, const Node& state) {
  AslResource made;
  std::string text = foreign.text_of(state, "Resource");
  made.label = text;
  if (text.empty()) foreign.refuse(state.mark, "a Task has no 'Resource'", "say what it calls");
  const Node* parameters = state.find("Parameters") != nullptr ? state.find("Parameters") : state.find("Arguments");
  const std::size_t service = text.find(":states:::");
  if (service == std::string::npos) {
    if (text.find(":activity:") != std::string::npos) made.waits = AslResource::Waits::callback;
    made.tool = native_name(short_name(text), "tool");
    return made;
  }
  text.erase(0, service + 10);
  if (const std::size_t pattern = text.find(".waitForTaskToken"); pattern != std::string::npos) {
    made.waits = AslResource::Waits::callback;
    text.erase(pattern);
  } else if (const std::size_t sync = text.find(".sync"); sync != std::string::npos) {
    made.waits = AslResource::Waits::job;
    text.erase(sync);
  }
  if (text.starts_with("aws-sdk:")) text.erase(0, 8);
  const std::size_t colon = text.find(':');
  const std::string action = colon == std::string::npos ? text : text.substr(colon + 1);
  made.tool = native_name(text, "tool");
  made.effect =
      !starts_with_any(action, {"get", "list", "describe", "head", "query", "scan", "batchGet", "select", "search"});
  if (parameters != nullptr && parameters->is_mapping()) {
    const Node* function = parameters->find("FunctionName");
    if (text == "lambda:invoke" && function != nullptr && function->is_scalar()) {
      made.tool = native_name(short_name(function->text), "lambda");
      made.label = function->text;
    }
    made.keyed = is_keyed(*parameters, action);
  }
  return made;
}

}  // namespace squall::scenarios::imports

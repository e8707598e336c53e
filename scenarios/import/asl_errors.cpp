// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/asl_errors.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/import/times.hpp"

namespace squall::scenarios::imports {
namespace {

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

struct Retrier {
  std::vector<std::string> errors;
  std::int64_t interval = 1'000'000'000;
  std::uint64_t attempts = 3;  // beyond the first
  std::uint64_t factor = 2;
  std::string max, jitter;
  bool rounded = false;
};

std::vector<std::string> errors_of(Foreign& foreign, const Node& of) {
  std::vector<std::string> errors;
  const Node* list = foreign.sequence_of(of, "ErrorEquals");
  if (list == nullptr || list->items.empty()) {
    foreign.refuse(of.mark, "no 'ErrorEquals' says which errors are meant", "write \"ErrorEquals\": [\"States.ALL\"]");
    return errors;
  }
  for (const Node* item : list->items) {
    if (item->is_scalar()) errors.push_back(item->text);
  }
  return errors;
}

Retrier retrier_of(Foreign& foreign, const Node& node) {
  Retrier made{.errors = errors_of(foreign, node)};
  const auto seconds = [&](std::string_view key) -> std::optional<std::int64_t> {
    const std::string text = foreign.text_of(node, key);
    if (text.empty()) return std::nullopt;
    const auto time = seconds_of(text);
    if (!time) foreign.puzzled(node.find(key)->mark, fmt::format("'{}' of a retry is no number", key));
    return time;
  };
  if (const auto interval = seconds("IntervalSeconds")) made.interval = *interval;
  if (const auto max = seconds("MaxDelaySeconds")) made.max = duration_word(*max);
  if (const auto attempts = foreign.count_of(node, "MaxAttempts"))
    made.attempts = std::min<std::uint64_t>(*attempts, 99'999'999);
  if (const auto rate = seconds("BackoffRate")) {
    const auto whole = static_cast<std::uint64_t>((*rate + 999'999'999) / 1'000'000'000);
    made.rounded = *rate % 1'000'000'000 != 0;
    made.factor = std::clamp<std::uint64_t>(whole, 1, 1000);
  }
  if (foreign.text_of(node, "JitterStrategy") == "FULL") made.jitter = "full";
  for (const char* key : {"IntervalSeconds", "MaxAttempts", "BackoffRate"}) {
    if (node.find(key) == nullptr)
      foreign.assume(node.mark,
                     "a retry without IntervalSeconds, MaxAttempts or BackoffRate has the language's: 1 s, 3, 2.0");
  }
  if (made.rounded)
    foreign.assume(node.find("BackoffRate")->mark, "a BackoffRate that is no whole number is rounded up");
  return made;
}

}  // namespace

std::string native_error(std::string_view name) {
  if (name == "States.ALL" || name == "States.TaskFailed" || name == "States.BranchFailed") return {};
  if (name == "States.Timeout" || name == "States.HeartbeatTimeout") return "timeout";
  if (contains_any(name, {"Throttl", "TooManyRequests", "LimitExceeded", "Throughput"})) return "rate-limited";
  if (!is_own_error(name)) return "unavailable";
  return native_name(name, "error");
}

bool is_own_error(std::string_view name) {
  return !name.starts_with("Lambda.") && !contains_any(name, {"Throttl",
                                                              "TooManyRequests",
                                                              "LimitExceeded",
                                                              "Throughput",
                                                              "ServiceException",
                                                              "SdkClient",
                                                              "AWSLambda",
                                                              "Internal",
                                                              "Unavailable",
                                                              "AmazonDynamoDB",
                                                              "ServerException",
                                                              "States.ALL",
                                                              "States.TaskFailed",
                                                              "States.Timeout",
                                                              "States.HeartbeatTimeout",
                                                              "States.Runtime",
                                                              "States.DataLimit",
                                                              "States.Permissions",
                                                              "States.ResultPath",
                                                              "States.Parameter",
                                                              "States.BranchFailed",
                                                              "States.NoChoice",
                                                              "States.Intrinsic",
                                                              "States.ExceedToleratedFailure",
                                                              "States.ItemReader",
                                                              "States.ResultWriter",
                                                              "States.QueryEvaluation"});
}

bool asl_errors_fit(Foreign& foreign, const Node& state) {
  constexpr std::size_t most = 200;
  for (const char* key : {"Retry", "Catch"}) {
    const Node* list = state.find(key);
    if (list == nullptr) continue;
    std::size_t errors = 0;
    for (const Node* item : list->items) {
      if (const Node* named = item->find("ErrorEquals")) errors += named->items.size();
    }
    if (errors <= most) continue;
    foreign.refuse(list->mark, fmt::format("'{}' of a state names more than {} errors", key, most),
                   "write fewer of them, or \"States.ALL\"");
    return false;
  }
  return true;
}

std::optional<DrawnRetry> asl_retry(Foreign& foreign, const Node& state) {
  const Node* list = foreign.sequence_of(state, "Retry");
  if (list == nullptr || list->items.empty()) return std::nullopt;
  std::vector<Retrier> retriers;
  std::vector<std::string> never;  // errors that an earlier retrier never tries again
  for (const Node* item : list->items) {
    if (!item->is_mapping()) {
      foreign.refuse(item->mark, "a retrier is no mapping", "write {\"ErrorEquals\": [\"States.ALL\"]}");
      return std::nullopt;
    }
    Retrier one = retrier_of(foreign, *item);
    if (one.attempts == 0) {
      never.insert(never.end(), one.errors.begin(), one.errors.end());
    } else {
      retriers.push_back(std::move(one));
    }
  }
  if (retriers.empty()) return std::nullopt;
  const Retrier& main = *std::ranges::max_element(retriers, {}, &Retrier::attempts);
  if (retriers.size() > 1)
    foreign.assume(list->mark,
                   "several retriers of one state are one retry for the errors of all, as often as the most patient");
  DrawnRetry made{.times = std::to_string(main.attempts + 1),
                  .backoff = duration_word(main.interval),
                  .factor = main.factor == 1 ? "" : std::to_string(main.factor),
                  .max = main.max,
                  .jitter = main.jitter};
  bool all = false;
  for (const Retrier& one : retriers) {
    for (const std::string& error : one.errors) {
      const std::string native = native_error(error);
      all = all || native.empty();
      if (!native.empty() && std::ranges::find(made.on, native) == made.on.end()) made.on.push_back(native);
    }
  }
  if (all && never.empty()) made.on.clear();
  if (all && !never.empty()) {
    for (const char* error : {"unavailable", "rate-limited", "timeout", "failed"}) {
      if (std::ranges::find(made.on, error) == made.on.end()) made.on.emplace_back(error);
    }
    for (const AslCatch& one : asl_catches(foreign, state)) {
      const std::string error = native_error(one.error);
      if (is_own_error(one.error) && std::ranges::find(made.on, error) == made.on.end()) made.on.push_back(error);
    }
    std::erase_if(made.on, [&](const std::string& error) {
      return std::ranges::any_of(never, [&](const std::string& one) { return native_error(one) == error; });
    });
  }
  return made;
}

std::vector<AslCatch> asl_catches(Foreign& foreign, const Node& state) {
  std::vector<AslCatch> catches;
  const Node* list = foreign.sequence_of(state, "Catch");
  if (list == nullptr) return catches;
  for (const Node* item : list->items) {
    const Node* next = item->find("Next");
    if (!item->is_mapping() || next == nullptr || !next->is_scalar()) {
      foreign.refuse(item->mark, "a catcher has no 'Next'", "say which state goes on: \"Next\": \"NAME\"");
      continue;
    }
    for (const std::string& error : errors_of(foreign, *item)) catches.push_back({error, next->text, next->mark});
  }
  return catches;
}

std::vector<std::string> own_errors(const Node& state) {
  std::vector<std::string> errors;
  for (const char* key : {"Retry", "Catch"}) {
    const Node* list = state.find(key);
    if (list == nullptr) continue;
    for (const Node* item : list->items) {
      const Node* named = item->find("ErrorEquals");
      if (named == nullptr) continue;
      for (const Node* error : named->items) {
        const std::string native = native_error(error->text);
        if (error->is_scalar() && is_own_error(error->text) && std::ranges::find(errors, native) == errors.end())
          errors.push_back(native);
      }
    }
  }
  return errors;
}

}  // namespace squall::scenarios::imports

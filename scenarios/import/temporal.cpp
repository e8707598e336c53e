// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/recording.hpp"
#include "scenarios/import/times.hpp"

// {events: [{eventId, eventTime, eventType, …EventAttributes}]}. A workflow task shows the workflow all that happened before it
// was started, and what it decides names it (workflowTaskCompletedEventId): so an activity waited for what had ended before the
// start of the task that scheduled it. ActivityTaskStarted is written down when the activity ends, with the time of its start.

namespace squall::scenarios::imports {
namespace {

/// `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED`, as newer files have it, is `ActivityTaskScheduled`.
std::string type_of(const std::string& text) {
  constexpr std::string_view prefix = "EVENT_TYPE_";
  if (!text.starts_with(prefix)) return text;
  std::string type;
  bool capital = true;
  for (const char c : text.substr(prefix.size())) {
    if (c == '_') {
      capital = true;
      continue;
    }
    type += capital || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
    capital = false;
  }
  return type;
}

class History {
 public:
  explicit History(Foreign& foreign) : foreign_(foreign) {}

  void run(const Node& events) {
    for (const Node* event : events.items) read(*event);
    if (foreign_.refused()) return;
    if (items_.empty() && !ended_)
      return foreign_.refuse(events.mark, "the history holds no events of a run", "export it whole");
    pending();
    if (backwards_ > 0)
      foreign_.assume(
          first_backwards_,
          fmt::format("events that are earlier than those before them are clamped to the time before ({} of them)",
                      backwards_));
    std::vector<Activity> activities;
    std::vector<std::int64_t> ends;
    Waiting waiting{foreign_};
    Ended ended;
    for (std::size_t n = 0; n < items_.size(); ++n) {
      ends.push_back(items_[n].activity.end);
      // Events are numbered: what had ended before event `seen`, but for what something else among it knew of already.
      const auto seen = static_cast<std::int64_t>(items_[n].seen) - 1;
      items_[n].activity.after = ended.before(seen);
      ended.add(seen, static_cast<std::int64_t>(items_[n].closed));
      waiting.keep(items_[n].activity.after, ends);
      activities.push_back(std::move(items_[n].activity));
    }
    const std::int64_t to = ended_.value_or(last_);
    DrawnGraph& graph = foreign_.drawing.graph;
    graph.runs_as = "durable";
    replay(foreign_, graph, std::move(activities), 0, to);
    foreign_.drawing.latency = "0s";
    foreign_.drawing.recorded_ns = to;
    if (!foreign_.wishes().fit)
      foreign_.assume(
          "durations are those of the recorded run, and do not vary (--fit: {p50, p99} over repeated activities)");
    foreign_.assume("an activity has its effect at its end, in each attempt that gets there, without a key");
    foreign_.assume(
        "between the end of what an activity waited for and its start nothing but time passes: the workflow task and "
        "the queue");
  }

 private:
  struct Item {
    Activity activity;
    std::int64_t scheduled = 0;
    std::uint64_t seen = 0;    ///< it knew of the events before this one
    std::uint64_t closed = 0;  ///< number of the event that ended it; 0: none did
    std::uint64_t attempt = 1;
    std::string failed;  ///< how it ended, where not well
    bool started = false;
  };

  static const Node& none() {
    static const Node empty{.kind = Node::Kind::mapping, .mark = {}, .text = {}, .items = {}, .entries = {}};
    return empty;
  }

  std::uint64_t number(const Node& of, std::string_view key) { return foreign_.count_of(of, key).value_or(0); }

  void read(const Node& event) {
    if (!event.is_mapping() || event.find("eventId") == nullptr || event.find("eventType") == nullptr)
      return foreign_.refuse(event.mark, "an event has no eventId or no eventType", "export the history whole");
    const std::uint64_t id = number(event, "eventId");
    if (id <= last_id_ || id > 1'000'000'000)
      return foreign_.refuse(event.find("eventId")->mark, fmt::format("event {} stands after event {}", id, last_id_),
                             "keep the events in their order, each once");
    last_id_ = id;
    const std::string type = type_of(foreign_.text_of(event, "eventType"));
    const Node* attributes = &none();
    for (const Node::Entry& entry : event.entries) {
      if (entry.key->text.ends_with("EventAttributes") && entry.value->is_mapping()) attributes = entry.value;
    }
    const std::int64_t at = when(event, type);
    take(id, type, *attributes, event.mark, at);
  }

  /// Since the first event. Time never runs backwards, but for starts of activities, which are written down late.
  std::int64_t when(const Node& event, const std::string& type) {
    const std::string text = foreign_.text_of(event, "eventTime");
    const auto instant = instant_of(text);
    if (!instant) {
      const Node* node = event.find("eventTime");
      foreign_.refuse(node == nullptr ? event.mark : node->mark, "an event's time is no RFC 3339 instant",
                      "write such as 2025-06-30T16:04:02.62Z");
      return 0;
    }
    if (!begun_) begun_ = *instant;
    const std::int64_t at = *instant - *begun_;
    if (type == "ActivityTaskStarted" || type == "ChildWorkflowExecutionStarted") return std::max<std::int64_t>(0, at);
    if (at < last_) {
      if (backwards_++ == 0) first_backwards_ = event.mark;
      return last_;
    }
    last_ = at;
    return at;
  }

  Item* open(const char* what, std::uint64_t id, Mark mark) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) return &items_[found->second];
    foreign_.puzzled(mark, fmt::format("an event about the {} of an event that is not in the file", what));
    return nullptr;
  }

  Item& add(std::uint64_t id, Activity::Kind kind, std::string label, std::string comment, Mark mark, std::int64_t at) {
    by_id_[id] = items_.size();
    Item item{
        .activity = {.kind = kind, .label = std::move(label), .comment = std::move(comment), .at = foreign_.spot(mark)},
        .scheduled = at};
    item.activity.begin = item.activity.end = at;
    items_.push_back(std::move(item));
    return items_.back();
  }

  /// What the workflow task that decided this had been shown.
  std::uint64_t seen_by(const Node& attributes, std::uint64_t id) {
    const auto task = tasks_.find(number(attributes, "workflowTaskCompletedEventId"));
    return task == tasks_.end() ? id : task->second;
  }

  std::string name_of(const Node& attributes, std::string_view key, std::string otherwise) {
    const Node* type = attributes.find(key);
    if (type == nullptr) return otherwise;
    const std::string name = type->is_mapping() ? foreign_.text_of(*type, "name") : type->text;
    return name.empty() ? otherwise : name;
  }

  void close(Item* item, std::uint64_t id, std::int64_t at, std::string failed) {
    if (item == nullptr) return;
    item->closed = id;
    item->activity.end = at;
    item->failed = std::move(failed);
    if (!item->started) item->activity.begin = item->scheduled;
  }

  void take(std::uint64_t id, const std::string& type, const Node& attributes, Mark mark, std::int64_t at) {
    const auto is = [&](std::string_view what) { return type == what; };
    const auto begins = [&](std::string_view what) { return type.starts_with(what); };
    if (is("WorkflowTaskCompleted")) {
      tasks_[id] = number(attributes, "startedEventId");
    } else if (begins("WorkflowTask")) {
      return;
    } else if (is("WorkflowExecutionStarted")) {
      foreign_.drawing.about +=
          fmt::format(" A recorded run of {}.", name_of(attributes, "workflowType", "a workflow"));
    } else if (is("ActivityTaskScheduled")) {
      scheduled(add(id, Activity::Kind::effect, name_of(attributes, "activityType", "activity"), "activity", mark, at),
                attributes, id);
    } else if (begins("ActivityTask")) {
      activity(id, type, attributes, mark, at);
    } else if (is("TimerStarted")) {
      add(id, Activity::Kind::timer, "timer", "timer", mark, at).seen = seen_by(attributes, id);
    } else if (is("TimerFired") || is("TimerCanceled")) {
      close(open("timer", number(attributes, "startedEventId"), mark), id, at, {});
    } else if (is("StartChildWorkflowExecutionInitiated")) {
      add(id, Activity::Kind::work, name_of(attributes, "workflowType", "child"), "child workflow", mark, at).seen =
          seen_by(attributes, id);
    } else if (begins("ChildWorkflowExecution") && !is("ChildWorkflowExecutionStarted")) {
      close(open("child workflow", number(attributes, "initiatedEventId"), mark), id, at,
            is("ChildWorkflowExecutionCompleted") ? "" : type);
    } else if (is("NexusOperationScheduled")) {
      add(id, Activity::Kind::effect, name_of(attributes, "operation", "operation"), "Nexus operation", mark, at).seen =
          seen_by(attributes, id);
    } else if (is("NexusOperationCompleted") || is("NexusOperationFailed") || is("NexusOperationTimedOut") ||
               is("NexusOperationCanceled")) {
      close(open("operation", number(attributes, "scheduledEventId"), mark), id, at,
            is("NexusOperationCompleted") ? "" : type);
    } else if (is("WorkflowExecutionSignaled") || is("WorkflowExecutionUpdateAccepted") ||
               is("WorkflowExecutionCancelRequested")) {
      came(id, type, attributes, mark, at);
    } else if (is("WorkflowExecutionCompleted") || is("WorkflowExecutionContinuedAsNew") ||
               is("WorkflowExecutionCanceled")) {
      ended_ = at;
      if (!is("WorkflowExecutionCompleted"))
        foreign_.assume(mark, is("WorkflowExecutionCanceled")
                                  ? "the recorded run was cancelled: read as its regular end"
                                  : "the recorded run went on as a new one: read as its end");
    } else if (is("WorkflowExecutionFailed") || is("WorkflowExecutionTimedOut") || is("WorkflowExecutionTerminated")) {
      ended_ = at;
      Item& item = add(id, Activity::Kind::failure, "workflow-failed", type, mark, at);
      item.seen = is("WorkflowExecutionFailed") ? seen_by(attributes, id) : id;
      item.closed = id;
    } else if (!is("WorkflowExecutionUpdateCompleted") && !is("ActivityPropertiesModifiedExternally") &&
               !is("ChildWorkflowExecutionStarted") && !is("NexusOperationStarted")) {
      foreign_.puzzled(mark, fmt::format("events of the type {}", type));
    }
  }

  void scheduled(Item& item, const Node& attributes, std::uint64_t id) {
    item.seen = seen_by(attributes, id);
    const auto time = [&](std::string_view key) -> std::optional<std::int64_t> {
      const std::string text = foreign_.text_of(attributes, key);
      const auto duration = protobuf_duration(text);
      if (!text.empty() && !duration)
        foreign_.puzzled(attributes.find(key)->mark, fmt::format("'{}' is no duration", key));
      return duration && *duration > 0 ? duration : std::nullopt;
    };
    if (const auto timeout = time("startToCloseTimeout")) item.activity.timeout = duration_word(*timeout);
    if (const auto deadline = time("scheduleToCloseTimeout")) item.activity.deadline = duration_word(*deadline);
    if (time("heartbeatTimeout"))
      foreign_.puzzled(attributes.find("heartbeatTimeout")->mark, "'heartbeatTimeout' of an activity");
    retry(item.activity, attributes);
    if (item.activity.timeout.empty() && item.activity.deadline.empty())
      foreign_.assume(attributes.mark,
                      "an activity without startToCloseTimeout and scheduleToCloseTimeout has no bound");
  }

  /// Without a policy Temporal tries again for ever: after 1 s, twice as long each time, up to a hundred times that.
  void retry(Activity& activity, const Node& attributes) {
    const Node* policy = attributes.find("retryPolicy");
    const Node& given = policy != nullptr && policy->is_mapping() ? *policy : none();
    const std::int64_t first = protobuf_duration(foreign_.text_of(given, "initialInterval")).value_or(1'000'000'000);
    const auto coefficient = seconds_of(foreign_.text_of(given, "backoffCoefficient"));
    const std::int64_t factor =
        coefficient ? std::clamp<std::int64_t>((*coefficient + 999'999'999) / 1'000'000'000, 1, 1000) : 2;
    if (coefficient && *coefficient % 1'000'000'000 != 0)
      foreign_.assume(given.mark, "a backoffCoefficient that is no whole number is rounded up");
    const auto max = protobuf_duration(foreign_.text_of(given, "maximumInterval"));
    const std::uint64_t times = foreign_.count_of(given, "maximumAttempts").value_or(0);
    if (times == 1) return;
    if (times == 0)
      foreign_.assume("an activity without maximumAttempts is tried 1000 times, or until its time is over");
    activity.retry = DrawnRetry{
        .times = std::to_string(times == 0 ? 1000 : times),
        .backoff = duration_word(first),
        .factor = factor == 1 ? "" : std::to_string(factor),
        .max = duration_word(max && *max > 0 ? *max : std::min<std::int64_t>(first, 90'000'000'000'000) * 100)};
  }

  void activity(std::uint64_t id, const std::string& type, const Node& attributes, Mark mark, std::int64_t at) {
    if (type == "ActivityTaskCancelRequested") return;
    Item* item = open("activity", number(attributes, "scheduledEventId"), mark);
    if (item == nullptr) return;
    if (type == "ActivityTaskStarted") {
      item->started = true;
      item->attempt = std::clamp<std::uint64_t>(number(attributes, "attempt"), 1, 100);
      item->activity.begin = std::max(at, item->scheduled);
      if (at < item->scheduled) foreign_.assume(mark, "an activity started before it was scheduled: clamped");
      return;
    }
    std::int64_t end = at;
    if (end < item->activity.begin) {
      foreign_.assume(mark, "an activity ended before it started: clamped");
      end = item->activity.begin;
    }
    close(item, id, end, type == "ActivityTaskCompleted" ? "" : type);
    attempts(*item);
  }

  /// A history keeps the number of attempts and the start of the last one. The time before that is the others': each waited
  /// as the policy says, if there is time enough, and took as long as the others.
  void attempts(Item& item) {
    Activity& activity = item.activity;
    if (!item.failed.empty()) {
      // It took all of its time, which work within that bound could not.
      activity.timeout.clear();
      activity.deadline.clear();
      foreign_.assume(
          "an activity that failed at last is read as one that took as long and ended, without a bound: the workflow "
          "went "
          "on from there");
    }
    if (item.attempt < 2) return;
    const auto failed = static_cast<std::int64_t>(item.attempt - 1);
    const std::int64_t each = (activity.begin - item.scheduled) / failed;
    foreign_.assume(
        "failed attempts, of which a history keeps the number only, share the time before the last one; half of it "
        "they wait");
    for (std::int64_t n = 0; n < failed; ++n) activity.failed.push_back({.before = each / 2, .took = each - each / 2});
    // What a policy waits between attempts is in these times already.
    if (activity.retry) activity.retry->backoff.clear(), activity.retry->factor.clear(), activity.retry->max.clear();
    else activity.retry = DrawnRetry{.times = std::to_string(item.attempt)};
    activity.retry->comment = "the backoff is in the recorded attempts";
  }

  void came(std::uint64_t id, const std::string& type, const Node& attributes, Mark mark, std::int64_t at) {
    std::string label =
        type == "WorkflowExecutionSignaled" ? name_of(attributes, "signalName", "signal") : "cancel-requested";
    std::uint64_t seen = id;
    if (type == "WorkflowExecutionUpdateAccepted") {
      const Node* request = attributes.find("acceptedRequest");
      const Node* input = request != nullptr && request->is_mapping() ? request->find("input") : nullptr;
      label = input != nullptr && input->is_mapping() ? name_of(*input, "name", "update") : "update";
      // It stands behind the workflow task that accepted it, and came before that task began.
      seen = number(attributes, "acceptedRequestSequencingEventId");
    }
    Item& item = add(id, Activity::Kind::outside, label, type, mark, at);
    item.seen = seen;
    item.closed = std::max<std::uint64_t>(1, seen);
    foreign_.assume(
        mark,
        "what came from outside comes as long after the last thing before it as it did, and nothing bounds the wait");
  }

  /// What was under way when the history ends.
  void pending() {
    for (Item& item : items_) {
      if (item.closed != 0) continue;
      item.closed = last_id_ + 1;
      item.activity.end = std::max(item.activity.begin, ended_.value_or(last_));
      foreign_.assume("what had not ended when the history did ends with it");
    }
  }

  Foreign& foreign_;
  std::vector<Item> items_;
  std::map<std::uint64_t, std::size_t> by_id_;
  std::map<std::uint64_t, std::uint64_t> tasks_;  // from completed to started
  std::optional<std::int64_t> begun_, ended_;
  std::int64_t last_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t backwards_ = 0;
  Mark first_backwards_;
};

}  // namespace

void read_temporal(Foreign& foreign, const Node& root) {
  const Node* events = &root;
  if (root.is_mapping()) {
    const Node* history = root.find("history");
    const Node& holder = history != nullptr && history->is_mapping() ? *history : root;
    events = foreign.sequence_of(holder, "events");
  }
  if (foreign.refused()) return;
  if (events == nullptr || !events->is_sequence() || events->items.size() > 51'200)
    return foreign.refuse(root.mark,
                          "this is no history: it has no list 'events', or more than the 51200 that Temporal allows",
                          "write what 'temporal workflow show --output json' prints");
  History{foreign}.run(*events);
}

}  // namespace squall::scenarios::imports

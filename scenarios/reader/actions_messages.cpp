// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "scenarios/reader/actions_by_kind.hpp"

/// Steps about messages.
namespace squall::scenarios {

namespace {

template <std::size_t with, std::size_t artifact>
Content content_of(Record& record) {
  Content content;
  record.into<with>(content.with);
  record.into<artifact>(content.artifact);
  return content;
}

}  // namespace

Matcher matcher_of(Record& record) {
  Matcher matcher{""};
  record.into<field_row("matcher.topic")>(matcher.topic);
  if (auto from = record.get<field_row("matcher.from")>()) matcher.sender = std::move(*from);
  if (auto where = record.get<field_row("matcher.where")>()) matcher.property = std::move(*where);
  return matcher;
}

std::optional<std::pair<std::uint16_t, std::uint16_t>> range_of(Reading& reading, const Node& node) {
  const auto refuse = [&](std::string what, std::string fix) {
    reading.say(node, std::move(what), std::move(fix));
    return std::nullopt;
  };
  if (!node.is_scalar()) return refuse("a count is expected here", "write 3, or 2..3");
  const std::size_t dots = node.text.find("..");
  const std::string_view text = node.text;
  const auto low = parse_count(text.substr(0, dots), 0xffff);
  const auto high = dots == std::string_view::npos ? low : parse_count(text.substr(dots + 2), 0xffff);
  for (const auto* end : {&low, &high}) {
    if (const auto* refused = std::get_if<Refused>(end))
      return refuse(fmt::format("the count '{}' {}", text, refused->what), refused->fix);
  }
  const auto from = static_cast<std::uint16_t>(std::get<std::uint64_t>(low));
  const auto to = static_cast<std::uint16_t>(std::get<std::uint64_t>(high));
  if (from == 0 || to < from)
    return refuse(fmt::format("'{}' is not a range of counts", text), "write a count from 1, or a..b with a <= b");
  return std::pair{from, to};
}

std::optional<Action> read_send(Record& step) {
  auto record = step.get<field_row("step.send")>();
  if (!record || !record->usable()) return std::nullopt;
  auto to = record->get<field_row("send.to")>();
  steps::Send send{to ? std::move(*to) : Target{"nobody"}, {}, {}};
  record->into<field_row("send.topic")>(send.topic);
  send.content = content_of<field_row("send.with"), field_row("send.artifact")>(*record);
  if (send.topic.empty()) return std::nullopt;
  return send;
}

std::optional<Action> read_publish(Record& step) {
  auto record = step.get<field_row("step.publish")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Publish publish;
  record->into<field_row("publish.topic")>(publish.topic);
  publish.content = content_of<field_row("publish.with"), field_row("publish.artifact")>(*record);
  if (publish.topic.empty()) return std::nullopt;
  return publish;
}

std::optional<Action> read_subscribe(Record& step) {
  auto record = step.get<field_row("step.subscribe")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Subscribe subscribe{{}, -1};
  record->into<field_row("subscribe.topic")>(subscribe.topic);
  if (const Node* from = record->node<field_row("subscribe.from")>()) {
    if (from->is_scalar() && from->text.starts_with('=')) {
      if (auto sequence = step.reading().as_expression(*from)) subscribe.from_sequence = std::move(*sequence);
    } else if (from->is_scalar() && from->text == "start") {
      subscribe.from_sequence = 0;
    } else if (!from->is_scalar() || from->text != "now") {
      step.reading().say(*from, "a subscription does not begin there",
                         "write now, start, or =expr (a sequence number)");
    }
  }
  if (subscribe.topic.empty()) return std::nullopt;
  return subscribe;
}

std::optional<Action> read_receive(Record& step) {
  auto record = step.get<field_row("step.receive")>();
  if (!record || !record->usable()) return std::nullopt;
  Reading& reading = step.reading();
  auto any = record->get<field_row("receive.any")>();
  auto all = record->get<field_row("receive.all")>();
  const bool single = record->has<field_row("receive.topic")>() || record->has<field_row("receive.from")>() ||
                      record->has<field_row("receive.where")>() || record->has<field_row("receive.count")>() ||
                      record->has<field_row("receive.distinct")>();
  const bool lists = record->has<field_row("receive.any")>() || record->has<field_row("receive.all")>();
  if ((single && lists) || (record->has<field_row("receive.any")>() && record->has<field_row("receive.all")>())) {
    reading.say(record->at(), "this waits for a message, for any of several and for all of several at once",
                "write one of: a topic or a matcher, {any: […]}, {all: […]}");
    return std::nullopt;
  }
  Demand demand{Matcher{""}};
  if (lists) {
    auto& parts = record->has<field_row("receive.any")>() ? any : all;
    demand.all = record->has<field_row("receive.all")>();
    demand.parts.clear();
    for (auto& part : parts) demand.parts.push_back({matcher_of(part.second)});
    if (demand.parts.empty()) {
      reading.say(record->at(), "this waits for nothing", "name topics or matchers: [code, docs]");
      return std::nullopt;
    }
    return steps::Receive{std::move(demand)};
  }
  Demand::Part& part = demand.parts[0];
  record->into<field_row("receive.topic")>(part.matcher.topic);
  if (auto from = record->get<field_row("receive.from")>()) part.matcher.sender = std::move(*from);
  if (auto where = record->get<field_row("receive.where")>()) part.matcher.property = std::move(*where);
  if (const Node* count = record->node<field_row("receive.count")>()) {
    if (const auto range = range_of(reading, *count)) std::tie(part.count_min, part.count_max) = *range;
  }
  part.distinct = record->get<field_row("receive.distinct")>().has_value();
  return steps::Receive{std::move(demand)};
}

std::optional<Action> read_ask(Record& step) {
  auto record = step.get<field_row("step.ask")>();
  if (!record || !record->usable()) return std::nullopt;
  auto to = record->get<field_row("ask.to")>();
  steps::Ask ask{to ? Target{std::move(*to)} : Target{"nobody"}, {}, {}};
  record->into<field_row("ask.topic")>(ask.topic);
  ask.content = content_of<field_row("ask.with"), field_row("ask.artifact")>(*record);
  if (ask.topic.empty()) return std::nullopt;
  return ask;
}

std::optional<Action> read_reply(Record& step) {
  auto record = step.get<field_row("step.reply")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Reply reply{"msg", {}, {}};
  record->into<field_row("reply.to")>(reply.to);
  reply.content = content_of<field_row("reply.with"), field_row("reply.artifact")>(*record);
  record->into<field_row("reply.error")>(reply.error);
  if (!reply.error.empty() && (!reply.content.with.empty() || !reply.content.artifact.empty()))
    step.reading().say(record->at(), "an error carries nothing", "leave out 'error', or 'with' and 'artifact'");
  return reply;
}

std::optional<Action> read_discard(Record& step) {
  auto record = step.get<field_row("step.discard")>();
  if (!record || !record->usable()) return std::nullopt;
  return steps::Discard{matcher_of(*record)};
}

std::optional<Action> read_ack(Record& step) {
  auto record = step.get<field_row("step.ack")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Acknowledge acknowledge{"msg"};
  record->into<field_row("ack.message")>(acknowledge.message);
  return acknowledge;
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/write_steps.hpp"

#include <fmt/format.h>

#include "scenarios/import/write.hpp"
#include "scenarios/reader/utf8.hpp"

namespace squall::scenarios::imports {
namespace {

using Kind = DrawnStep::Kind;

/// The action of a step that is one line: `work: 5s`.
std::string action(const DrawnStep& step) {
  switch (step.kind) {
    case Kind::work:
      if (!step.what.empty()) return fmt::format("work: {{time: {}, makes: {}}}", step.time, step.what);
      return step.time.starts_with('{') ? fmt::format("work: {{time: {}}}", step.time) : "work: " + step.time;
    case Kind::sleep:
      return step.time.starts_with('{') ? fmt::format("sleep: {{time: {}}}", step.time) : "sleep: " + step.time;
    case Kind::call:
      return step.detail.empty() ? "call: " + step.what
                                 : fmt::format("call: {{tool: {}, key: {}}}", step.what, step.detail);
    case Kind::ask: return fmt::format("ask: {{to: {}, topic: {}}}", step.detail, step.what);
    case Kind::interrupt: return fmt::format("interrupt: {{to: {}, topic: {}}}", step.detail, step.what);
    case Kind::read: return "read: " + step.what;
    case Kind::write:
      return step.detail.empty() ? "write: " + step.what
                                 : fmt::format("write: {{key: {}, value: {}}}", step.what, step.detail);
    case Kind::set: return fmt::format("set: {{{}: {}}}", step.what, step.detail);
    case Kind::fail:
      return step.detail.empty() ? fmt::format("fail: {{error: {}}}", step.what)
                                 : fmt::format("fail: {{error: {}, because: {}}}", step.what, quoted(step.detail));
    case Kind::route: return "route: " + step.what;
    case Kind::choose:
    case Kind::when:
    case Kind::block: break;
  }
  return {};
}

bool is_structure(const DrawnStep& step) {
  return step.kind == Kind::choose || step.kind == Kind::when || step.kind == Kind::block;
}

bool is_short(const DrawnStep& step) {
  const bool named = step.kind == Kind::read && !step.detail.empty();
  return !is_structure(step) && !named && step.timeout.empty() && !step.retry && step.comment.empty();
}

/// `[{work: 5s}, {route: done}]` where each step is short; empty where it has to be written below.
std::string flow(std::span<const DrawnStep> steps) {
  if (steps.empty()) return "[]";
  std::string text;
  for (const DrawnStep& step : steps) {
    if (!is_short(step)) return {};
    text += (text.empty() ? "[{" : ", {") + action(step) + "}";
  }
  return text.size() < 90 ? text + "]" : std::string{};
}

void branch(Lines& lines, std::size_t level, std::string_view head, std::span<const DrawnStep> steps) {
  if (const std::string short_form = flow(steps); !short_form.empty()) {
    lines.line(level, fmt::format("{} {}", head, short_form));
    return;
  }
  lines.line(level, head);
  write_steps(lines, level + 1, steps);
}

void fields(Lines& lines, std::size_t level, const DrawnStep& step) {
  if (step.kind == Kind::read && !step.detail.empty()) lines.line(level, "as: " + step.detail);
  if (!step.timeout.empty()) lines.line(level, "timeout: " + step.timeout);
  if (step.retry) lines.line(level, "retry: " + retry_text(*step.retry), step.retry->comment);
  if (!step.deadline.empty()) lines.line(level, "deadline: " + step.deadline);
}

void write_choose(Lines& lines, std::size_t level, const DrawnStep& step) {
  lines.line(level, "- choose:", step.comment);
  for (const DrawnChoice& choice : step.branches) {
    const std::string chance = choice.chance.empty() ? std::string{} : "chance: " + choice.chance;
    if (const std::string short_form = flow(choice.steps); !short_form.empty()) {
      lines.line(level + 2, fmt::format("- {{{}{}do: {}}}", chance, chance.empty() ? "" : ", ", short_form));
      continue;
    }
    if (!chance.empty()) lines.line(level + 2, "- " + chance);
    lines.line(level + (chance.empty() ? 2 : 3), chance.empty() ? "- do:" : "do:");
    write_steps(lines, level + 4, choice.steps);
  }
}

}  // namespace

void Lines::line(std::size_t level, std::string_view text, std::string_view comment) {
  text_.append(level * 2, ' ');
  text_ += text;
  if (!comment.empty()) {
    if (!text.empty()) text_ += "  ";
    text_ += "# ";
    text_ += comment;
  }
  text_ += '\n';
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8_length(text.substr(at, 4));
    const auto byte = static_cast<unsigned char>(text[at]);
    // What is invisible, breaks lines or turns the direction of writing is no part of a sentence.
    const bool odd =
        bytes == 0 || byte < 0x20 || byte == 0x7f || (bytes == 2 && byte == 0xc2 && text[at + 1] < '\xa0') ||
        (bytes == 3 && byte == 0xe2 && text[at + 1] == '\x80' && text[at + 2] >= '\xa8' && text[at + 2] <= '\xae') ||
        (bytes == 3 && byte == 0xe2 && text[at + 1] == '\x81' && text[at + 2] >= '\xa6') ||
        (bytes == 3 && byte == 0xef && text[at + 1] == '\xbb' && text[at + 2] == '\xbf');
    if (odd) {
      result += ' ';
    } else {
      if (byte == '"' || byte == '\\') result += '\\';
      result += text.substr(at, bytes);
    }
    at += bytes == 0 ? 1 : bytes;
  }
  return result + '"';
}

std::string retry_text(const DrawnRetry& retry) {
  std::string text = "{times: " + retry.times;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format(", {}: {}", name, value);
  };
  add("backoff", retry.backoff);
  add("factor", retry.factor);
  add("max", retry.max);
  add("jitter", retry.jitter);
  if (!retry.on.empty()) add("on", fmt::format("[{}]", fmt::join(retry.on, ", ")));
  return text + "}";
}

void write_steps(Lines& lines, std::size_t level, std::span<const DrawnStep> steps) {
  for (const DrawnStep& step : steps) {
    switch (step.kind) {
      case Kind::choose: write_choose(lines, level, step); break;
      case Kind::when:
        lines.line(level, "- if: " + step.what, step.comment);
        branch(lines, level + 1, "then:", step.branches[0].steps);
        if (step.branches.size() > 1) branch(lines, level + 1, "else:", step.branches[1].steps);
        break;
      case Kind::block:
        lines.line(level, "- block:", step.comment);
        write_steps(lines, level + 2, step.branches[0].steps);
        break;
      default: lines.line(level, "- " + action(step), step.comment);
    }
    fields(lines, level + 1, step);
  }
}

}  // namespace squall::scenarios::imports

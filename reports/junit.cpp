// SPDX-License-Identifier: Apache-2.0
#include "reports/junit.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string_view>

#include "reports/markup.hpp"
#include "reports/text.hpp"

namespace squall::reports {
namespace {

std::string details(const FileReport& file) {
  std::string text;
  for (const std::string& failure : file.judgement.failures) text += failure + "\n";
  if (!file.trouble.empty()) text += file.trouble;
  if (!file.findings.empty()) text += "\n" + file.findings;
  if (!file.replay.empty()) text += "\nto see it: " + file.replay + "\n";
  return text;
}

std::string first_line(std::string_view text) { return std::string{text.substr(0, text.find('\n'))}; }

/// What is said where the file has not passed.
std::string verdict(const FileReport& file) {
  if (file.result == FileReport::Result::passed) return {};
  const char* tag = file.result == FileReport::Result::failed ? "failure" : "error";
  const std::string text = details(file);
  return fmt::format("      <{} type=\"{}\" message=\"{}\">{}</{}>\n", tag, name_of(file.result),
                     xml_text(first_line(text)), xml_text(text), tag);
}

/// ` time="1.234"`, in seconds; nothing where it was not measured.
std::string time_of(std::optional<std::chrono::nanoseconds> took) {
  if (!took) return {};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(*took).count();
  return fmt::format(" time=\"{}.{:03}\"", milliseconds / 1000, milliseconds % 1000);
}

}  // namespace

std::string junit(std::span<const FileReport> files) {
  std::size_t failures = 0, errors = 0;
  std::optional<std::chrono::nanoseconds> whole;
  for (const FileReport& file : files) {
    if (file.took) whole = whole.value_or(std::chrono::nanoseconds{}) + *file.took;
    if (file.result == FileReport::Result::passed) continue;
    ++(file.result == FileReport::Result::failed ? failures : errors);
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  text += fmt::format("  <testsuite name=\"squall\" tests=\"{}\" failures=\"{}\" errors=\"{}\"{}>\n", files.size(),
                      failures, errors, time_of(whole));
  for (const FileReport& file : files) {
    text += fmt::format("    <testcase name=\"{}\" classname=\"{}\"{}>\n", xml_text(file.path),
                        xml_text(file.workflow.empty() ? "squall" : file.workflow), time_of(file.took));
    text += verdict(file);
    text += fmt::format("      <system-out>{}</system-out>\n", xml_text(line_of(file)));
    text += "    </testcase>\n";
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace squall::reports

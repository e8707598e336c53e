// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history/read_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>

#include "scenarios/history/json_line.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/utf8.hpp"

namespace squall::scenarios {
namespace {

using namespace sim::history;

struct FunctionWord {
  std::string_view word;
  Function function;
};
constexpr std::array function_words{
    FunctionWord{"read", Function::read},       FunctionWord{"r", Function::read},
    FunctionWord{"write", Function::write},     FunctionWord{"w", Function::write},
    FunctionWord{"cas", Function::cas},         FunctionWord{"acquire", Function::acquire},
    FunctionWord{"lock", Function::acquire},    FunctionWord{"release", Function::release},
    FunctionWord{"unlock", Function::release},  FunctionWord{"enqueue", Function::enqueue},
    FunctionWord{"dequeue", Function::dequeue}, FunctionWord{"add", Function::add},
    FunctionWord{"append", Function::append},   FunctionWord{"txn", Function::txn},
};
constexpr std::array<std::string_view, 4> types{"invoke", "ok", "fail", "info"};

/// One line, understood.
struct Entry {
  std::string_view type;
  std::optional<Function> function;
  std::string function_name;
  ValueId process = no_value, value = nil, key = nil;
  std::int64_t time = -1;
  bool client = true;
};

class HistoryReader {
 public:
  HistoryReader(std::string name, const HistoryLimits& limits, ReadHistory& result)
      : name_{std::move(name)}, limits_{limits}, result_{result}, values_{result.history.values} {
    nemesis_ = values_.word("\"nemesis");
  }

  /// False where it is not worth while to go on.
  bool line(std::string_view text) {
    ++result_.lines;
    if (result_.lines >= never) return complain(text, 0, 1, "the history has more than 2^32 - 2 lines", "split it");
    if (result_.lines == 1 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) return true;
    JsonLine json{text, values_};
    const std::optional<Entry> entry = read(json);
    if (!entry) {
      const JsonLine::Trouble& trouble = json.trouble();
      return complain(text, trouble.at, trouble.width, trouble.what, trouble.fix);
    }
    return take(text, *entry);
  }

  bool complain(std::string_view text, std::size_t at, std::size_t width, std::string what, std::string fix) {
    const auto characters = [&](std::string_view part) {
      std::uint32_t count = 0;
      for (std::size_t b = 0; b < part.size(); ++count) b += std::max<std::size_t>(1, utf8_length(part.substr(b, 4)));
      return count;
    };
    const std::string_view shown = text.substr(0, 400);
    Diagnostic diagnostic;
    diagnostic.at = {.file = name_,
                     .line = static_cast<std::uint32_t>(result_.lines),
                     .column = characters(text.substr(0, at)) + 1,
                     .width = static_cast<std::uint32_t>(std::min<std::size_t>(width, 1'000))};
    diagnostic.what = std::move(what);
    diagnostic.fix = std::move(fix);
    diagnostic.source = at <= shown.size() ? shown : std::string_view{};
    result_.diagnostics.push_back(std::move(diagnostic));
    return result_.diagnostics.size() < 20;
  }

 private:
  static std::string_view without_colon(std::string_view word) { return word.starts_with(':') ? word.substr(1) : word; }

  std::optional<Entry> read(JsonLine& json) {
    Entry entry;
    if (!json.need('{', "an object: {\"process\": 0, \"type\": \"invoke\", ...}")) return std::nullopt;
    unsigned seen = 0;
    if (!json.take('}')) {
      do {
        if (!field(json, entry, seen)) return std::nullopt;
      } while (json.take(','));
      if (!json.need('}', "a comma or the end of the object")) return std::nullopt;
    }
    if (!json.at_end()) json.fail(json.at(), 1, "something stands behind the object", "write one object a line");
    else if (entry.type.empty())
      json.fail(0, 1, "'type' is missing", "write \"type\": \"invoke\", \"ok\", \"fail\" or \"info\"");
    else if (entry.process == no_value) json.fail(0, 1, "'process' is missing", "say who asked, as in \"process\": 3");
    if (json.failed()) return std::nullopt;
    return entry;
  }

  bool field(JsonLine& json, Entry& entry, unsigned& seen) {
    const std::size_t at = json.begin();
    const std::string name{without_colon(json.text())};
    if (json.failed() || !json.need(':', "a colon")) return false;
    constexpr std::array<std::string_view, 6> known{"process", "type", "f", "value", "time", "key"};
    const auto which = static_cast<std::size_t>(std::ranges::find(known, name) - known.begin());
    if (which < known.size()) {
      if ((seen >> which & 1U) != 0)
        json.fail(at, name.size() + 2, fmt::format("'{}' stands here twice", name), "leave one of them out");
      seen |= 1U << which;
    }
    const std::size_t value_at = json.begin();
    if (name == "process") {
      entry.process = json.value();
      entry.client = entry.process != nemesis_;
    } else if (name == "type") {
      const std::string_view word = without_colon(json.text());
      const auto found = std::ranges::find(types, word);
      if (!json.failed() && found == types.end())
        json.fail(value_at, word.size() + 2, fmt::format("'{}' is no type", word), instead_of(word, types));
      else if (!json.failed()) entry.type = *found;
    } else if (name == "f") {
      entry.function_name = without_colon(json.text());
      const auto found = std::ranges::find(function_words, entry.function_name, &FunctionWord::word);
      if (found != function_words.end()) entry.function = found->function;
    } else if (name == "value") {
      entry.value = json.value();
    } else if (name == "key") {
      entry.key = json.value();
    } else if (name == "time") {
      if (json.value_is_null()) entry.time = -1;
      else entry.time = json.whole_number("'time', in nanoseconds,");
    } else {
      json.skip_value();  // `index`, `error` and whatever else was recorded
    }
    return !json.failed();
  }

  bool take(std::string_view text, const Entry& entry) {
    if (!entry.client) {
      ++result_.skipped;
      return true;
    }
    const auto line = static_cast<Moment>(result_.lines);
    const auto open = open_.find(entry.process);
    if (entry.type == "invoke") return begin(text, entry, line, open);
    if (open == open_.end()) {
      if (entry.type == "info") {
        ++result_.skipped;
        return true;
      }
      return complain(text, 0, text.size(),
                      fmt::format("process {} returns, but asked for nothing before", values_.text(entry.process, 40)),
                      "an \"invoke\" of the same process has to come first");
    }
    Operation& operation = result_.history.operations[open->second];
    if (entry.function && *entry.function != operation.function)
      return complain(
          text, 0, text.size(),
          fmt::format("process {} returns from '{}', but asked for '{}' in line {}", values_.text(entry.process, 40),
                      entry.function_name, function_name(operation.function), operation.invoked),
          "write the same \"f\" in both lines");
    operation.outcome = entry.type == "ok" ? Outcome::ok : entry.type == "fail" ? Outcome::fail : Outcome::info;
    operation.returned = line;
    operation.returned_ns = entry.time;
    if (entry.type == "ok") operation.answered = entry.value;
    open_.erase(open);
    return true;
  }

  bool begin(std::string_view text, const Entry& entry, Moment line, std::map<ValueId, std::uint32_t>::iterator open) {
    if (open != open_.end())
      return complain(text, 0, text.size(),
                      fmt::format("process {} asks again, but what it asked for in line {} has not returned",
                                  values_.text(entry.process, 40), result_.history.operations[open->second].invoked),
                      "end the first one with \"ok\", \"fail\" or \"info\"");
    if (!entry.function) {
      std::vector<std::string_view> words;
      words.reserve(std::size(function_words));
      for (const FunctionWord& one : function_words) words.push_back(one.word);
      const std::size_t at = text.find("\"f\"");
      if (entry.function_name.empty())
        return complain(text, 0, 1, "'f' is missing", "say what was asked for, as in \"f\": \"read\"");
      return complain(text, at == std::string_view::npos ? 0 : at, 3,
                      fmt::format("nobody knows what '{}' does", entry.function_name),
                      instead_of(entry.function_name, words));
    }
    if (result_.history.operations.size() >= limits_.operations_max)
      return stop(text, fmt::format("there are more than {} operations", limits_.operations_max));
    if (result_.lines % 4096 == 0 &&
        values_.bytes() + result_.history.operations.capacity() * sizeof(Operation) > limits_.memory_max)
      return stop(text, fmt::format("the history takes more than {} bytes", limits_.memory_max));
    open_.emplace(entry.process, static_cast<std::uint32_t>(result_.history.operations.size()));
    result_.history.operations.push_back({.function = *entry.function,
                                          .process = entry.process,
                                          .key = entry.key,
                                          .asked = entry.value,
                                          .invoked = line,
                                          .invoked_ns = entry.time});
    return true;
  }

  bool stop(std::string_view text, std::string what) {
    complain(text, 0, 1, std::move(what), "check a part of it");
    return false;
  }

  std::string name_;
  HistoryLimits limits_;
  ReadHistory& result_;
  Values& values_;
  ValueId nemesis_;
  std::map<ValueId, std::uint32_t> open_;
};

/// Calls `each(line)` until it says false or there are no more. False where a line is longer than `line_max`.
template <class Each>
bool each_line(std::istream& input, std::size_t line_max, Each&& each) {
  std::vector<char> block(std::size_t{1} << 20);
  std::string line;
  while (input) {
    input.read(block.data(), static_cast<std::streamsize>(block.size()));
    std::string_view rest{block.data(), static_cast<std::size_t>(input.gcount())};
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      if (line.size() + std::min(end, rest.size()) > line_max) return false;
      if (end == std::string_view::npos) {
        line += rest;
        break;
      }
      bool more = true;
      if (line.empty()) {
        more = each(rest.substr(0, end));
      } else {
        line += rest.substr(0, end);
        more = each(std::string_view{line});
        line.clear();
      }
      if (!more) return true;
      rest.remove_prefix(end + 1);
    }
  }
  if (!line.empty()) each(std::string_view{line});
  return true;
}

}  // namespace

ReadHistory read_history(std::istream& input, const std::string& name, const HistoryLimits& limits) {
  ReadHistory result;
  HistoryReader reader{name, limits, result};
  const bool fits = each_line(input, limits.line_max, [&](std::string_view line) { return reader.line(line); });
  if (!fits) {
    ++result.lines;
    reader.complain("", 0, 1, fmt::format("the line is longer than {} bytes", limits.line_max),
                    "write one operation a line");
  } else if (input.bad()) {
    reader.complain("", 0, 1, "the file could not be read to its end", "look whether it is a file that can be read");
  } else if (result.ok() && result.history.operations.empty()) {
    result.lines = std::max<std::size_t>(result.lines, 1);
    reader.complain("", 0, 1, "there is no operation in the history",
                    "write one JSON object a line, as in {\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}");
  }
  return result;
}

ReadHistory read_history(const std::string& path, const HistoryLimits& limits) {
  std::ifstream file{path, std::ios::binary};
  if (file && file.peek() != std::ifstream::traits_type::eof()) return read_history(file, path, limits);
  ReadHistory result;
  const bool empty = file.is_open() && !file.bad();
  Diagnostic diagnostic;
  diagnostic.at.file = path;
  diagnostic.what = empty ? "there is nothing in the file, or it is a folder" : "the file cannot be read";
  diagnostic.fix = "give the path of a history: one JSON object a line";
  result.diagnostics.push_back(std::move(diagnostic));
  return result;
}

std::string history_line(const std::string& path, std::size_t wanted) {
  std::ifstream file{path, std::ios::binary};
  std::string found;
  std::size_t line = 0;
  each_line(file, std::size_t{16} << 20, [&](std::string_view text) {
    if (++line < wanted) return true;
    found = text.substr(0, 400);
    return false;
  });
  return found;
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/locate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/reader/words.hpp"

namespace squall::scenarios {
namespace {

/// What stands in single quotes in a sentence.
std::vector<std::string> in_single_quotes(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t from = text.find('\''); from != std::string_view::npos;) {
    const std::size_t to = text.find('\'', from + 1);
    if (to == std::string_view::npos) break;
    names.emplace_back(text.substr(from + 1, to - from - 1));
    from = text.find('\'', to + 1);
  }
  return names;
}

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/// Where `name` stands as a word of an expression.
std::size_t word_in(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end]))) return at;
  }
  return std::string_view::npos;
}

/// Stays true whatever else is missing from the file: a name that is declared nowhere.
bool stands_alone(const BuildError& error) {
  return error.what.find("is called") != std::string::npos &&
         error.what.find("nothing is called") == std::string::npos && error.what.find("no topic") == std::string::npos;
}

/// About a name that stands where it is wrong: whatever step it belongs to, that is the place.
bool shows_itself(const BuildError& error) {
  return stands_alone(error) || error.what.starts_with("nothing fails with");
}

class Locator {
 public:
  Locator(Reading& reading, const Node& root, const Sections& sections)
      : reading_(reading), root_(root), sections_(sections) {}

  Mark place(const BuildError& error) const {
    if (reading_.knows(error.mark)) {
      const Reading::Numbered& numbered = reading_.numbered(error.mark);
      if (numbered.step == nullptr) return numbered.mark;
      return in_step(*numbered.step, error);
    }
    if (error.where == "network") {
      if (const Node* network = root_.find("network")) {
        for (const std::string& name : in_single_quotes(error.what)) {
          if (const auto found = find(*network, name, true)) return *found;
        }
      }
    }
    if (shows_itself(error)) {
      for (const std::string& name : in_single_quotes(error.what)) {
        if (const auto found = find(root_, name, true)) return *found;
      }
    }
    const auto declared = std::ranges::find(sections_.declared, error.where, &std::pair<std::string, Mark>::first);
    if (declared != sections_.declared.end()) return declared->second;
    if (const auto found = find(root_, error.where, true)) return *found;
    return root_.mark;
  }

 private:
  Mark in_step(const Node& step, const BuildError& error) const {
    for (const std::string& name : in_single_quotes(error.what)) {
      if (const auto found = find(step, name, true)) return *found;
      if (const auto found = find(step, name, false)) return *found;
    }
    for (const Node::Entry& entry : step.entries) {
      const FieldRow* row = find_field("step", entry.key->text);
      if (row != nullptr && !is_step_field(row->name)) return entry.key->mark;
    }
    return step.mark;
  }

  /// The first scalar that is `name`; or, not `whole`, that holds it as a word.
  std::optional<Mark> find(const Node& node, std::string_view name, bool whole) const {
    if (node.is_scalar()) {
      if (whole) return node.text == name ? std::optional{node.mark} : std::nullopt;
      const std::size_t at = word_in(node.text, name);
      if (at == std::string::npos) return std::nullopt;
      return reading_.part(node, at, name.size());
    }
    for (const Node* item : node.items) {
      if (const auto found = find(*item, name, whole)) return found;
    }
    // Values first: `send: {to: send}` is about the value.
    for (const Node::Entry& entry : node.entries) {
      if (const auto found = find(*entry.value, name, whole)) return found;
    }
    for (const Node::Entry& entry : node.entries) {
      if (whole && entry.key->text == name) return entry.key->mark;
    }
    return std::nullopt;
  }

  Reading& reading_;
  const Node& root_;
  const Sections& sections_;
};

/// "'tester' sends to 'docs', but no agent is called so": whose trouble it is, where the sentence asks for a subject.
std::string sentence(const BuildError& error) {
  constexpr std::array<std::string_view, 17> verbs{"begins ",   "goes ",  "joins ",  "hands ", "sends ",  "asks ",
                                                   "receives ", "waits ", "spawns ", "omits ", "writes ", "handles ",
                                                   "does ",     "has ",   "can ",    "is ",    "reads "};
  const std::string subject = error.where.substr(0, error.where.find('/'));
  const bool verb = std::ranges::any_of(verbs, [&](std::string_view v) { return error.what.starts_with(v); });
  if (verb) return fmt::format("'{}' {}", subject, error.what);
  return error.where.find('/') == std::string::npos ? fmt::format("'{}': {}", subject, error.what) : error.what;
}

}  // namespace

void say_build_errors(Reading& reading, const Node& root, const Sections& sections,
                      std::span<const BuildError> errors) {
  const Locator locator{reading, root, sections};
  const bool doubtful = reading.incomplete || reading.findings().count() != 0;
  std::vector<Mark> said;
  for (const BuildError& error : errors) {
    if (reading.findings().count() >= BuildError::most) return;  // to look for each takes a walk over the file
    if (doubtful && !stands_alone(error)) continue;
    if (reading.knows(error.mark) && reading.numbered(error.mark).bad) continue;
    reading.say(locator.place(error), sentence(error), error.fix);
  }
}

}  // namespace squall::scenarios

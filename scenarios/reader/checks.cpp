// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/nearest.hpp"
#include "scenarios/reader/record.hpp"
#include "scenarios/reader/sections.hpp"
#include "sim/invariants/catalogue.hpp"

/// `check` and `goal`: invariants by name, claims of the workflow's own.
namespace squall::scenarios {
namespace {

/// Sets an option of an invariant from a node. The catalogue lists options; their types say how they are read.
class OptionReader {
 public:
  OptionReader(Reading& reading, const sim::Field& field, const Node& node)
      : reading_(reading),
        row_{"invariant", field.name, Takes::special, "", field.otherwise, field.about},
        node_(node) {}

  void read(sim::Duration& value) { put(value, reading_.as_duration(row_, node_)); }
  void read(std::uint32_t& value) { put(value, reading_.as_count(row_, node_)); }
  void read(bool& value) { put(value, reading_.as_flag(row_, node_)); }
  template <class Id>
  void read(sim::NamesOf<Id>& value) {
    if (node_.is_scalar() && !row_.initial.empty() && node_.text == row_.initial) return value.names.clear();
    row_.detail = "thing";
    put(value.names, reading_.as_names(row_, node_));
  }
  template <class Value>
  void read(std::optional<Value>& value) {
    // The word that says what leaving it out says.
    if (node_.is_scalar() && !row_.initial.empty() && node_.text == row_.initial && !looks_like_duration(node_.text))
      return value.reset();
    Value given{};
    const std::size_t before = reading_.findings().count();
    read(given);
    if (reading_.findings().count() == before) value = std::move(given);
  }

 private:
  template <class Value>
  static void put(Value& value, std::optional<Value> read) {
    if (read) value = std::move(*read);
  }
  Reading& reading_;
  FieldRow row_;
  const Node& node_;
};

constexpr std::array<std::string_view, 7> claim_kinds{"always",   "never",   "eventually", "leads-to",
                                                      "precedes", "at-most", "sometimes"};

/// Reads the list `check`.
class CheckReader {
 public:
  CheckReader(Reading& reading, Sections& sections) : reading_(reading), sections_(sections) {}

  void read(const Node& item) {
    if (item.is_scalar() && !item.is_null()) return invariant(item, nullptr);
    if (!item.is_mapping() || item.entries.empty()) {
      reading_.say(item, "a check is the name of an invariant or a claim",
                   "write such as deadlock-freedom, or {never: …}");
      return;
    }
    const auto keyword = std::ranges::find_if(item.entries, [](const Node::Entry& entry) {
      return std::ranges::find(claim_kinds, entry.key->text) != claim_kinds.end();
    });
    if (keyword != item.entries.end()) return claim(item, *keyword->key);
    if (item.entries.size() > 1) {
      reading_.say(*item.entries[1].key, "a check is one invariant, or one claim with a name and a reason",
                   fmt::format("begin each with '- '; claims are {}", fmt::join(claim_kinds, ", ")));
      return;
    }
    invariant(*item.entries[0].key, item.entries[0].value);
  }

 private:
  void invariant(const Node& name, const Node* options) {
    const sim::InvariantRow* row = sim::find_invariant(name.text);
    if (row == nullptr) {
      std::vector<std::string_view> known;
      for (const sim::InvariantRow& each : sim::invariants()) known.push_back(each.name);
      known.insert(known.end(), claim_kinds.begin(), claim_kinds.end());
      reading_.say(name, fmt::format("no invariant is called '{}'", name.text), instead_of(name.text, known));
      return;
    }
    sim::Invariant invariant = row->initial;
    if (options != nullptr && !options->is_null()) {
      if (!options->is_mapping()) {
        reading_.say(*options, fmt::format("'{}' takes a map of options", name.text), "write {OPTION: value}");
        return;
      }
      for (const Node::Entry& entry : options->entries) set_option(invariant, *row, entry);
    }
    sections_.declared.emplace_back(name.text, name.mark);
    sections_.workflow.check(std::move(invariant));
  }

  void set_option(sim::Invariant& invariant, const sim::InvariantRow& row, const Node::Entry& entry) {
    bool known = false;
    std::visit(
        [&](auto& one) {
          one.fields(one, [&](const sim::Field& field, auto& value) {
            if (field.name != entry.key->text) return;
            known = true;
            OptionReader{reading_, field, *entry.value}.read(value);
          });
        },
        invariant);
    if (known) return;
    std::vector<std::string_view> names;
    for (const sim::InvariantOption& option : row.options) names.push_back(option.field.name);
    std::string fix = instead_of(entry.key->text, names);
    reading_.say(*entry.key, fmt::format("'{}' has no option '{}'", row.name, entry.key->text),
                 fix.empty() ? "it has none: leave it out" : std::move(fix));
  }

  void claim(const Node& item, const Node& keyword) {
    Record record{reading_, item, "claim"};
    const auto kinds = std::ranges::count_if(item.entries, [](const Node::Entry& entry) {
      return std::ranges::find(claim_kinds, entry.key->text) != claim_kinds.end();
    });
    if (kinds > 1) return reading_.say(item, "this makes two claims at once", "begin each with '- '");
    const std::size_t before = reading_.findings().count();
    Claim claim;
    claim.kind = static_cast<Claim::Kind>(std::ranges::find(claim_kinds, keyword.text) - claim_kinds.begin());
    claim.mark = reading_.number_of(keyword.mark);
    record.into<field_row("claim.name")>(claim.name);
    record.into<field_row("claim.because")>(claim.because);
    body(record, claim);
    if (reading_.findings().count() == before) sections_.workflow.claim(std::move(claim));
  }

  void body(Record& record, Claim& claim) {
    if (const Node* that = record.node<field_row("claim.always")>()) subject(*that, claim);
    if (const Node* that = record.node<field_row("claim.never")>()) subject(*that, claim);
    if (const Node* that = record.node<field_row("claim.sometimes")>()) subject(*that, claim);
    if (const Node* that = record.node<field_row("claim.eventually")>()) eventually(*that, claim);
    if (auto leads = record.get<field_row("claim.leads-to")>()) {
      if (auto when = leads->get<field_row("leads-to.when")>()) claim.that = pattern(*when);
      if (auto then = leads->get<field_row("leads-to.then")>()) claim.then = pattern(*then);
      if (const auto within = leads->get<field_row("leads-to.within")>()) claim.within = *within;
      leads->into<field_row("leads-to.by")>(claim.by);
    }
    if (auto precedes = record.get<field_row("claim.precedes")>()) {
      if (auto first = precedes->get<field_row("precedes.first")>()) claim.that = pattern(*first);
      if (auto then = precedes->get<field_row("precedes.then")>()) claim.then = pattern(*then);
    }
    if (auto most = record.get<field_row("claim.at-most")>()) {
      most->into<field_row("at-most.n")>(claim.n);
      if (auto of = most->get<field_row("at-most.of")>()) claim.that = pattern(*of);
      if (auto after = most->get<field_row("at-most.after")>()) claim.after = pattern(*after);
    }
  }

  void subject(const Node& node, Claim& claim) {
    if (node.is_mapping()) {
      Record record{reading_, node, "pattern"};
      claim.that = pattern(record);
    } else if (auto condition = reading_.as_world_condition(*find_field("eventually", "that"), node)) {
      claim.that = std::move(*condition);
    }
  }

  void eventually(const Node& node, Claim& claim) {
    if (!node.is_mapping() || node.find("that") == nullptr) return subject(node, claim);
    Record record{reading_, node, "eventually"};
    if (const Node* that = record.node<field_row("eventually.that")>()) subject(*that, claim);
    if (const auto within = record.get<field_row("eventually.within")>()) claim.within = *within;
  }

  Pattern pattern(Record& record) {
    Pattern pattern;
    std::size_t found = 0;
    const auto kind = [&]<std::size_t row>(Pattern::Kind which) {
      const Node* what = record.node<row>();
      if (what == nullptr) return;
      ++found;
      pattern.kind = which;
      pattern.mark = reading_.number_of(what->mark);
      if (what->is_scalar()) {
        pattern.what = what->is_null() ? "" : what->text;
      } else {
        reading_.say(*what, fmt::format("'{}' takes one name", field_table[row].name),
                     "write the name, or nothing for any");
      }
    };
    kind.template operator()<field_row("pattern.sent")>(Pattern::Kind::sent);
    kind.template operator()<field_row("pattern.received")>(Pattern::Kind::received);
    kind.template operator()<field_row("pattern.ran")>(Pattern::Kind::ran);
    kind.template operator()<field_row("pattern.wrote")>(Pattern::Kind::wrote);
    kind.template operator()<field_row("pattern.effect")>(Pattern::Kind::effect);
    kind.template operator()<field_row("pattern.emitted")>(Pattern::Kind::emitted);
    kind.template operator()<field_row("pattern.ended")>(Pattern::Kind::ended);
    kind.template operator()<field_row("pattern.failed")>(Pattern::Kind::failed);
    kind.template operator()<field_row("pattern.dead-letter")>(Pattern::Kind::dead_letter);
    kind.template operator()<field_row("pattern.outcome")>(Pattern::Kind::outcome);
    if (found != 1) {
      reading_.say(record.at(), found == 0 ? "this names no kind of event" : "this names several kinds of events",
                   "write one of: sent, received, ran, wrote, effect, emitted, ended, failed, dead-letter, outcome");
    }
    record.into<field_row("pattern.from")>(pattern.sender);
    record.into<field_row("pattern.to")>(pattern.receiver);
    if (auto where = record.get<field_row("pattern.where")>()) pattern.property = std::move(*where);
    return pattern;
  }

  Reading& reading_;
  Sections& sections_;
};

}  // namespace

void read_checks(Reading& reading, const Node* check, const Node* goal, Sections& sections) {
  if (goal != nullptr) {
    if (auto condition = reading.as_world_condition(*find_field("file", "goal"), *goal))
      sections.workflow.goal(std::move(*condition));
  }
  if (check == nullptr) {
    sections.workflow.check_defaults();
    return;
  }
  if (!check->is_sequence()) {
    reading.say(*check, "'check' is a list", "write check: [deadlock-freedom, …]");
    return;
  }
  CheckReader reader{reading, sections};
  for (const Node* item : check->items) reader.read(*item);
}

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/wait_index.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "sim/behaviour.hpp"
#include "sim/model.hpp"
#include "sim/supply.hpp"

namespace squall::sim::detail {

bool same_topic(TopicId wanted, TopicId given) { return wanted == any_topic || given == any_topic || wanted == given; }

namespace {

bool carries_messages(Supply::Kind kind) { return kind == Supply::Kind::message || kind == Supply::Kind::publish; }

bool reaches(const Supply& supply, std::uint32_t definition) {
  return supply.to_anybody || supply.kind == Supply::Kind::publish || index(supply.to) == definition;
}

/// Whether some member of `giver` is a sender that `source` asks for. One that a local names is looked up when it matters.
bool may_be_sender(const Definition& giver, const Source& source) {
  if (source.from != Source::From::members) return true;
  if (giver.start == Start::spawned) return false;  // groups are made of members that stand from the start
  const std::uint32_t first = index(giver.first);
  return first < index(source.first) + source.members && index(source.first) < first + giver.replicas;
}

/// What a wait asks for, as far as it decides who serves it: equal ones share their lists.
struct Asked {
  TopicId topic;
  std::uint32_t first = 0, members = 0;  ///< of the senders; no members: anybody
  friend auto operator<=>(const Asked&, const Asked&) = default;
};
Asked asked_by(const Source& source) {
  if (source.from != Source::From::members) return {.topic = source.topic};
  return {source.topic, index(source.first), source.members};
}

/// Facts by what they are and to whom they go, so that building stays linear in what fits together.
class FactsByUse {
 public:
  using List = std::vector<Serving>;

  explicit FactsByUse(const Model& model) : model_(model), open_(model.topics.size()) {
    for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
      const Behaviour& behaviour = *model.definitions[d].behaviour;
      if (behaviour.supplies == nullptr) continue;
      for (std::uint32_t f = 0; f < behaviour.supplies->facts.size(); ++f) {
        add({d, f}, behaviour.supplies->facts[f], behaviour.struct_agent);
      }
    }
    std::ranges::stable_sort(aimed_, {}, &Aimed::key);
    for (std::vector<Aimed>* by_target : {&spawns_, &cancels_}) std::ranges::stable_sort(*by_target, {}, &Aimed::key);
  }

  List all;              ///< every fact
  List cancels_anybody;  ///< cancels of nobody in particular

  /// Those that serve `source` whoever waits for it: published, to anybody, the ends of spawned agents.
  List shared(const Source& source) const {
    List found;
    const auto append = [&](const List& more) {
      for (const Serving& serving : between(more, source)) {
        if (may_be_sender(model_.definitions[serving.definition], source)) found.push_back(serving);
      }
    };
    const bool any = index(source.topic) >= open_.size();
    for (std::size_t t = any ? 0 : index(source.topic); t < (any ? open_.size() : index(source.topic) + 1U); ++t)
      append(open_[t]);
    if (source.topic == model_.ended && model_.ended != any_topic)
      found.insert(found.end(), spawned_ends_.begin(), spawned_ends_.end());
    std::ranges::sort(found, {}, order);
    return found;
  }

  /// Those that serve `source` of `receiver` alone.
  List own(std::uint32_t receiver, const Source& source) const {
    List found;
    for (const Serving& serving : loose_) {
      if (serves(receiver, source, serving)) found.push_back(serving);
    }
    const bool any = index(source.topic) >= open_.size();
    const std::uint64_t first = key_of(receiver, any ? 0 : index(source.topic));
    const std::uint64_t last = key_of(receiver, any ? 0xffffU : index(source.topic));
    const auto from = std::ranges::lower_bound(aimed_, first, {}, &Aimed::key);
    for (auto a = from; a != aimed_.end() && a->key <= last; ++a) {
      if (may_be_sender(model_.definitions[a->serving.definition], source)) found.push_back(a->serving);
    }
    if (source.topic == model_.ended && model_.ended != any_topic &&
        model_.definitions[receiver].start != Start::spawned) {
      auto end = std::ranges::lower_bound(ends_, receiver, {}, &Serving::definition);
      for (; end != ends_.end() && end->definition == receiver; ++end) found.push_back(*end);
    }
    std::ranges::sort(found, {}, order);
    return found;
  }

  List spawns(std::uint32_t definition) const { return of(spawns_, definition); }
  List cancels(std::uint32_t definition) const { return of(cancels_, definition); }

  /// Whether what this fact hands out is something that a struct agent of `receiver` acts on.
  bool wakes(std::uint32_t receiver, const Serving& serving) const { return serves(receiver, {}, serving); }

 private:
  struct Aimed {
    std::uint64_t key;  ///< receiver, then topic
    Serving serving;
  };
  static std::pair<std::uint32_t, std::uint32_t> order(const Serving& s) { return {s.definition, s.fact}; }
  static std::uint64_t key_of(std::uint32_t receiver, std::uint32_t topic) {
    return std::uint64_t{receiver} << 16 | topic;
  }
  static List of(const std::vector<Aimed>& aimed, std::uint32_t definition) {
    List found;
    auto each = std::ranges::lower_bound(aimed, definition, {}, &Aimed::key);
    for (; each != aimed.end() && each->key == definition; ++each) found.push_back(each->serving);
    return found;
  }

  /// Of facts in the order of their definitions, those of definitions that `source` may name.
  std::span<const Serving> between(const List& list, const Source& source) const {
    if (source.from != Source::From::members) return list;
    const auto first_of = [&](const Serving& s) { return index(model_.definitions[s.definition].first); };
    // The one before the first that begins there may reach there; spawned ones have no numbers of their own.
    auto from = std::ranges::lower_bound(list, index(source.first), {}, first_of);
    while (from != list.begin() &&
           first_of(*std::prev(from)) + model_.definitions[std::prev(from)->definition].replicas > index(source.first))
      --from;
    const auto to = std::ranges::lower_bound(from, list.end(), index(source.first) + source.members, {}, first_of);
    return {from, to};
  }

  bool serves(std::uint32_t receiver, const Source& source, const Serving& serving) const {
    const Definition& giver = model_.definitions[serving.definition];
    const Supply& supply = giver.behaviour->supplies->facts[serving.fact];
    // A struct agent may answer a plain message; a program's reply goes to a request alone.
    if (supply.kind == Supply::Kind::reply) {
      return giver.behaviour->struct_agent && same_topic(source.topic, supply.topic) && may_be_sender(giver, source);
    }
    return carries_messages(supply.kind) && same_topic(source.topic, supply.topic) && reaches(supply, receiver) &&
           may_be_sender(giver, source);
  }

  void add(Serving serving, const Supply& supply, bool struct_agent) {
    all.push_back(serving);
    if (supply.kind == Supply::Kind::spawn) spawns_.push_back({index(supply.to), serving});
    if (supply.kind == Supply::Kind::cancel) {
      if (supply.to_anybody) {
        cancels_anybody.push_back(serving);
      } else {
        cancels_.push_back({index(supply.to), serving});
      }
    }
    if (supply.kind == Supply::Kind::finish)
      (model_.definitions[serving.definition].start == Start::spawned ? spawned_ends_ : ends_).push_back(serving);
    if (supply.kind == Supply::Kind::reply && struct_agent) loose_.push_back(serving);
    if (!carries_messages(supply.kind)) return;
    if (index(supply.topic) >= open_.size()) {
      loose_.push_back(serving);
    } else if (supply.to_anybody || supply.kind == Supply::Kind::publish) {
      open_[index(supply.topic)].push_back(serving);
    } else {
      aimed_.push_back({key_of(index(supply.to), index(supply.topic)), serving});
    }
  }

  const Model& model_;
  std::vector<List> open_;  ///< by topic: to whoever it may be
  std::vector<Aimed> aimed_, spawns_, cancels_;
  List loose_;  ///< messages of any topic, and answers that struct agents give to plain messages
  List ends_, spawned_ends_;
};

}  // namespace

WaitIndex::Range WaitIndex::keep(std::span<const Serving> servings) {
  const Range range{static_cast<std::uint32_t>(servings_.size()), static_cast<std::uint32_t>(servings.size())};
  servings_.insert(servings_.end(), servings.begin(), servings.end());
  return range;
}

/// Each number once, in order.
WaitIndex::Range WaitIndex::keep_numbers(std::vector<std::uint32_t>& numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const Range range{static_cast<std::uint32_t>(numbers_.size()), static_cast<std::uint32_t>(numbers.size())};
  numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  return range;
}

void WaitIndex::prepare_beginnings(const Model& model) {
  std::vector<std::vector<std::uint32_t>> handlers(model.topics.size());
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    for (const Definition::Handler& handler : model.definitions[d].handlers) {
      if (index(handler.topic) < handlers.size()) {
        handlers[index(handler.topic)].push_back(d);
      } else {
        anybody_may_begin_ = true;
      }
    }
  }
  for (std::vector<std::uint32_t>& of_topic : handlers) handlers_of_topic_.push_back(keep_numbers(of_topic));
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Behaviour& behaviour = *model.definitions[d].behaviour;
    std::vector<std::uint32_t> beginners, open;
    const std::size_t facts = behaviour.supplies == nullptr ? 0 : behaviour.supplies->facts.size();
    anybody_may_begin_ = anybody_may_begin_ || behaviour.supplies == nullptr;
    for (std::size_t f = 0; f < facts; ++f) {
      const Supply& supply = behaviour.supplies->facts[f];
      if (supply.kind == Supply::Kind::finish) {
        if (model.ended == any_topic) continue;
        if (model.definitions[d].start == Start::spawned) {
          open.push_back(index(model.ended));
        } else {
          beginners.push_back(d);
        }
        continue;
      }
      if (supply.kind == Supply::Kind::reply) {
        anybody_may_begin_ = anybody_may_begin_ || behaviour.struct_agent;
        continue;
      }
      if (supply.kind != Supply::Kind::spawn) {
        if (!carries_messages(supply.kind)) continue;
        if (index(supply.topic) >= handlers.size()) {
          anybody_may_begin_ = true;
          continue;
        }
        if (supply.to_anybody || supply.kind == Supply::Kind::publish) {
          open.push_back(index(supply.topic));
          continue;
        }
        if (model.definitions[index(supply.to)].handlers.empty()) continue;
      }
      beginners.push_back(index(supply.to));
    }
    definitions_[d].beginners = keep_numbers(beginners);
    definitions_[d].open_topics = keep_numbers(open);
  }
}

WaitIndex::WaitIndex(const Model& model) {
  const FactsByUse facts{model};
  std::map<Asked, Range> shared;
  std::map<Asked, Range> own;  // of one definition
  const auto add = [&](std::uint32_t receiver, const Source& source) {
    const auto [in_common, first] = shared.emplace(asked_by(source), Range{});
    if (first) in_common->second = keep(facts.shared(source));
    const auto [alone, fresh] = own.emplace(asked_by(source), Range{});
    if (fresh) alone->second = keep(facts.own(receiver, source));
    lists_.push_back({alone->second, in_common->second});
  };
  const Range cancels_anybody = keep(facts.cancels_anybody);
  definitions_.resize(model.definitions.size());
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    OfDefinition& of = definitions_[d];
    own.clear();
    of.words_at = words_;
    if (definition.behaviour->supplies != nullptr) words_ += definition.behaviour->supplies->words;
    of.waits = static_cast<std::uint32_t>(waits_at_.size());
    for (const WaitSpec& wait : definition.behaviour->waits) {
      waits_at_.push_back(static_cast<std::uint32_t>(lists_.size()));
      for (const Source& source : wait.sources) add(d, source);
    }
    of.handlers = static_cast<std::uint32_t>(lists_.size());
    for (const Definition::Handler& handler : definition.handlers) add(d, {.topic = handler.topic});
    of.own = static_cast<std::uint32_t>(lists_.size());
    std::vector<Serving> wakes;
    for (std::size_t f = 0; definition.behaviour->struct_agent && f < facts.all.size(); ++f) {
      if (facts.wakes(d, facts.all[f])) wakes.push_back(facts.all[f]);
    }
    lists_.push_back({keep(wakes), {}});
    lists_.push_back({keep(facts.spawns(d)), {}});
    lists_.push_back({keep(facts.cancels(d)), cancels_anybody});
    anybody_cancels_ = anybody_cancels_ || !of_cancelling(d).empty();
  }
  prepare_beginnings(model);
  prepare_quick(model);
}

FactBits WaitIndex::bits_of(const Servings& servings) const {
  FactBits bits;
  for (const Serving& serving : servings) {
    const std::uint32_t bit = quick_at_[serving.definition] + serving.fact;
    bits.word[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  return bits;
}

void WaitIndex::prepare_quick(const Model& model) {
  std::uint32_t facts = 0;
  std::size_t rows = 0;
  for (const Definition& definition : model.definitions) {
    quick_at_.push_back(facts);
    if (const SupplyTable* table = definition.behaviour->supplies; table != nullptr) {
      facts += static_cast<std::uint32_t>(table->facts.size());
      if (table->words != 0) rows += table->reach.size() / table->words;
    }
  }
  // The rows are spelled out once more: beyond some thousand the model is none of those whose run takes microseconds.
  quick_ = facts <= quick_words_max * 64 && rows <= 65'536;
  if (!quick_) return;
  quick_words_ = (facts + 63) / 64;
  prepare_quick_rows(model);
  prepare_quick_waits(model);
}

void WaitIndex::prepare_quick_rows(const Model& model) {
  std::vector<std::size_t> first_row;
  quick_releases_.resize(model.resources.size());
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    first_row.push_back(quick_rows_.size());
    const SupplyTable* table = model.definitions[d].behaviour->supplies;
    if (table == nullptr) continue;
    for (std::uint32_t f = 0; f < table->facts.size(); ++f) {
      const Serving fact{d, f};
      FactBits* known = table->facts[f].kind == Supply::Kind::reply ? &quick_replies_
                        : table->facts[f].kind == Supply::Kind::release
                            ? &quick_releases_[index(table->facts[f].resource)]
                            : nullptr;
      if (known == nullptr) continue;
      const FactBits bit = bits_of(Servings{std::span(&fact, 1)});
      for (std::uint32_t w = 0; w < quick_words_; ++w) known->word[w] |= bit.word[w];
    }
    const std::size_t own_rows = table->words == 0 ? 1 : table->reach.size() / table->words;
    for (std::uint32_t r = 0; r < own_rows; ++r) {
      std::vector<Serving> reached;
      for (std::uint32_t f = 0; f < table->facts.size(); ++f) {
        if ((table->row(r)[f / 64] >> (f % 64) & 1) != 0) reached.push_back({d, f});
      }
      quick_rows_.push_back(bits_of(Servings{reached}));
    }
  }
  quick_definitions_.resize(model.definitions.size());
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    QuickDefinition& quick = quick_definitions_[d];
    quick.declared = &definition;
    quick.struct_agent = definition.behaviour->struct_agent;
    quick.incoming = bits_of(of_struct(d));
    if (const SupplyTable* table = definition.behaviour->supplies; table != nullptr) {
      quick.row_of_pc = table->row_of_pc.data();
      quick.waits_of_pc = table->waits_of_pc.data();
      quick.rows = quick_rows_.data() + first_row[d];
    }
  }
}

void WaitIndex::prepare_quick_waits(const Model& model) {
  for (std::uint32_t l = 0; l < lists_.size(); ++l) quick_sources_.push_back(bits_of(list(l)));
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    QuickDefinition& quick = quick_definitions_[d];
    quick.waits = static_cast<std::uint32_t>(quick_waits_.size());
    for (std::uint32_t w = 0; w < definition.behaviour->waits.size(); ++w) {
      QuickWait wait;
      wait.spec = &definition.behaviour->waits[w];
      wait.sources = quick_sources_.data() + waits_at_[definitions_[d].waits + w];
      for (std::uint32_t s = 0; s < wait.spec->sources.size(); ++s) {
        const Source& source = wait.spec->sources[s];
        for (std::uint32_t b = 0; b < quick_words_; ++b) wait.any.word[b] |= wait.sources[s].word[b];
        const auto whole = [&](const Serving& serving) {
          const Definition& giver = model.definitions[serving.definition];
          return index(source.first) <= index(giver.first) &&
                 index(giver.first) + giver.replicas <= index(source.first) + source.members;
        };
        wait.by_sender = wait.by_sender || source.distinct || source.from == Source::From::local ||
                         (source.from == Source::From::members && !std::ranges::all_of(of_source(d, w, s), whole));
      }
      quick_waits_.push_back(wait);
    }
    quick.handlers = static_cast<std::uint32_t>(quick_handlers_.size());
    const SupplyTable* table = definition.behaviour->supplies;
    for (std::uint32_t h = 0; table != nullptr && h < definition.handlers.size(); ++h) {
      const Definition::Handler& handler = definition.handlers[h];
      quick_handlers_.push_back({.topic = handler.topic,
                                 .definition = d,
                                 .wake = bits_of(of_handler(d, h)),
                                 .gives = quick.rows[table->row_of_pc[handler.pc]]});
    }
    quick.handlers_end = static_cast<std::uint32_t>(quick_handlers_.size());
  }
}

}  // namespace squall::sim::detail

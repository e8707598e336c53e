// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/wait_index.hpp"

#include <algorithm>
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

bool serves_source(const Model& model, std::uint32_t receiver, const Source& source, const Serving& serving) {
  const Definition& giver = model.definitions[serving.definition];
  const Supply& supply = giver.behaviour->supplies->facts[serving.fact];
  if (supply.kind == Supply::Kind::finish) {
    return source.topic == model.ended && model.ended != any_topic &&
           (giver.start == Start::spawned || serving.definition == receiver);
  }
  // A struct agent may answer a plain message; a program's reply goes to a request alone.
  if (supply.kind == Supply::Kind::reply) {
    return giver.behaviour->struct_agent && same_topic(source.topic, supply.topic) && may_be_sender(giver, source);
  }
  return carries_messages(supply.kind) && same_topic(source.topic, supply.topic) && reaches(supply, receiver) &&
         may_be_sender(giver, source);
}

/// Facts by what they are and to whom they go, so that building stays linear in what fits together.
class FactsByUse {
 public:
  explicit FactsByUse(const Model& model) : ended_(model.ended), open_(model.topics.size()) {
    for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
      const Behaviour& behaviour = *model.definitions[d].behaviour;
      if (behaviour.supplies == nullptr) continue;
      for (std::uint32_t f = 0; f < behaviour.supplies->facts.size(); ++f) {
        add({d, f}, behaviour.supplies->facts[f], behaviour.struct_agent);
      }
    }
    std::ranges::sort(aimed_, {}, &Aimed::key);
  }

  std::vector<Serving> all, spawns, cancels;

  /// Those that may serve a source for `topic` of `receiver`, in the order of `all`. Valid until the next call.
  const std::vector<Serving>& candidates(std::uint32_t receiver, TopicId topic) {
    candidates_ = loose_;
    const auto append = [&](const std::vector<Serving>& more) {
      candidates_.insert(candidates_.end(), more.begin(), more.end());
    };
    const bool any = index(topic) >= open_.size();
    const std::uint64_t first = key_of(receiver, any ? 0 : index(topic));
    const std::uint64_t last = key_of(receiver, any ? 0xffffU : index(topic));
    for (auto a = std::ranges::lower_bound(aimed_, first, {}, &Aimed::key); a != aimed_.end() && a->key <= last; ++a) {
      candidates_.push_back(a->serving);
    }
    for (std::size_t t = any ? 0 : index(topic); t < (any ? open_.size() : index(topic) + 1U); ++t) append(open_[t]);
    if (topic == ended_) append(ends_);
    std::ranges::sort(candidates_, {}, [](const Serving& s) { return std::pair{s.definition, s.fact}; });
    return candidates_;
  }

 private:
  struct Aimed {
    std::uint64_t key;  ///< receiver, then topic
    Serving serving;
  };
  static std::uint64_t key_of(std::uint32_t receiver, std::uint32_t topic) {
    return std::uint64_t{receiver} << 16 | topic;
  }
  void add(Serving serving, const Supply& supply, bool struct_agent) {
    all.push_back(serving);
    if (supply.kind == Supply::Kind::spawn) spawns.push_back(serving);
    if (supply.kind == Supply::Kind::cancel) cancels.push_back(serving);
    if (supply.kind == Supply::Kind::finish) ends_.push_back(serving);
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

  TopicId ended_;
  std::vector<Serving> candidates_;
  std::vector<std::vector<Serving>> open_;  ///< by topic: to whoever it may be
  std::vector<Aimed> aimed_;
  std::vector<Serving> loose_;  ///< messages of any topic, and answers that struct agents give to plain messages
  std::vector<Serving> ends_;
};

}  // namespace

template <class Serves>
void WaitIndex::add_list(std::span<const Serving> candidates, const Serves& serves) {
  for (const Serving& candidate : candidates) {
    if (!serves(candidate)) continue;
    servings_.push_back(candidate);
    ++lists_.back().count;
  }
}

WaitIndex::WaitIndex(const Model& model) {
  FactsByUse facts{model};
  const auto begin_list = [&] { lists_.push_back({static_cast<std::uint32_t>(servings_.size()), 0}); };
  const auto add_topic = [&](std::uint32_t receiver, TopicId topic, const auto& serves) {
    begin_list();
    add_list(facts.candidates(receiver, topic), serves);
  };
  const auto supply_of = [&](const Serving& s) -> const Supply& {
    return model.definitions[s.definition].behaviour->supplies->facts[s.fact];
  };
  definitions_.resize(model.definitions.size());
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    OfDefinition& of = definitions_[d];
    of.words_at = words_;
    if (definition.behaviour->supplies != nullptr) words_ += definition.behaviour->supplies->words;
    of.waits = static_cast<std::uint32_t>(waits_at_.size());
    for (const WaitSpec& wait : definition.behaviour->waits) {
      waits_at_.push_back(static_cast<std::uint32_t>(lists_.size()));
      for (const Source& source : wait.sources) {
        add_topic(d, source.topic, [&](const Serving& s) { return serves_source(model, d, source, s); });
      }
    }
    of.handlers = static_cast<std::uint32_t>(lists_.size());
    for (const Definition::Handler& handler : definition.handlers) {
      const Source anybody{.topic = handler.topic};
      add_topic(d, handler.topic, [&](const Serving& s) { return serves_source(model, d, anybody, s); });
    }
    of.own = static_cast<std::uint32_t>(lists_.size());
    begin_list();
    if (definition.behaviour->struct_agent) {
      const Source anything{};
      add_list(facts.all, [&](const Serving& s) { return serves_source(model, d, anything, s); });
    }
    const auto aimed_here = [&](Supply::Kind kind) {
      return [&supply_of, kind, d](const Serving& s) {
        return supply_of(s).kind == kind && (supply_of(s).to_anybody || index(supply_of(s).to) == d);
      };
    };
    begin_list();
    add_list(facts.spawns, aimed_here(Supply::Kind::spawn));
    begin_list();
    add_list(facts.cancels, aimed_here(Supply::Kind::cancel));
  }
  prepare_quick(model);
}

FactBits WaitIndex::bits_of(std::span<const Serving> servings) const {
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
      const FactBits bit = bits_of(std::span(&fact, 1));
      for (std::uint32_t w = 0; w < quick_words_; ++w) known->word[w] |= bit.word[w];
    }
    const std::size_t own_rows = table->words == 0 ? 1 : table->reach.size() / table->words;
    for (std::uint32_t r = 0; r < own_rows; ++r) {
      std::vector<Serving> reached;
      for (std::uint32_t f = 0; f < table->facts.size(); ++f) {
        if ((table->row(r)[f / 64] >> (f % 64) & 1) != 0) reached.push_back({d, f});
      }
      quick_rows_.push_back(bits_of(reached));
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

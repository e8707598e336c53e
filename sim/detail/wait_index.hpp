// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/ids.hpp"

namespace squall::sim {
struct Definition;
struct Model;
struct Source;
struct WaitReach;
struct WaitSpec;
}  // namespace squall::sim

/// Which supplies can serve which waits, worked out once for each model: the analysis itself only tests bits.
namespace squall::sim::detail {

/// Fact `fact` of the supply table of `definition`.
struct Serving {
  std::uint32_t definition;
  std::uint32_t fact;
};

/// Servings in the order of their definitions and facts, of which many waits have one part in common: what is handed out to
/// whoever it may be. Kept once, it leaves the index linear in the workflow: a broadcast among n agents has n waits for n
/// publishers.
class Servings {
 public:
  Servings() = default;
  explicit Servings(std::span<const Serving> own, std::span<const Serving> shared = {}) : own_(own), shared_(shared) {}

  class Iterator {
   public:
    using value_type = Serving;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(std::span<const Serving> own, std::span<const Serving> shared) : own_(own), shared_(shared) {}
    const Serving& operator*() const { return is_own() ? own_.front() : shared_.front(); }
    Iterator& operator++() {
      std::span<const Serving>& from = is_own() ? own_ : shared_;
      from = from.subspan(1);
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.own_.size() == b.own_.size() && a.shared_.size() == b.shared_.size();
    }

   private:
    bool is_own() const {
      if (own_.empty() || shared_.empty()) return shared_.empty();
      const Serving &a = own_.front(), &b = shared_.front();
      return a.definition < b.definition || (a.definition == b.definition && a.fact < b.fact);
    }
    std::span<const Serving> own_, shared_;
  };
  Iterator begin() const { return {own_, shared_}; }
  Iterator end() const { return {}; }
  bool empty() const { return own_.empty() && shared_.empty(); }

 private:
  std::span<const Serving> own_, shared_;
};

/// Bits of facts for models small enough: each fact of each definition has one of its own.
inline constexpr std::uint32_t quick_words_max = 4;
struct FactBits {
  std::uint64_t word[quick_words_max] = {};
};

/// What the quick look needs of a definition, close together.
struct QuickDefinition {
  const std::uint32_t* row_of_pc = nullptr;  ///< null: it may hand out anything
  const WaitReach* waits_of_pc = nullptr;
  const FactBits* rows = nullptr;
  const Definition* declared = nullptr;
  std::uint32_t waits = 0;                       ///< its first `QuickWait`
  std::uint32_t handlers = 0, handlers_end = 0;  ///< its `QuickHandler`s
  bool struct_agent = false;
  FactBits incoming;  ///< struct agent: messages that would make it act
};

struct QuickWait {
  FactBits any;  ///< facts that serve some source
  const FactBits* sources = nullptr;
  const WaitSpec* spec = nullptr;
  bool by_sender = false;  ///< who sends, or how many do, matters: not decided by facts alone
};

struct QuickHandler {
  TopicId topic;
  std::uint32_t definition;
  FactBits wake;   ///< facts that make it run
  FactBits gives;  ///< facts it then can hand out
};

class WaitIndex {
 public:
  explicit WaitIndex(const Model& model);

  /// Facts that can serve source `source` of wait `wait` of `definition`'s behaviour.
  Servings of_source(std::uint32_t definition, std::uint32_t wait, std::uint32_t source) const {
    return list(waits_at_[definitions_[definition].waits + wait] + source);
  }
  /// Facts that make handler `handler` of `definition` run.
  Servings of_handler(std::uint32_t definition, std::uint32_t handler) const {
    return list(definitions_[definition].handlers + handler);
  }
  /// Messages that reach a struct agent of `definition`.
  Servings of_struct(std::uint32_t definition) const { return list(definitions_[definition].own); }
  /// Facts by which members of `definition` are spawned, and cancelled.
  Servings of_spawning(std::uint32_t definition) const { return list(definitions_[definition].own + 1); }
  Servings of_cancelling(std::uint32_t definition) const { return list(definitions_[definition].own + 2); }
  /// Whether any of the latter lists has something in it.
  bool anybody_cancels() const { return anybody_cancels_; }

  /// Whom a fact of `definition` may make begin something, a handler or a member, apart from those who handle one of the
  /// `open_topics_of`.
  std::span<const std::uint32_t> beginners_of(std::uint32_t definition) const {
    return numbers(definitions_[definition].beginners);
  }
  /// Numbers of topics, a message of which whoever handles them may get from `definition`.
  std::span<const std::uint32_t> open_topics_of(std::uint32_t definition) const {
    return numbers(definitions_[definition].open_topics);
  }
  std::span<const std::uint32_t> handlers_of(std::uint32_t topic) const { return numbers(handlers_of_topic_[topic]); }
  std::uint32_t topics() const { return static_cast<std::uint32_t>(handlers_of_topic_.size()); }
  /// Somebody may hand out anything, or to anybody: the lists above do not say whom it makes begin.
  bool anybody_may_begin() const { return anybody_may_begin_; }

  /// Where the bits of `definition`'s facts begin among those of all definitions, in words; and of all together.
  std::uint32_t words_at(std::uint32_t definition) const { return definitions_[definition].words_at; }
  std::uint32_t words() const { return words_; }

  /// Entries of all lists together: what it takes to build them, and to keep.
  std::size_t kept() const { return servings_.size(); }

  // ---- for the quick look, where all facts fit into `quick_words_max` words ----
  bool quick() const { return quick_; }
  std::uint32_t quick_words() const { return quick_words_; }
  const QuickDefinition& quick_definition(DefinitionId definition) const {
    return quick_definitions_[index(definition)];
  }
  const QuickWait& quick_wait(std::uint32_t number) const { return quick_waits_[number]; }
  std::span<const QuickHandler> quick_handlers() const { return quick_handlers_; }
  const FactBits& quick_replies() const { return quick_replies_; }
  const FactBits& quick_releases(ResourceId resource) const { return quick_releases_[index(resource)]; }

 private:
  struct Range {
    std::uint32_t first = 0, count = 0;
  };
  struct OfDefinition {
    std::uint32_t waits = 0;     ///< its first wait in `waits_at_`
    std::uint32_t handlers = 0;  ///< list of its first handler
    std::uint32_t own = 0;       ///< lists: messages to a struct agent, spawning, cancelling
    std::uint32_t words_at = 0;
    Range beginners, open_topics;
  };
  struct List {
    Range own, shared;
  };
  std::span<const Serving> range(Range range) const { return {servings_.data() + range.first, range.count}; }
  Servings list(std::uint32_t number) const {
    return Servings{range(lists_[number].own), range(lists_[number].shared)};
  }
  std::span<const std::uint32_t> numbers(Range range) const { return {numbers_.data() + range.first, range.count}; }
  Range keep(std::span<const Serving> servings);
  Range keep_numbers(std::vector<std::uint32_t>& numbers);
  void prepare_beginnings(const Model& model);
  void prepare_quick(const Model& model);
  void prepare_quick_rows(const Model& model);
  void prepare_quick_waits(const Model& model);
  FactBits bits_of(const Servings& servings) const;

  std::vector<OfDefinition> definitions_;
  std::vector<std::uint32_t> waits_at_;  ///< list of each wait's first source
  std::vector<List> lists_;
  std::vector<Serving> servings_;
  std::uint32_t words_ = 0;
  std::vector<std::uint32_t> numbers_;
  std::vector<Range> handlers_of_topic_;
  bool anybody_may_begin_ = false;
  bool anybody_cancels_ = false;

  bool quick_ = false;
  std::uint32_t quick_words_ = 0;
  std::vector<std::uint32_t> quick_at_;  ///< bit of each definition's first fact
  std::vector<FactBits> quick_rows_, quick_sources_;
  std::vector<QuickDefinition> quick_definitions_;
  std::vector<QuickWait> quick_waits_;
  std::vector<QuickHandler> quick_handlers_;
  FactBits quick_replies_;
  std::vector<FactBits> quick_releases_;
};

/// Whether a message of `topic` is one that `source` asks for, by topic alone.
bool same_topic(TopicId wanted, TopicId given);

}  // namespace squall::sim::detail

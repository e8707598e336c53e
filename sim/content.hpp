// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/digest.hpp"
#include "sim/visit.hpp"

namespace squall::sim {

/// Sums the hashes of a world's elements: where elements have no order, neither has their sum.
class ContentHash {
 public:
  void begin(Element element) { chain_ = static_cast<std::uint64_t>(element) + 1; }
  void word(const char*, std::uint64_t value) { chain_ = chained(chain_, value); }
  void end() { sum_ += moremur(chain_); }

  std::uint64_t sum() const { return sum_; }
  void clear() { sum_ = 0; }
  /// The hash of a state from the sum of its elements' hashes, each of which avalanches. Never 0.
  static std::uint64_t finished(std::uint64_t sum) { return sum != 0 ? sum : 1; }

 private:
  std::uint64_t chain_ = 0;
  std::uint64_t sum_ = 0;
};

/// What agents that stand from the start are called in place of their numbers, by number. A permutation of the numbers, or
/// one name for several where only that is asked for.
using OtherNames = std::span<const std::uint32_t>;

/// The same sum under other names.
class RenamedHash : public ContentHash {
 public:
  void name(OtherNames names) { names_ = names; }
  std::uint64_t renamed(AgentId agent) const { return names_[index(agent)]; }

 private:
  OtherNames names_;
};

/// Hash, encoding, comparison and difference of worlds of one model by content. Keeps its scratch memory: one a thread.
class Content {
 public:
  explicit Content(const Model& model, ContentOptions options = {});

  /// 64 bits of the content; equal for all layouts of one state. Never 0.
  std::uint64_t hash(const World& world);
  /// The content as words, equal exactly for equal states: its elements, each after its number of words, sorted.
  void encode(const World& world, std::vector<std::uint64_t>& words);

  // The same under other names. What cannot be named otherwise is left out there: of an artifact's ancestors only what
  // is unsound. So these are never equal to those above.
  std::uint64_t hash(const World& world, OtherNames names);
  void encode(const World& world, OtherNames names, std::vector<std::uint64_t>& words);
  /// Of what belongs to one agent alone.
  std::uint64_t hash_of(const World& world, AgentId agent, OtherNames names);

  bool equal(const World& a, const World& b);
  /// The first element that only one of them has, word by word, for people. Empty where they are equal.
  std::string difference(const World& a, const World& b);

 private:
  const Model& model_;
  ContentOptions options_;
  ContentHash hash_;
  Visitor<ContentHash> hash_visitor_;
  RenamedHash renamed_;
  Visitor<RenamedHash> renamed_visitor_;
};

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/explore/symmetry.hpp"
#include "sim/model.hpp"

namespace squall::sim {

/// Members of one definition that may be exchanged for each other.
struct Equals {
  AgentId first{};
  std::uint32_t members = 0;
};

/// What in a model alone keeps the members of `definition` from being exchanged, as a sentence; empty where nothing does.
/// What their programs and those of others say of single members is not looked at: whoever knows the programs does that.
std::string told_apart(const Model& model, const Definition& definition);

/// Worlds that differ in which member of a group is which count as one: the symmetry of replicas.
///
/// A world is listed under other names (`Content::hash` with names), and of all ways to name the members the smallest
/// listing stands for it. Members are first sorted by what belongs to them alone, so names need be tried only among those
/// that are alike in that; where more than `tried_max` ways are left, only so many are, and some states that are alike are
/// taken for two. Nothing that differs is ever taken for one: what cannot be renamed is compared as it stands.
///
/// As in "Better verification through symmetry" (Ip and Dill, Formal Methods in System Design 9, 1996), without a
/// canonical world: the one that came first goes on in the search. O(ways x content) for each state.
class Interchange final : public Symmetry {
 public:
  static constexpr std::size_t tried_max = 720;

  /// Requires: each group passes `told_apart`, and its programs treat all members alike.
  Interchange(const Model& model, std::vector<Equals> groups);
  std::uint64_t fingerprint(World& world, Content& content) const override;
  void encode(const World& world, Content& content, std::vector<std::uint64_t>& words) const override;
  std::span<const Equals> groups() const { return groups_; }

 private:
  template <class Try>
  void for_each_naming(const World& world, Content& content, Try&& attempt) const;
  std::vector<std::vector<std::uint32_t>> alike(const World& world, Content& content) const;

  std::uint32_t members_;
  std::vector<Equals> groups_;
};

}  // namespace squall::sim

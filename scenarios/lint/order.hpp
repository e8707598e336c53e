// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "scenarios/lint/flow.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {

/// Which steps may run at the same time, as far as branches, replicas and messages say. What cannot be ruled out counts
/// as possible, but for the two ways in which designs take turns:
///
///  - one after the other: whoever does the later step waits before for a message that is sent only when the earlier one is
///    over for good, over any number of agents;
///  - to and fro: two agents that each come to their step only after a message of the other, sent after the other's step.
///
/// Times and conditions say nothing here, and messages are taken as sent once (the race that a duplicate makes is a fault).
class Order {
 public:
  explicit Order(const Linting& linting);

  /// Whether two runs of this step may overlap in one instance.
  bool with_itself(Survey::Number step) const;
  /// Whether a run of one may overlap a run of the other, in one instance. Requires: not the same.
  bool at_once(Survey::Number x, Survey::Number y);
  /// Whether an agent's programs run more than once at a time in one instance: members, spawned children.
  bool is_many(Survey::Number agent) const;

 private:
  using Number = Survey::Number;
  struct Entry {
    Number agent, entry;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  Entry entry_of(Number site) const { return {linting_.survey.at(site).agent, linting_.survey.at(site).entry}; }
  const Flow& flow(Number agent);
  bool is_single(const Entry& entry) const;
  std::vector<std::uint32_t> starts(const Entry& entry) const;
  bool in_one_activation(Number x, Number y) const;
  bool takes_turns(Number x, Number y);
  bool token_begins_at(Number first, Number second);
  /// Operations of `here` whose success says that `there` has sent something; whether coming to its start says so.
  std::pair<Flow::Set, bool> signs(const Entry& here, const Entry& there);
  /// Positions in `from` at which it has just sent to `to`.
  std::vector<std::uint32_t> hand_overs(const Entry& from, const Entry& to);
  bool leads(Number agent, std::span<const std::uint32_t> from, std::uint32_t to, const Flow::Set& barred);
  bool is_after(Number later, Number earlier);
  bool comes_after(const Passable::Supplier& by, Number earlier);
  template <class Good>
  bool is_sign(Number agent, const Op& receive, const Good& good) const;

  const Linting& linting_;
  std::map<Number, Flow> flows_;
  std::map<std::pair<Number, Number>, bool> asked_;  ///< of `is_after`; while it is worked out: no
  /// Beyond so many operations looked at, nothing is said to happen at once.
  static constexpr std::size_t steps_most = 300'000'000;
  std::size_t spent_ = 0;
};

}  // namespace squall::scenarios

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// Answers a request with what was answered to an earlier one: a cache keyed too coarsely, a worker that mixes two jobs up. The answer
/// arrives as the answer to this request and says what the last one between the same two said. Where that is not kept any more
/// (nobody holds it and it lies in no mailbox), or says the same, it takes no effect.
struct MessageStaleReply {
  static constexpr std::string_view name = "message-stale-reply";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "an answer says what an earlier one said";
  static constexpr std::string_view example = "message-stale-reply: {from: tester, to: coder, topic: reply, nth: 2}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Row earlier = earlier_answer(spot.run.model, spot.world, spot.target.row);
    if (verdict.content_of != sim::no_row || earlier == sim::no_row) return false;
    verdict.content_of = earlier;
    return true;
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    return earlier_answer(model, world, message) != sim::no_row;
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const {
    sim::Verdict verdict;
    verdict.content_of = earlier_answer(run.model, world, message);
    sim::corrupt(world, run, message, verdict);
  }
  friend bool operator==(const MessageStaleReply&, const MessageStaleReply&) = default;

 private:
  static bool is_answer(const sim::MessageRow& row) {
    return row.topic == sim::reply_topic && row.place != sim::Place::free && row.place != sim::Place::lost;
  }
  static bool says_the_same(const sim::Model& model, const sim::World& world, sim::Row a, sim::Row b) {
    const sim::MessageRow& first = world.message(a);
    const sim::MessageRow& second = world.message(b);
    return first.present == second.present && first.artifact == second.artifact &&
           std::equal(world.fields(a), world.fields(a) + model.fields, world.fields(b));
  }
  static sim::Row earlier_answer(const sim::Model& model, const sim::World& world, sim::Row answer) {
    const sim::MessageRow& row = world.message(answer);
    if (!is_answer(row)) return sim::no_row;
    sim::Row latest = sim::no_row;
    for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
      const sim::MessageRow& other = world.message(m);
      const bool earlier = is_answer(other) && other.from == row.from && other.to == row.to &&
                           other.instance == row.instance && other.request < row.request;
      if (earlier && (latest == sim::no_row || other.request > world.message(latest).request)) latest = m;
    }
    return latest == sim::no_row || says_the_same(model, world, latest, answer) ? sim::no_row : latest;
  }
};

}  // namespace squall::faults

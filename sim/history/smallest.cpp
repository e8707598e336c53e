// SPDX-License-Identifier: Apache-2.0
#include "sim/history/smallest.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "sim/history/detail/searched.hpp"

namespace squall::sim::history {
namespace {

using Calls = std::vector<Call>;

class Smaller {
 public:
  Smaller(const Values& values, ModelKind kind, const ModelOptions& options, Calls calls, const SearchLimits& limits)
      : values_{values}, kind_{kind}, options_{options}, limits_{limits}, calls_{std::move(calls)} {
    // Who sees a value may do so later here, where it need not return.
    for (Call& call : calls_) call.useful_until = never;
  }

  FailingPart run(std::optional<std::uint32_t> blocked) {
    machine_ = machine_of(values_, kind_, options_, calls_);
    FailingPart part;
    if (!blocked) {
      const Linearization whole = again(calls_).found;
      if (whole.verdict == HistoryVerdict::violated) blocked = whole.blocked;
    }
    if (blocked) {  // where that is not known, there is nothing to begin with
      begin_only(*blocked);
      part.out_of = calls_.size();
      from_any_state();
      leave_out_groups();
      leave_out_each();
      need_less();
      tidy();
    }
    part.out_of = std::max(part.out_of, calls_.size());
    detail::Searched last = again(calls_);
    part.blocked = last.found.blocked;
    part.any_start = !starts_.empty();
    part.states = std::move(last.states);
    for (const Call& call : calls_) part.calls.push_back({call, !call.optional()});
    return part;
  }

 private:
  detail::Searched again(const Calls& calls) {
    detail::Searched result = detail::search_calls(values_, kind_, options_, calls, bounded(), starts_);
    steps_ += result.found.steps;
    return result;
  }
  bool fails(const Calls& calls) { return again(calls).found.verdict == HistoryVerdict::violated; }

  /// Each try may take a small part of what a whole search may.
  SearchLimits bounded() const {
    SearchLimits limits = limits_;
    limits.steps_max = 200'000;
    return limits;
  }

  bool keep_if_fails(Calls smaller) {
    if (steps_ > steps_max || limits_.stop() || !fails(smaller)) return false;
    calls_ = std::move(smaller);
    return true;
  }

  void drop_idle_observers(Calls& calls) const {
    std::erase_if(calls, [&](const Call& call) { return call.optional() && machine_->observes(call); });
  }

  Calls up_to(Moment end) const {
    Calls beginning = calls_;
    std::erase_if(beginning, [&](const Call& call) { return call.invoked > end; });
    for (Call& call : beginning) {
      if (call.returned > end) call.returned = never;
    }
    drop_idle_observers(beginning);
    return beginning;
  }

  /// The history up to the return of the call `last`, which a search does not get over. Of a queue it may have been what is
  /// taken later that told what a dequeue of unknown end can not have taken: then up to the first return that is enough.
  void begin_only(std::uint32_t last) {
    const Moment end = calls_[last].returned;
    Calls beginning = up_to(end);
    if (kind_ == ModelKind::queue && !fails(beginning)) {
      std::vector<Moment> later;
      for (const Call& call : calls_) {
        if (call.returned > end && call.returned != never) later.push_back(call.returned);
      }
      std::ranges::sort(later);
      // A beginning of what can be explained can be explained, so the first one that fails is found by halving.
      const auto first = std::ranges::partition_point(later, [&](Moment moment) { return !fails(up_to(moment)); });
      if (first == later.end()) return;  // not decided within the limits
      beginning = up_to(*first);
    }
    calls_ = std::move(beginning);
  }

  /// What is left from `moment` on: what was under way then may have taken effect before.
  Calls behind(Moment moment) const {
    Calls rest;
    for (Call call : calls_) {
      if (call.returned < moment) continue;
      if (call.invoked < moment) call.returned = never;
      rest.push_back(call);
    }
    drop_idle_observers(rest);
    return rest;
  }

  /// The later the moment, the less is demanded: so the latest one is found by halving.
  void from_any_state() {
    const std::vector<Machine::State> any = machine_->any_state(calls_);
    if (any.empty()) return;
    std::vector<Moment> moments{0};
    for (const Call& call : calls_) moments.push_back(call.invoked);
    const auto fails_from = [&](std::size_t m) {
      starts_ = any;
      const bool does = fails(behind(moments[m]));
      starts_.clear();
      return does;
    };
    if (!fails_from(0)) return;
    std::size_t low = 0, high = moments.size();
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (fails_from(middle) ? low : high) = middle;
    }
    calls_ = behind(moments[low]);
    starts_ = any;
  }

  /// Groups of calls without which whatever explained the rest would explain it still: all that speaks of one item of a
  /// queue, all that writes or reads one value of a register where nobody compares with it.
  std::vector<std::vector<ValueId>> values_alone() const {
    std::map<ValueId, bool> alone;
    const bool registers = kind_ == ModelKind::plain_register || kind_ == ModelKind::cas_register;
    if (!registers && kind_ != ModelKind::queue && kind_ != ModelKind::unordered_queue) return {};
    for (const Call& call : calls_) {
      alone.emplace(call.a, true);
      if (call.act != Act::cas) continue;
      alone[call.a] = false;
      alone[call.b] = false;
    }
    // A read of the first value needs no write.
    if (registers) alone[options_.initial] = false;
    std::vector<std::vector<ValueId>> groups;
    for (const auto& [value, is_alone] : alone) {
      if (is_alone) groups.push_back({value});
    }
    return groups;
  }

  void leave_out_groups() {
    for (const std::vector<ValueId>& group : values_alone()) {
      Calls smaller = calls_;
      std::erase_if(smaller, [&](const Call& call) {
        return call.act != Act::dequeue_empty && call.act != Act::dequeue_any &&
               std::ranges::find(group, call.a) != group.end();
      });
      keep_if_fails(std::move(smaller));
    }
  }

  /// Calls that only look: in halves first, then one by one.
  void leave_out_each() {
    for (std::size_t size = std::max<std::size_t>(1, calls_.size() / 2);; size /= 2) {
      for (std::size_t from = 0; from < calls_.size();) {
        Calls smaller;
        for (std::size_t c = 0; c < calls_.size(); ++c) {
          if (c < from || c >= from + size || !machine_->observes(calls_[c])) smaller.push_back(calls_[c]);
        }
        if (smaller.size() == calls_.size() || !keep_if_fails(std::move(smaller))) from += size;
      }
      if (size == 1) break;
    }
  }

  /// Calls that need not have taken effect for the rest to fail.
  void need_less() {
    for (std::size_t c = 0; c < calls_.size(); ++c) {
      if (calls_[c].optional() || machine_->observes(calls_[c])) continue;
      Calls weaker = calls_;
      weaker[c].returned = never;
      keep_if_fails(std::move(weaker));
    }
  }

  /// Leaves out what need not have happened and nobody could have seen.
  void tidy() {
    if (kind_ != ModelKind::plain_register && kind_ != ModelKind::cas_register) return;
    const auto seen = [&](const Call& call) {
      const ValueId made = call.act == Act::cas ? call.b : call.a;
      return std::ranges::any_of(calls_, [&](const Call& other) {
        return other.operation != call.operation && other.act != Act::write && other.a == made;
      });
    };
    for (std::size_t before = calls_.size() + 1; before != calls_.size();) {
      before = calls_.size();
      Calls left;
      for (const Call& call : calls_) {
        if (!call.optional() || seen(call)) left.push_back(call);
      }
      calls_ = std::move(left);
    }
  }

  static constexpr std::uint64_t steps_max = 2'000'000;  ///< of all tries together

  const Values& values_;
  ModelKind kind_;
  ModelOptions options_;
  SearchLimits limits_;
  Calls calls_;
  std::unique_ptr<Machine> machine_;
  std::vector<Machine::State> starts_;
  std::uint64_t steps_ = 0;
};

}  // namespace

FailingPart smallest_failing(const Values& values, ModelKind kind, const ModelOptions& options, std::vector<Call> calls,
                             std::optional<std::uint32_t> blocked, const SearchLimits& limits) {
  return Smaller{values, kind, options, std::move(calls), limits}.run(blocked);
}

}  // namespace squall::sim::history

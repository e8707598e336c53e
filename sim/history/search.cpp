// SPDX-License-Identifier: Apache-2.0
#include "sim/history/search.hpp"

#include <algorithm>
#include <bit>

#include "sim/history/detail/positions.hpp"
#include "sim/history/detail/timeline.hpp"

namespace squall::sim::history {
namespace {

using State = Machine::State;

/// The search. A frame is a position: all returns before `event` are explained, the object is in `state`. Of the calls
/// under way that return later, `required` are still to take effect; `spare` are accounted for, and yet may be used.
///
/// What keeps positions few, and why nothing is lost:
/// - A call that would change nothing here takes effect here: had it been later, it can be moved here. If it can change
///   something in another state it becomes spare instead: it may still be used there.
/// - An overwriting call makes all overwriting calls under way spare: they may have come just before it. So it is made even
///   where it changes nothing by itself.
/// - Of equal calls under way the one that returns first goes first: any other order can exchange them.
/// - An overwriting call that nothing can see before it is overwritten is not made: the one behind it makes it spare.
/// - Calls that never return are spare from the beginning, and equal ones are only counted; those that nobody can see any
///   more are passed over.
///
/// The return of a spare call is the last chance to use it: it is let go, or used just in time like a required one.
class JustInTime {
 public:
  JustInTime(std::span<const Call> calls, Machine& machine, const SearchLimits& limits)
      : calls_{calls},
        machine_{machine},
        limits_{limits},
        timeline_{calls},
        words_{(timeline_.slots() + 63) / 64},
        positions_{words_},
        used_(timeline_.kinds(), 0) {}

  bool possible_from(State start) {
    timeline_.seek(0);
    frames_.assign(1, {.event = 0, .state = start});
    sets_.assign(2 * words_, 0);
    moves_.clear();
    for (std::uint32_t c = timeline_.opened_from(0); c < timeline_.opened_to(0); ++c) require(c);
    close(0);
    if (settle()) return true;
    while (!frames_.empty() && !over_) {
      Frame& frame = frames_.back();
      if (frame.next == frame.moves_end) {
        undo();
        continue;
      }
      make(moves_[frame.next++]);
      if (settle()) return true;
    }
    return false;
  }

  bool over() const { return over_; }

  void tell(Linearization& result) const {
    result.steps = steps_;
    result.memory = positions_.bytes();
    result.blocked = furthest_ < timeline_.events() ? timeline_.returning(furthest_) : 0;
    result.states = states_;
  }

 private:
  static constexpr std::uint32_t no_kind = 0xffff'ffffU;

  struct Frame {
    std::uint32_t event = 0;
    State state = 0;
    std::uint32_t moves_begin = 0, moves_end = 0, next = 0;
    std::uint32_t endless = no_kind;  ///< the kind that was used to come here
    bool unseen = false;              ///< an overwriting call led here, and nothing has seen it yet
    bool preparing = false;           ///< all since the last return was done to use the spare call that returns
  };
  static constexpr std::uint32_t let_go = 0xffff'ffffU;
  struct Move {
    std::uint32_t call;  ///< or `let_go`: the spare call that returns is not used any more
    State state;
    std::uint32_t rank;
  };

  const std::uint64_t* required() const { return sets_.data() + (frames_.size() - 1) * 2 * words_; }
  std::uint64_t* required() { return sets_.data() + (frames_.size() - 1) * 2 * words_; }
  std::uint64_t* spare() { return required() + words_; }
  static bool has(const std::uint64_t* set, std::uint32_t slot) { return (set[slot / 64] >> (slot % 64) & 1) != 0; }
  static void put(std::uint64_t* set, std::uint32_t slot) { set[slot / 64] |= std::uint64_t{1} << (slot % 64); }
  static void drop(std::uint64_t* set, std::uint32_t slot) { set[slot / 64] &= ~(std::uint64_t{1} << (slot % 64)); }

  /// Calls `each(call)` for each call of a set, by slots.
  template <class Each>
  void for_each(const std::uint64_t* set, Each&& each) const {
    for (std::size_t w = 0; w < words_; ++w) {
      for (std::uint64_t left = set[w]; left != 0; left &= left - 1) {
        const auto slot = static_cast<std::uint32_t>(w * 64) + static_cast<std::uint32_t>(std::countr_zero(left));
        each(timeline_.occupant(slot));
      }
    }
  }

  void require(std::uint32_t call) {
    if (!calls_[call].optional()) put(required(), timeline_.slot_of(call));
  }

  /// Lets a required call take effect where it changes nothing.
  bool closed(std::uint32_t call) {
    const State state = frames_.back().state;
    if (machine_.step(state, calls_[call]) != state) return false;
    const std::uint32_t slot = timeline_.slot_of(call);
    drop(required(), slot);
    if (!machine_.observes(calls_[call])) put(spare(), slot);
    return true;
  }

  bool close(std::uint32_t from_call) {
    bool any = false;
    for_each(required(), [&](std::uint32_t call) {
      if (call >= from_call && closed(call)) any = true;
    });
    return any;
  }

  /// Goes on over all returns that are explained already. True where those were the last ones. Otherwise the frame has
  /// its moves, or none where it is known to lead nowhere.
  bool settle() {
    while (frames_.back().event < timeline_.events()) {
      const std::uint32_t slot = timeline_.slot_of(timeline_.returning(frames_.back().event));
      if (has(required(), slot) || has(spare(), slot)) break;
      advance();
    }
    Frame& frame = frames_.back();
    if (frame.event == timeline_.events()) return true;
    note();
    frame.moves_begin = frame.moves_end = frame.next = static_cast<std::uint32_t>(moves_.size());
    const std::uint32_t key = frame.event * 2 + (frame.preparing ? 1 : 0);
    if (!positions_.known(key, frame.state, required(), spare(), {used_kinds_, used_})) list_moves();
    return false;
  }

  /// Over the return that comes next, which asks for nothing any more.
  void advance() {
    Frame& frame = frames_.back();
    timeline_.seek(++frame.event);
    frame.unseen = frame.preparing = false;
    const std::uint32_t from = timeline_.opened_from(frame.event);
    for (std::uint32_t c = from; c < timeline_.opened_to(frame.event); ++c) require(c);
    close(from);
  }

  void note() {
    const Frame& frame = frames_.back();
    if (++steps_ % 1024 == 0 && (limits_.stop() || positions_.bytes() > limits_.memory_max || positions_.full()))
      over_ = true;
    if (limits_.steps_max != 0 && steps_ >= limits_.steps_max) over_ = true;
    if (frame.event < furthest_) return;
    if (frame.event > furthest_) states_.clear();
    furthest_ = frame.event;
    const auto at = std::ranges::lower_bound(states_, frame.state);
    if (states_.size() < 16 && (at == states_.end() || *at != frame.state)) states_.insert(at, frame.state);
  }

  /// Whether some other call under way, one that does not overwrite, is possible behind `move`.
  bool seen_by_another(const Move& move) {
    bool seen = false;
    const auto look = [&](std::uint32_t call) {
      if (!seen && call != move.call && !machine_.overwrites(calls_[call]) &&
          machine_.step(move.state, calls_[call]) != Machine::impossible)
        seen = true;
    };
    for_each(required(), look);
    if (!seen) for_each(spare(), look);
    for (const std::uint32_t kind : timeline_.endless()) {
      if (!seen && timeline_.endless_of(kind) > used_[kind]) look(timeline_.example(kind));
    }
    return seen;
  }

  /// Whether another required call could come just before an overwriting one.
  bool overwritable(std::uint32_t by) const {
    bool any = false;
    for_each(required(), [&](std::uint32_t call) {
      if (call != by && machine_.overwrites(calls_[call])) any = true;
    });
    return any;
  }

  void consider(std::uint32_t call, std::uint32_t returning) {
    Frame& frame = frames_.back();
    const bool overwrites = machine_.overwrites(calls_[call]);
    if (frame.unseen && overwrites) return;
    Move move{.call = call, .state = machine_.step(frame.state, calls_[call]), .rank = 0};
    if (move.state == Machine::impossible) return;
    if (move.state == frame.state && !(overwrites && overwritable(call))) return;
    if (call != returning) {
      if (overwrites && move.state != frame.state && !seen_by_another(move)) return;
      const bool next = machine_.step(move.state, calls_[returning]) != Machine::impossible;
      move.rank = next ? 1 : 2;
      if (calls_[call].optional()) move.rank += 2;
    }
    moves_.push_back(move);
  }

  void list_moves() {
    Frame& frame = frames_.back();
    const std::uint32_t returning = timeline_.returning(frame.event);
    machine_.at(calls_[returning].returned);
    must_ = has(required(), timeline_.slot_of(returning));
    if (!must_ && !frame.preparing) moves_.push_back({.call = let_go, .state = frame.state, .rank = 0});
    ++stamp_;
    std::vector<std::uint32_t>& best = scratch_;
    best.clear();
    // The first to return of each kind, of the required ones and of the spare ones.
    const auto choose = [&](std::vector<Chosen>& chosen) {
      return [&](std::uint32_t call) {
        Chosen& one = chosen[timeline_.kind_of(call)];
        if (one.stamp == stamp_ && calls_[one.call].returned < calls_[call].returned) return;
        if (one.stamp != stamp_) best.push_back(timeline_.kind_of(call));
        one = {stamp_, call};
      };
    };
    for_each(required(), choose(chosen_required_));
    for_each(spare(), choose(chosen_spare_));
    std::ranges::sort(best);
    best.erase(std::unique(best.begin(), best.end()), best.end());
    for (const std::uint32_t kind : best) {
      const Chosen& must = chosen_required_[kind];
      const Chosen& may = chosen_spare_[kind];
      if (must.stamp == stamp_) consider(must.call, returning);
      // To use the spare one is better only if it goes sooner than the one that is left to be done.
      if (may.stamp == stamp_ && (must.stamp != stamp_ || calls_[may.call].returned < calls_[must.call].returned))
        consider(may.call, returning);
    }
    for (const std::uint32_t kind : timeline_.endless()) {
      const bool others = chosen_required_[kind].stamp == stamp_ || chosen_spare_[kind].stamp == stamp_;
      const bool useful = calls_[timeline_.example(kind)].useful_until >= calls_[returning].returned;
      if (!others && useful && timeline_.endless_of(kind) > used_[kind]) consider(timeline_.example(kind), returning);
    }
    frame.moves_end = static_cast<std::uint32_t>(moves_.size());
    std::stable_sort(moves_.begin() + frame.moves_begin, moves_.end(),
                     [](const Move& a, const Move& b) { return a.rank < b.rank; });
  }

  void make(const Move& chosen) {
    const Move move = chosen;  // the list it stands in grows
    const Frame& parent = frames_.back();
    timeline_.seek(parent.event);
    frames_.push_back({.event = parent.event, .state = move.state});
    sets_.resize(frames_.size() * 2 * words_);
    std::copy_n(required() - 2 * words_, 2 * words_, required());
    const std::uint32_t returning = timeline_.slot_of(timeline_.returning(frames_.back().event));
    if (move.call == let_go) {
      drop(spare(), returning);
      return;
    }
    frames_.back().preparing = has(spare(), returning);
    const Call& call = calls_[move.call];
    if (call.optional()) {
      const std::uint32_t kind = timeline_.kind_of(move.call);
      if (used_[kind]++ == 0) used_kinds_.push_back(kind);
      frames_.back().endless = kind;
    } else {
      drop(required(), timeline_.slot_of(move.call));
      drop(spare(), timeline_.slot_of(move.call));
    }
    const bool overwrites = machine_.overwrites(call);
    if (overwrites) {
      for_each(required(), [&](std::uint32_t other) {
        if (!machine_.overwrites(calls_[other])) return;
        drop(required(), timeline_.slot_of(other));
        put(spare(), timeline_.slot_of(other));
      });
    }
    frames_.back().unseen = !close(0) && overwrites;
  }

  void undo() {
    const Frame& frame = frames_.back();
    if (frame.endless != no_kind && --used_[frame.endless] == 0) used_kinds_.pop_back();  // last used, first given back
    moves_.resize(frame.moves_begin);
    frames_.pop_back();
    sets_.resize(frames_.size() * 2 * words_);
  }

  struct Chosen {
    std::uint64_t stamp = 0;
    std::uint32_t call = 0;
  };

  std::span<const Call> calls_;
  Machine& machine_;
  const SearchLimits& limits_;
  detail::Timeline timeline_;
  std::size_t words_;
  detail::Positions positions_;
  std::vector<Frame> frames_;
  std::vector<std::uint64_t> sets_;
  std::vector<Move> moves_;
  std::vector<std::uint32_t> used_, used_kinds_, scratch_;
  std::vector<Chosen> chosen_required_ = std::vector<Chosen>(timeline_.kinds());
  std::vector<Chosen> chosen_spare_ = std::vector<Chosen>(timeline_.kinds());
  bool must_ = false;  ///< the call that returns has to take effect, and not only may
  std::uint64_t stamp_ = 0, steps_ = 0;
  std::uint32_t furthest_ = 0;
  std::vector<State> states_;
  bool over_ = false;
};

}  // namespace

Linearization linearize(std::span<const Call> calls, Machine& machine, const SearchLimits& limits,
                        std::span<const State> starts) {
  const State own = starts.empty() ? machine.initial() : State{0};
  if (starts.empty()) starts = {&own, 1};
  Linearization result;
  JustInTime search{calls, machine, limits};
  result.verdict = HistoryVerdict::violated;
  for (const State start : starts) {
    const bool possible = search.possible_from(start);
    if (possible || search.over()) {
      result.verdict = possible ? HistoryVerdict::holds : HistoryVerdict::unknown;
      break;
    }
  }
  search.tell(result);
  return result;
}

}  // namespace squall::sim::history

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/history/detail/consistency_parts.hpp"
#include "sim/site.hpp"

namespace squall::sim::history::detail {
namespace {

/// Looks for one order of all accesses, session by session, from their beginnings. A read that sees the present value goes
/// at once: nothing is lost by it. A write waits until all have read what it replaces, since nobody writes that again. So
/// what is left to try is which write comes next. Positions met before are told by 128 bits of hash.
class Interleaving {
 public:
  Interleaving(const RegisterAccesses& accesses, const SearchLimits& limits)
      : accesses_{accesses},
        limits_{limits},
        done_(accesses.sessions(), 0),
        current_(accesses.objects(), RegisterAccesses::initially),
        unread_(accesses.all().size(), 0),
        unread_first_(accesses.objects(), 0) {
    for (std::uint32_t a = 0; a < accesses.all().size(); ++a) {
      if (accesses[a].reads()) ++readers_of(accesses[a].object, accesses.source(a));
    }
  }

  HistoryVerdict run() {
    for (std::uint32_t s = 0; s < accesses_.sessions(); ++s) look(s);
    read_on();
    open();
    while (!frames_.empty()) {
      if (trail_.size() == accesses_.all().size()) return HistoryVerdict::holds;
      if (over()) return HistoryVerdict::unknown;
      Frame& frame = frames_.back();
      if (frame.next == frame.end) {
        close();
        continue;
      }
      const std::uint32_t write = moves_[frame.next++];
      make(write);
      read_on();
      open();
    }
    return trail_.size() == accesses_.all().size() ? HistoryVerdict::holds : HistoryVerdict::violated;
  }

  std::uint64_t steps() const { return steps_; }
  /// The accesses that came next where the search came furthest.
  const std::vector<std::uint32_t>& stuck() const { return stuck_; }

 private:
  struct Frame {
    std::size_t trail;  ///< how many were done before
    std::size_t begin, next, end;
  };
  struct Done {
    std::uint32_t access, replaced;
  };

  std::uint32_t& readers_of(std::uint32_t object, std::uint32_t source) {
    return source == RegisterAccesses::initially ? unread_first_[object] : unread_[source];
  }

  /// The next access of a session; `no_access` where there is none, or it must wait.
  std::uint32_t head(std::uint32_t session) const {
    const auto list = accesses_.session(session);
    if (done_[session] == list.size()) return no_access;
    const auto after = accesses_.came_after(session);
    if (after && done_[accesses_[*after].session] <= accesses_[*after].index) return no_access;
    return list[done_[session]];
  }

  bool possible(std::uint32_t access) {
    const RegisterAccess& one = accesses_[access];
    const std::uint32_t present = current_[one.object];
    if (one.reads() && accesses_.source(access) != present) return false;
    return !one.writes() || readers_of(one.object, present) == (one.reads() ? 1U : 0U);
  }

  void look(std::uint32_t session) { to_look_.push_back(session); }

  std::uint64_t place_hash(std::uint32_t session) const { return moremur(child_key(session + 1, done_[session])); }
  std::uint64_t value_hash(std::uint32_t object) const {
    return moremur(child_key(~std::uint64_t{object}, current_[object]));
  }
  void hash(std::uint32_t session, std::uint32_t object, bool add) {
    const std::uint64_t both[] = {place_hash(session), value_hash(object)};
    for (const std::uint64_t part : both) {
      hash_ += add ? part : 0 - part;
      other_hash_ += add ? moremur(part) : 0 - moremur(part);
    }
  }

  void make(std::uint32_t access) {
    const RegisterAccess& one = accesses_[access];
    hash(one.session, one.object, false);
    trail_.push_back({access, current_[one.object]});
    if (one.reads()) --readers_of(one.object, accesses_.source(access));
    ++done_[one.session];
    if (one.writes()) {
      current_[one.object] = access;
      for (std::uint32_t s = 0; s < accesses_.sessions(); ++s) look(s);
    } else {
      look(one.session);
    }
    hash(one.session, one.object, true);
  }

  void read_on() {
    while (!to_look_.empty()) {
      const std::uint32_t session = to_look_.back();
      to_look_.pop_back();
      const std::uint32_t access = head(session);
      if (access != no_access && !accesses_[access].writes() && possible(access)) make(access);
    }
  }

  void open() {
    ++steps_;
    const std::size_t begin = moves_.size();
    if (trail_.size() >= furthest_) {
      furthest_ = trail_.size();
      stuck_.clear();
      for (std::uint32_t s = 0; s < accesses_.sessions(); ++s) {
        if (head(s) != no_access) stuck_.push_back(head(s));
      }
    }
    const auto known = index_.find(hash_, [&](std::uint32_t at) { return other_hashes_[at] == other_hash_; });
    if (known == FlatIndex::none) {
      index_.add(hash_, static_cast<std::uint32_t>(other_hashes_.size()));
      other_hashes_.push_back(other_hash_);
      for (std::uint32_t s = 0; s < accesses_.sessions(); ++s) {
        const std::uint32_t access = head(s);
        if (access != no_access && possible(access)) moves_.push_back(access);
      }
      // Those asked for first are tried first: most histories took effect about in this order.
      std::sort(moves_.begin() + static_cast<std::ptrdiff_t>(begin), moves_.end());
    }
    frames_.push_back({frames_.empty() ? 0 : trail_begin_, begin, begin, moves_.size()});
    trail_begin_ = trail_.size();
  }

  void close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    moves_.resize(frame.begin);
    while (trail_.size() > frame.trail) {
      const Done done = trail_.back();
      trail_.pop_back();
      const RegisterAccess& one = accesses_[done.access];
      hash(one.session, one.object, false);
      --done_[one.session];
      if (one.writes()) current_[one.object] = done.replaced;
      if (one.reads()) ++readers_of(one.object, accesses_.source(done.access));
      hash(one.session, one.object, true);
    }
    trail_begin_ = trail_.size();
  }

  bool over() {
    if (limits_.steps_max != 0 && steps_ >= limits_.steps_max) return true;
    return steps_ % 1024 == 0 && (limits_.stop() || index_.bytes() + other_hashes_.capacity() * 8 > limits_.memory_max);
  }

  const RegisterAccesses& accesses_;
  const SearchLimits& limits_;
  std::vector<std::uint32_t> done_, current_, unread_, unread_first_, to_look_;
  std::vector<Done> trail_;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> moves_, stuck_;
  std::uint64_t hash_ = 0, other_hash_ = 0, steps_ = 0;
  std::size_t furthest_ = 0, trail_begin_ = 0;
  FlatIndex index_;
  std::vector<std::uint64_t> other_hashes_;
};

}  // namespace

void check_sequential(const RegisterAccesses& accesses, const SearchLimits& limits, ConsistencyCheck& result) {
  // What is not even causal tells its reason in three sentences.
  if (accesses.all().size() * accesses.sessions() * sizeof(std::uint32_t) <= limits.memory_max) {
    check_causal(accesses, result);
    if (result.verdict == HistoryVerdict::violated) return;
  }
  Interleaving search{accesses, limits};
  result.verdict = search.run();
  result.steps = search.steps();
  if (result.verdict == HistoryVerdict::unknown) {
    result.unknown = limits.steps_max != 0 && result.steps >= limits.steps_max ? "the limit of steps was reached"
                     : limits.stop()                                           ? "the time was over"
                                                                               : "the memory it may use was full";
  }
  if (result.verdict != HistoryVerdict::violated) return;
  std::vector<std::string> story{"No order of all operations keeps that of each process and explains what was seen."};
  const std::vector<std::uint32_t>& stuck = search.stuck();
  for (std::size_t s = 0; s < stuck.size(); ++s)
    story.push_back(accesses[stuck[s]].reads()
                        ? fmt::format("T{} can come next only while {} holds {}.", s + 1,
                                      accesses.object_text(accesses[stuck[s]].object),
                                      accesses.value_text(accesses[stuck[s]].seen()))
                        : fmt::format("T{} would replace what somebody has still to see.", s + 1));
  story.emplace_back("The longest beginning that an order explains ends there: none of these can come next.");
  violated_by(accesses, stuck, std::move(story), result);
}

}  // namespace squall::sim::history::detail

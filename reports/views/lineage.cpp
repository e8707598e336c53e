// SPDX-License-Identifier: Apache-2.0
#include "reports/views/lineage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "reports/text.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;
using Way = Derived::Way;
using Kind = PieceOfWork::Kind;

/// Among so many pieces of what was seen, the latest ones, two or three chosen parents are looked for.
constexpr std::size_t pairs_tried = 64, triples_tried = 24;
/// So many pieces back is looked for what an activation has seen without taking it.
constexpr std::size_t pieces_looked_at = 2'000;

class Tracing {
 public:
  Tracing(const scenarios::Scenario& scenario, const scenarios::Recording& recording)
      : model_(scenario.model), recording_(recording), world_(recording.world) {
    for (std::uint32_t a = 0; a < world_.used(Pool::agents); ++a)
      made_.lanes.push_back(agent_name(model_, world_, AgentId{a}));
    all_keys_ = std::ranges::all_of(model_.keys, [](const KeyInfo& key) { return key.tracked == untracked; });
  }

  Lineage all() {
    for (const TraceLine& line : recording_.trace.lines()) {
      if (line.seen.kind == Seen::arrived) {
        instances_[line.seen.instance] = static_cast<std::uint64_t>(line.seen.value);
        ++made_.instances;
      }
      made_.instance_of_line.push_back(instance_of(line));
      made_.of_line.push_back(follow(line));
    }
    count_names();
    return std::move(made_);
  }

 private:
  Lane lane(AgentId id) const { return index(id) < made_.lanes.size() ? index(id) : no_lane; }

  const WorkSeen& work_of(const TraceLine& line) const { return recording_.trace.work(line); }

  std::uint64_t instance_of(const TraceLine& line) const {
    const auto found = instances_.find(line.seen.instance);
    return found == instances_.end() ? no_instance : found->second;
  }

  Piece follow(const TraceLine& line) {
    const Observation& seen = line.seen;
    switch (seen.kind) {
      case Seen::sent: sent_[seen.row] = {line.at, lane(seen.agent), lane(seen.other)}; return piece_of(line);
      case Seen::delivered:
      case Seen::validated: return piece_of(line);
      case Seen::consumed: return taken(line);
      case Seen::read: return read(line);
      case Seen::wrote: return wrote(line);
      case Seen::made: return made(line);
      case Seen::reported: return reported(line);
      case Seen::finished:
      case Seen::failed:
      case Seen::interrupted: ended(line); return no_piece;
      default: return no_piece;
    }
  }

  Piece add(PieceOfWork piece, std::uint64_t identity) {
    const auto number = static_cast<Piece>(made_.pieces.size());
    made_.pieces.push_back(std::move(piece));
    identities_.push_back(identity);
    below_.push_back(0);
    if (identity != 0) {
      for (const bool disguised : {false, true}) once_spoilt_[spoilt_identity(identity, disguised)] = number;
    }
    return number;
  }

  /// The artifact that a line is about. One that nobody has made was spoilt on its way.
  Piece piece_of(const TraceLine& line) {
    const WorkSeen& work = work_of(line);
    if (work.row == no_row) return no_piece;
    const auto here = at_row_.find(work.row);
    if (here != at_row_.end() && identities_[here->second] == work.identity) return here->second;
    const auto whole = once_spoilt_.find(work.identity);
    const Piece before = whole == once_spoilt_.end() ? no_piece : whole->second;
    PieceOfWork piece{.kind = before == no_piece ? Kind::made : Kind::spoilt,
                      .name = name_of(line.artifact),
                      .by = no_lane,
                      .at = line.at,
                      .instance = instance_of(line),
                      .origin = work.origin,
                      .unsound = work.unsound,
                      .from = {}};
    if (before != no_piece) {
      piece.name = made_.pieces[before].name;
      piece.by = lane(line.seen.other);
      piece.to = lane(line.seen.agent);
      if (const auto way = sent_.find(line.seen.row); way != sent_.end() && line.seen.kind != Seen::validated)
        std::tie(piece.at, piece.by, piece.to) = way->second;
      piece.from.push_back({.of = before, .way = Way::own, .from = piece.by, .what = {}, .at = piece.at});
    }
    return at_row_[work.row] = add(std::move(piece), work.identity);
  }

  std::string name_of(ArtifactName name) const {
    return index(name) < model_.artifact_names.size() ? model_.artifact_names[index(name)] : "work";
  }

  /// What an activation has seen. Work that is made of all of it stands for it from then on, so that whoever makes ten
  /// thousand pieces does not carry each of them on.
  struct Known {
    std::vector<Derived> now;
    std::vector<Derived> before;  ///< what `now` rests on
    std::set<Piece> all;

    void learn(Derived each) {
      if (all.insert(each.of).second) now.push_back(std::move(each));
    }
    void stand_for_all(Derived made) {
      std::ranges::move(now, std::back_inserter(before));
      now.clear();
      learn(std::move(made));
    }
  };

  /// A branch has seen what its parent has; an activation that begins again may have it from a checkpoint.
  Known& known_of(const TraceLine& line) {
    const auto [place, fresh] = known_.try_emplace(line.seen.activation);
    if (!fresh) return place->second;
    if (const auto parent = known_.find(work_of(line).parent); parent != known_.end() && parent != place) {
      place->second = parent->second;
    } else if (const auto cut = cut_off_.find(index(line.seen.agent)); cut != cut_off_.end()) {
      for (const auto* list : {&cut->second.before, &cut->second.now}) {
        for (Derived each : *list) {
          each.way = Way::handed;
          if (bits_of(each.of) != 0) place->second.learn(std::move(each));
        }
      }
    }
    return place->second;
  }

  Piece taken(const TraceLine& line) {
    const Piece piece = piece_of(line);
    if (piece == no_piece) return piece;
    const TopicId topic = line.seen.topic;
    const bool inner = index(topic) < model_.topics.size() && !model_.topic(topic).told.empty();
    pass(line, {.piece = piece,
                .by = lane(line.seen.agent),
                .from = lane(line.seen.other),
                .what = inner ? model_.topic(topic).told : topic_text(model_, topic),
                .at = line.at});
    return piece;
  }

  using VersionKey = std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>;  // key, instance, number

  VersionKey version_key(const TraceLine& line, std::uint32_t number) const {
    return {line.seen.detail, model_.keys[line.seen.detail].shared ? no_instance : instance_of(line), number};
  }

  Piece version(const TraceLine& line, std::uint32_t number, Lane by) {
    const auto key = version_key(line, number);
    if (const auto there = versions_.find(key); there != versions_.end() && by == no_lane) return there->second;
    const KeyInfo& info = model_.keys[line.seen.detail];
    PieceOfWork piece{.kind = Kind::version,
                      .name = info.name,
                      .number = number,
                      .judged = all_keys_ || info.tracked != untracked,
                      .by = by,
                      .at = by == no_lane ? start_of_time : line.at,
                      .instance = std::get<1>(key),
                      .unsound = work_of(line).unsound,
                      .from = {}};
    if (const Piece work = piece_of(line); work != no_piece)
      piece.from.push_back({.of = work, .way = Way::own, .from = by, .what = {}, .at = line.at});
    return versions_[key] = add(std::move(piece), 0);
  }

  Piece read(const TraceLine& line) {
    const Piece piece = version(line, static_cast<std::uint32_t>(line.seen.value), no_lane);
    const PieceOfWork& given = made_.pieces[piece];
    pass(line, {.piece = piece,
                .by = lane(line.seen.agent),
                .from = given.by,
                .what = given.name,
                .read = true,
                .at = line.at});
    return piece;
  }

  void pass(const TraceLine& line, Taking taking) {
    known_of(line).learn({.of = taking.piece,
                          .way = taking.read ? Way::read : Way::message,
                          .from = taking.from,
                          .what = taking.what,
                          .at = taking.at,
                          .taking = static_cast<std::uint32_t>(made_.takings.size())});
    made_.takings.push_back(std::move(taking));
  }

  Piece wrote(const TraceLine& line) {
    if (line.seen.row == no_row) return no_piece;  // it was lost
    return version(line, line.seen.row, lane(line.seen.agent));
  }

  Piece made(const TraceLine& line) {
    const bool of_all = is_made_of(line, work_of(line).known);
    std::vector<Derived> from = seen_by(line);
    if (!of_all) from = chosen(line, std::move(from));
    PieceOfWork piece{.name = name_of(line.artifact),
                      .by = lane(line.seen.agent),
                      .at = line.at,
                      .instance = instance_of(line),
                      .origin = work_of(line).origin,
                      .unsound = work_of(line).unsound,
                      .from = std::move(from)};
    const Piece number = add(std::move(piece), work_of(line).identity);
    if (of_all) below_[number] |= work_of(line).known;
    at_row_[work_of(line).row] = number;
    Derived own{.of = number, .way = Way::own, .from = lane(line.seen.agent), .what = {}, .at = line.at};
    Known& known = known_of(line);
    of_all ? known.stand_for_all(std::move(own)) : known.learn(std::move(own));
    return number;
  }

  Piece reported(const TraceLine& line) {
    PieceOfWork piece{.kind = Kind::outcome,
                      .name = line.seen.value != 0 ? "success" : "failure",
                      .by = lane(line.seen.agent),
                      .at = line.at,
                      .instance = instance_of(line),
                      .from = seen_by(line)};
    piece.unsound = std::ranges::any_of(piece.from, [&](const Derived& each) { return made_.pieces[each.of].unsound; });
    return add(std::move(piece), 0);
  }

  /// What a branch has seen its parent has seen from then on.
  void ended(const TraceLine& line) {
    const auto over = known_.find(line.seen.activation);
    if (over == known_.end()) return;
    Known known = std::move(over->second);
    known_.erase(over);
    if (line.seen.kind == Seen::interrupted) {
      cut_off_[index(line.seen.agent)] = std::move(known);
    } else if (const auto parent = known_.find(work_of(line).parent); parent != known_.end()) {
      for (Derived& each : known.now) parent->second.learn(std::move(each));
    }
  }

  std::uint64_t bits_of(Piece piece) const {
    const PieceOfWork& work = made_.pieces[piece];
    if (work.kind == Kind::version) return work.from.empty() ? 0 : bits_of(work.from.front().of);
    return work.kind == Kind::outcome ? 0 : seen_bits(identities_[piece]);
  }

  /// The bits of a piece and of what it stands for.
  std::uint64_t all_bits_of(Piece piece) const {
    const PieceOfWork& work = made_.pieces[piece];
    if (work.kind == Kind::version) return work.from.empty() ? 0 : bits_of(work.from.front().of);
    return below_[piece] | bits_of(piece);
  }

  /// What the activation of a line has seen, as the kernel's summary confirms it: what that does not hold is left out, and
  /// what it holds besides is looked for among what was made last.
  std::vector<Derived> seen_by(const TraceLine& line) {
    std::vector<Derived> confirmed;
    std::uint64_t bits = 0;
    const auto confirm = [&](const Derived& each, std::uint64_t all) {
      if ((bits_of(each.of) & ~work_of(line).known) != 0) return false;
      bits |= all;
      confirmed.push_back(each);
      return true;
    };
    const Known& known = known_of(line);
    bool whole = true;
    for (const Derived& each : known.now) whole = confirm(each, all_bits_of(each.of)) && whole;
    for (std::size_t b = 0; !whole && b < known.before.size(); ++b)
      confirm(known.before[b], bits_of(known.before[b].of));
    const std::size_t oldest = made_.pieces.size() - std::min(made_.pieces.size(), pieces_looked_at);
    for (std::size_t p = made_.pieces.size(); bits != work_of(line).known && p-- > oldest;) {
      const auto piece = static_cast<Piece>(p);
      const Kind kind = made_.pieces[piece].kind;
      const std::uint64_t own = bits_of(piece);
      if ((kind != Kind::made && kind != Kind::spoilt) || (own & ~work_of(line).known) != 0 || (own & ~bits) == 0)
        continue;
      bits |= own;
      confirmed.push_back({.of = piece, .way = Way::handed, .from = made_.pieces[piece].by, .what = {}, .at = line.at});
    }
    return confirmed;
  }

  bool is_made_of(const TraceLine& line, std::uint64_t parents) const {
    return index(line.artifact) < model_.artifact_keys.size() &&
           made_identity(world_, model_, line.artifact, line.seen.agent, parents, !work_of(line).unsound) ==
               work_of(line).identity;
  }

  /// Work made of some of what was seen: the pieces that give it its identity.
  std::vector<Derived> chosen(const TraceLine& line, std::vector<Derived> seen) {
    std::vector<Derived> candidates = known_of(line).before;
    std::ranges::copy(seen, std::back_inserter(candidates));
    std::erase_if(candidates, [&](const Derived& each) { return bits_of(each.of) == 0; });
    std::ranges::reverse(candidates);  // the latest are the likeliest
    if (is_made_of(line, 0)) return {};
    const auto bits = [&](std::size_t c) { return bits_of(candidates[c].of); };
    for (std::size_t a = 0; a < candidates.size(); ++a) {
      if (is_made_of(line, bits(a))) return {candidates[a]};
    }
    const std::size_t pairs = std::min(candidates.size(), pairs_tried), triples = std::min(pairs, triples_tried);
    for (std::size_t a = 0; a < pairs; ++a) {
      for (std::size_t b = a + 1; b < pairs; ++b) {
        if (is_made_of(line, bits(a) | bits(b))) return {candidates[b], candidates[a]};
      }
    }
    for (std::size_t a = 0; a < triples; ++a) {
      for (std::size_t b = a + 1; b < triples; ++b) {
        for (std::size_t c = b + 1; c < triples; ++c) {
          if (is_made_of(line, bits(a) | bits(b) | bits(c))) return {candidates[c], candidates[b], candidates[a]};
        }
      }
    }
    return seen;
  }

  void count_names() {
    std::map<std::pair<std::uint64_t, std::string>, std::uint32_t> count;
    const auto counted = [](const PieceOfWork& piece) { return piece.kind == Kind::made; };
    for (PieceOfWork& piece : made_.pieces) {
      if (counted(piece)) piece.number = ++count[{piece.instance, piece.name}];
    }
    for (PieceOfWork& piece : made_.pieces) {
      if (counted(piece)) piece.alone = count[{piece.instance, piece.name}] == 1;
      if (piece.kind != Kind::spoilt) continue;
      const PieceOfWork& whole = made_.pieces[piece.from.front().of];
      piece.number = whole.number;
      piece.alone = whole.alone;
    }
  }

  const Model& model_;
  const scenarios::Recording& recording_;
  const World& world_;
  Lineage made_;
  bool all_keys_ = false;
  std::vector<std::uint64_t> identities_;                ///< of each piece; 0: it has none
  std::map<Row, std::uint64_t> instances_;               ///< numbers of the instances that live
  std::map<Row, Piece> at_row_;                          ///< artifacts by the row that they have now
  std::map<std::uint64_t, Piece> once_spoilt_;           ///< what a piece would be called after that
  std::map<Row, std::tuple<Instant, Lane, Lane>> sent_;  ///< messages by their row: when, from, to
  std::map<VersionKey, Piece> versions_;
  std::vector<std::uint64_t> below_;        ///< of work made of all that was seen: the bits of that
  std::map<Row, Known> known_;              ///< by activation
  std::map<std::uint32_t, Known> cut_off_;  ///< by agent: what its interrupted activation had seen
};

}  // namespace

bool Lineage::artifacts() const {
  return std::ranges::any_of(pieces, [](const PieceOfWork& piece) { return piece.kind == Kind::made; });
}

Lineage lineage(const scenarios::Scenario& scenario, const scenarios::Recording& recording) {
  return Tracing{scenario, recording}.all();
}

std::string piece_name(const Lineage& all, Piece number) {
  const PieceOfWork& piece = all.pieces[number];
  switch (piece.kind) {
    case Kind::version: return fmt::format("{}, version {}", printable(piece.name), piece.number);
    case Kind::outcome: return piece.name;
    case Kind::made:
    case Kind::spoilt: break;
  }
  return piece.alone ? printable(piece.name) : fmt::format("{} {}", printable(piece.name), piece.number);
}

std::string piece_text(const Lineage& all, Piece number) {
  const PieceOfWork& piece = all.pieces[number];
  const auto name_of = [&](Lane lane) { return lane == no_lane ? "nobody" : printable(all.lanes[lane]); };
  switch (piece.kind) {
    case Kind::version: return piece_name(all, number);
    case Kind::outcome: return fmt::format("the {} that {} reports", piece.name, name_of(piece.by));
    case Kind::made: break;
    case Kind::spoilt: return fmt::format("spoilt {}", piece_text(all, piece.from.front().of));
  }
  return piece.by == no_lane ? piece_name(all, number)
                             : fmt::format("{} of {}", piece_name(all, number), name_of(piece.by));
}

std::vector<bool> ancestors(const Lineage& all, Piece piece) {
  std::vector<bool> below(std::size_t{piece} + 1);
  below[piece] = true;
  for (Piece each = piece + 1; each-- > 0;) {  // what a piece rests on lies before it
    if (!below[each]) continue;
    for (const Derived& derived : all.pieces[each].from) below[derived.of] = true;
  }
  return below;
}

std::vector<std::uint32_t> trail(const Lineage& all, std::uint32_t taking) {
  std::vector<std::uint32_t> way{taking};
  for (std::uint32_t each = taking; each-- > 0;) {
    const Taking &later = all.takings[way.back()], &earlier = all.takings[each];
    if (later.read || later.from == all.pieces[later.piece].by) break;  // its maker had it without taking it
    if (earlier.piece == later.piece && earlier.by == later.from) way.push_back(each);
  }
  std::ranges::reverse(way);
  return way;
}

std::vector<Contradiction> contradictions(const Lineage& all, Piece piece) {
  const std::vector<bool> below = ancestors(all, piece);
  std::map<std::pair<std::string, std::uint64_t>, Contradiction> ranges;
  for (Piece each = 0; each < below.size(); ++each) {
    const PieceOfWork& version = all.pieces[each];
    if (!below[each] || version.kind != Kind::version || !version.judged) continue;
    Contradiction& range = ranges[{version.name, version.instance}];
    if (range.low == no_piece || version.number < all.pieces[range.low].number) range.low = each;
    if (range.high == no_piece || version.number > all.pieces[range.high].number) range.high = each;
  }
  std::vector<Contradiction> found;
  for (const auto& [key, range] : ranges) {
    if (all.pieces[range.low].number != all.pieces[range.high].number) found.push_back(range);
  }
  return found;
}

}  // namespace squall::reports

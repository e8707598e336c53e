// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "reports/views/lineage.hpp"

namespace squall::reports {
namespace {

using Kind = PieceOfWork::Kind;

/// Of work that nothing rests on, beside what was reported, so much is shown.
constexpr std::size_t loose_ends_max = 4;
/// Of so many outcomes it is asked whether they are contradictory: of each, all that it rests on is looked at.
constexpr std::size_t outcomes_compared = 200;

bool is_artifact(const PieceOfWork& piece) { return piece.kind == Kind::made || piece.kind == Kind::spoilt; }

/// The instance that is worth a look.
std::uint64_t chosen_instance(const Lineage& all) {
  std::size_t outcomes = 0;
  for (Piece p = 0; p < all.pieces.size(); ++p) {
    const PieceOfWork& piece = all.pieces[p];
    if (piece.kind != Kind::outcome) continue;
    if (piece.unsound) return piece.instance;
    if (++outcomes <= outcomes_compared && !contradictions(all, p).empty()) return piece.instance;
  }
  const auto unsound =
      std::ranges::find_if(all.pieces, [](const auto& piece) { return is_artifact(piece) && piece.origin; });
  if (unsound != all.pieces.end()) return unsound->instance;
  const auto first = std::ranges::find_if(all.pieces, is_artifact);
  return first == all.pieces.end() ? no_instance : first->instance;
}

std::vector<Piece> finals_of(const Lineage& all) {
  const std::uint64_t instance = chosen_instance(all);
  std::vector<bool> rested_on(all.pieces.size());
  for (const PieceOfWork& piece : all.pieces) {
    for (const Derived& each : piece.from) rested_on[each.of] = true;
  }
  std::vector<Piece> finals, loose;
  for (Piece p = 0; p < all.pieces.size(); ++p) {
    const PieceOfWork& piece = all.pieces[p];
    if (piece.kind == Kind::outcome && piece.instance == instance && finals.size() < loose_ends_max)
      finals.push_back(p);
    // A version that carries work and that nobody has used is an end as well.
    const bool carries = is_artifact(piece) || (piece.kind == Kind::version && !piece.from.empty());
    if (carries && !rested_on[p] && (piece.instance == instance || piece.instance == no_instance)) loose.push_back(p);
  }
  if (loose.size() > loose_ends_max) loose.erase(loose.begin(), loose.end() - loose_ends_max);
  finals.insert(finals.end(), loose.begin(), loose.end());
  std::ranges::sort(finals);
  return finals;
}

/// Without edges from which another way leads to the same piece: what rests on a draft that rests on a plan rests on the
/// plan anyhow.
void add_edges(const Lineage& all, Ancestry& part) {
  const std::set<Piece> shown{part.pieces.begin(), part.pieces.end()};
  std::map<Piece, std::set<Piece>> below;  // of each piece, itself left out
  for (const Piece to : part.pieces) {
    std::set<Piece>& own = below[to];
    for (const Derived& each : all.pieces[to].from) {
      if (!shown.contains(each.of)) continue;
      own.insert(each.of);
      own.insert(below[each.of].begin(), below[each.of].end());
    }
    for (const Derived& each : all.pieces[to].from) {
      if (!shown.contains(each.of)) continue;
      const bool implied = std::ranges::any_of(all.pieces[to].from, [&](const Derived& other) {
        return other.of != each.of && shown.contains(other.of) && below[other.of].contains(each.of);
      });
      if (!implied) part.edges.push_back({each.of, to, &each});
    }
  }
}

}  // namespace

Ancestry ancestry(const Lineage& all, std::size_t most) {
  Ancestry part;
  if (!all.artifacts()) return part;
  part.finals = finals_of(all);
  std::set<Piece> found{part.finals.begin(), part.finals.end()};
  std::vector<Piece> ring = part.finals;
  while (!ring.empty()) {
    std::vector<Piece> next;
    for (const Piece piece : ring) {
      for (const Derived& each : all.pieces[piece].from) {
        if (found.insert(each.of).second) next.push_back(each.of);
      }
    }
    for (const Piece piece : ring) {
      if (part.pieces.size() < most) part.pieces.push_back(piece);
      else ++part.left_out;
    }
    ring = std::move(next);
  }
  std::ranges::sort(part.pieces);
  std::erase_if(part.finals, [&](Piece piece) { return !std::ranges::binary_search(part.pieces, piece); });
  add_edges(all, part);
  return part;
}

}  // namespace squall::reports

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "reports/views/lineage.hpp"
#include "scenarios/run.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"

namespace squall::reports {

/// What the kernel says of where work comes from, against what a lineage says: the identity that it gave each artifact is a
/// hash of what that was made of.
class KernelsWord {
 public:
  KernelsWord(const scenarios::Scenario& scenario, const scenarios::Recording& recording, const Lineage& all)
      : model_(scenario.model),
        recording_(recording),
        all_(all),
        identities_(all.pieces.size()),
        stood_for_(all.pieces.size()) {
    const auto& lines = recording.trace.lines();
    for (std::size_t l = 0; l < lines.size(); ++l) {
      const Piece piece = all.of_line[l];
      if (piece == no_piece || all.pieces[piece].kind == PieceOfWork::Kind::version) continue;
      const sim::WorkSeen& work = recording.trace.work(lines[l]);
      if (work.row != sim::no_row) identities_[piece] = work.identity;
      const bool made = lines[l].seen.kind == sim::Seen::made;
      if (made && matches(l, work.known)) stood_for_[piece] = work.known;
    }
  }

  /// Whether the parents that the lineage gives to what line `l` makes give it its identity. Work that its maker made of all
  /// that it had seen stands for that.
  bool agrees(std::size_t l) const {
    std::uint64_t alone = 0, with_all = 0;
    for (const Derived& each : all_.pieces[all_.of_line[l]].from) {
      alone |= bits_of(each.of);
      with_all |= bits_of(each.of) | own_of(each);
    }
    return matches(l, alone) || matches(l, with_all);
  }

 private:
  std::uint64_t own_of(const Derived& each) const {
    const bool own = each.way == Derived::Way::own || each.way == Derived::Way::handed;
    return own ? stood_for_[each.of] : 0;
  }
  std::uint64_t bits_of(Piece piece) const {
    if (all_.pieces[piece].kind == PieceOfWork::Kind::version) {
      if (all_.pieces[piece].from.empty()) return 0;
      piece = all_.pieces[piece].from.front().of;
    }
    return sim::seen_bits(identities_[piece]);
  }
  bool matches(std::size_t l, std::uint64_t parents) const {
    const sim::TraceLine& line = recording_.trace.lines()[l];
    const sim::WorkSeen& work = recording_.trace.work(line);
    return sim::made_identity(recording_.world, model_, line.artifact, line.seen.agent, parents, !work.unsound) ==
           work.identity;
  }

  const sim::Model& model_;
  const scenarios::Recording& recording_;
  const Lineage& all_;
  std::vector<std::uint64_t> identities_, stood_for_;
};

}  // namespace squall::reports

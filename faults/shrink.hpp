// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// Shrinking, written over one question: does this still fail? It knows no workflow.
namespace squall::faults {

/// Positions of the parts that are kept, ascending.
using Parts = std::vector<std::size_t>;
/// Whether these parts alone still show the same trouble.
using Fails = std::function<bool(std::span<const std::size_t>)>;

/// How often a question may still be asked, for all stages of a shrink together.
struct Budget {
  std::uint64_t left = 0;
  std::uint64_t spent = 0;

  /// False, and nothing is spent, where nothing is left.
  bool spend() {
    if (left == 0) return false;
    --left;
    ++spent;
    return true;
  }
};

struct Shrunk {
  Parts parts;           ///< still fail
  bool minimal = false;  ///< each part has been left out alone, with what is kept, and then nothing failed
};

/// Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002): from
/// `parts` parts that fail together, a subset that fails and from which no single part can be left out. Asks for no part
/// first, since mostly timing alone does it. At best O(log parts) questions, at worst O(parts²); each set is asked about
/// once. Where the budget ends first, the smallest set found so far, not `minimal`. Requires: all parts together fail.
Shrunk ddmin(std::size_t parts, const Fails& fails, Budget& budget);

/// A number in low..high that fails, by bisection: the smallest one where more of it always fails as well. Every answer is
/// asked for, but that `high` fails. O(log (high - low)) questions. Requires: `high` fails.
std::uint64_t smallest(std::uint64_t low, std::uint64_t high, const std::function<bool(std::uint64_t)>& fails,
                       Budget& budget);

}  // namespace squall::faults

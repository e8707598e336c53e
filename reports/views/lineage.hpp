// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reports/views/chronicle.hpp"
#include "scenarios/run.hpp"

/// Where work came from in one recorded run: what the kernel sums up in each artifact, as the graph that it is.
namespace squall::reports {

using Piece = std::uint32_t;  ///< position in `Lineage::pieces`
inline constexpr Piece no_piece = 0xffff'ffffU;
inline constexpr std::uint32_t no_taking = 0xffff'ffffU;

/// One piece of work that another rests on, and how whoever made that one came by it.
struct Derived {
  enum class Way : std::uint8_t {
    message,  ///< took a message that carried it; `what`: its topic, `from`: the sender
    read,     ///< read a version of a key
    own,      ///< it is the same hand's
    handed    ///< had it from a checkpoint, a branch or a parent
  };
  Piece of = no_piece;
  Way way = Way::own;
  Lane from = no_lane;
  std::string what;
  sim::Instant at{};
  std::uint32_t taking = no_taking;  ///< position in `Lineage::takings`
};

/// Somebody comes by a piece of work: a boundary that it passes.
struct Taking {
  Piece piece = no_piece;
  Lane by = no_lane;
  Lane from = no_lane;  ///< who sent it; of a read: who wrote the version
  std::string what;     ///< the message's topic, or the key
  bool read = false;    ///< not a message
  sim::Instant at{};
};

struct PieceOfWork {
  enum class Kind : std::uint8_t {
    made,     ///< an artifact
    spoilt,   ///< an artifact as it came out of a fault on its way
    version,  ///< a version of a key of the context
    outcome   ///< what was reported of an instance: `success`, `failure`
  };
  Kind kind = Kind::made;
  std::string name;          ///< of the artifact or the key
  std::uint32_t number = 0;  ///< of a version; else which of those with this name in its instance, from 1
  bool alone = true;         ///< no other of its instance has this name
  bool judged = false;       ///< of a version: contradictions of its key count
  Lane by = no_lane;         ///< who made, wrote or reported it; of spoilt work: who sent it
  Lane to = no_lane;         ///< of spoilt work: to whom it was on its way
  sim::Instant at{};
  std::uint64_t instance = 0;  ///< its number; of a key that all share: `no_instance`
  bool origin = false;         ///< unsound, and nothing that it rests on is
  bool unsound = false;        ///< unsound, or rests on what is
  std::vector<Derived> from;   ///< what it rests on; each lies before it in the list
};
inline constexpr std::uint64_t no_instance = ~std::uint64_t{0};

struct Lineage {
  std::vector<std::string> lanes;
  std::vector<Taking> takings;      ///< in the order in which they happened
  std::vector<PieceOfWork> pieces;  ///< in the order in which they came into being
  std::vector<Piece> of_line;  ///< of each line of the trace the piece that it takes, checks, reads, writes or makes
  std::vector<std::uint64_t> instance_of_line;
  std::size_t instances = 0;

  bool artifacts() const;  ///< anything was made at all
};

/// Two versions of one key below one piece of work.
struct Contradiction {
  Piece low = no_piece, high = no_piece;
};

/// Of a run that was recorded. What an activation has seen is followed line by line and held against the kernel's own summary;
/// of work that is made of chosen parents they are found by its identity. Marks contradictions of the keys that `agreement`
/// watches; of all where it watches none. O(observations x pieces seen by one activation).
Lineage lineage(const scenarios::Scenario& scenario, const scenarios::Recording& recording);

/// `code`, `code 2`, `plan, version 3`, `success`.
std::string piece_name(const Lineage&, Piece);
/// The same with whose it is: `code of coder`, `plan, version 3`, `the success that lead reports`.
std::string piece_text(const Lineage&, Piece);

/// Which pieces `piece` rests on, itself included: a flag for each up to it. O(pieces below it).
std::vector<bool> ancestors(const Lineage&, Piece piece);
/// The boundaries that a piece passed until the last of them, oldest first: who takes it from whom, from its maker on.
std::vector<std::uint32_t> trail(const Lineage&, std::uint32_t taking);

/// Keys of which `piece` rests on two versions, each with the lowest and the highest.
std::vector<Contradiction> contradictions(const Lineage&, Piece piece);

/// A part of the lineage that fits on a page: what the last work of one instance rests on.
struct Ancestry {
  struct Edge {
    Piece from = no_piece, to = no_piece;
    const Derived* how = nullptr;  ///< in the lineage
  };
  std::vector<Piece> finals;  ///< outcomes and work that nothing else rests on
  std::vector<Piece> pieces;  ///< ascending
  std::vector<Edge> edges;    ///< without those that another way implies
  std::size_t left_out = 0;   ///< pieces below the finals beyond `most`: those farthest from them
};
/// Of the first instance whose outcome rests on unsound or contradictory work, else of the first one that made anything.
Ancestry ancestry(const Lineage&, std::size_t most = 48);

struct LineageFigure {
  std::string svg;                     ///< one <svg> element; empty where nothing was made
  std::string description;             ///< in a sentence or two
  std::vector<std::string> sentences;  ///< the figure in words, a sentence for each piece
};
/// Boxes from top to bottom, what rests on what below it. Unsound work has a thick border and a cross, what rests on it a
/// dashed border and a triangle, contradictory work an inner border and an unequal sign; versions are cut at a corner.
LineageFigure lineage_figure(const Lineage&);

}  // namespace squall::reports

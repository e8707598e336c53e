// SPDX-License-Identifier: Apache-2.0
#include "reports/lineage_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/views/lineage.hpp"
#include "sim/invariants/agreement.hpp"
#include "sim/invariants/containment.hpp"
#include "sim/invariants/freshness.hpp"
#include "sim/invariants/honest_outcome.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;
using Kind = PieceOfWork::Kind;

constexpr std::size_t lines_kept = 16;  ///< of a long path: at its beginning, and at its end
constexpr std::size_t origins_told = 3;

class Teller {
 public:
  Teller(const scenarios::Scenario& scenario, const scenarios::Recording& recording, const Violation& violation)
      : model_(scenario.model),
        recording_(recording),
        violation_(violation),
        lines_(recording.trace.lines()),
        all_(lineage(scenario, recording)) {}

  LineageStory all() {
    if (violation_.reasons.empty()) return {};
    if (violation_.invariant == Containment::name) containment();
    else if (violation_.invariant == Agreement::name) agreement();
    else if (violation_.invariant == Freshness::name) freshness();
    else if (violation_.invariant == HonestOutcome::name) honest_outcome();
    std::ranges::stable_sort(story_.path, {}, &PassedOn::at);
    return std::move(story_);
  }

 private:
  // ---- where the violation lies ----

  bool speaks_of(const std::string& words) const { return violation_.reasons.front().find(words) != std::string::npos; }
  std::string name(AgentId agent) const { return agent_name(model_, recording_.world, agent); }
  std::string name(Lane lane) const { return lane == no_lane ? "nobody" : printable(all_.lanes[lane]); }

  /// The line at the violation's instant that `fits`; the size of the trace where there is none.
  template <class Fits>
  std::size_t line_at(const Fits& fits) const {
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      if (lines_[l].at == violation_.at && all_.of_line[l] != no_piece && fits(lines_[l].seen)) return l;
    }
    return lines_.size();
  }

  void containment() {
    const std::size_t line = line_at([&](const Observation& seen) {
      return (seen.kind == Seen::consumed || seen.kind == Seen::read) && speaks_of(name(seen.agent) + " takes what");
    });
    if (line == lines_.size()) return;
    const Piece piece = all_.of_line[line];
    for (const Piece origin : origins_of(piece)) along(origin, piece);
    // The taking that breaks it is the last boundary.
    for (std::uint32_t t = 0; t < all_.takings.size(); ++t) {
      const Taking& taking = all_.takings[t];
      if (taking.piece == piece && taking.at == violation_.at && index(lines_[line].seen.agent) == taking.by)
        return pass(t);
    }
  }

  void agreement() {
    const std::size_t line = line_at([&](const Observation& seen) {
      return (seen.kind == Seen::made || seen.kind == Seen::reported) &&
             speaks_of(fmt::format(" of {} rests on version ", name(seen.agent)));
    });
    if (line == lines_.size()) return;
    const Piece piece = all_.of_line[line];
    for (const Contradiction& each : contradictions(all_, piece)) {
      along(each.low, piece);
      along(each.high, piece);
      story_.summary.push_back(fmt::format("{} rests on both {} and {}", piece_text(all_, piece),
                                           piece_name(all_, each.low), piece_name(all_, each.high)));
    }
  }

  void freshness() {
    const std::size_t line = line_at([&](const Observation& seen) {
      return seen.kind == Seen::read && speaks_of(fmt::format("{} is given version {} of {}", name(seen.agent),
                                                              seen.value, model_.keys[seen.detail].name));
    });
    if (line == lines_.size()) return;
    const Observation& seen = lines_[line].seen;
    const Piece stale = all_.of_line[line];
    begin(stale);
    for (std::size_t l = 0; l < line; ++l) {
      const Piece newer = all_.of_line[l];
      if (lines_[l].seen.kind != Seen::wrote || newer == no_piece || newer < stale) continue;
      if (all_.pieces[newer].name == all_.pieces[stale].name && all_.pieces[newer].number > all_.pieces[stale].number)
        tell(lines_[l].at, "{} writes {}", name(lines_[l].seen.agent), piece_name(all_, newer));
    }
    const std::string who = printable(name(seen.agent));
    tell(violation_.at, "{} reads {} all the same{}", who, piece_name(all_, stale),
         fault_at(violation_.at, seen.agent));
    // What whoever read it makes of it from then on.
    std::set<Piece> spoilt{stale};
    std::vector<std::string> results;
    for (Piece p = stale + 1; p < all_.pieces.size(); ++p) {
      const PieceOfWork& piece = all_.pieces[p];
      const auto rests = std::ranges::find_if(piece.from, [&](const Derived& each) {
        const bool then = each.at >= violation_.at && piece.by == index(seen.agent);
        return spoilt.contains(each.of) && (each.of != stale || then);
      });
      if (rests == piece.from.end()) continue;
      spoilt.insert(p);
      if (spoilt.size() <= lines_kept) {
        if (rests->of != stale && rests->taking != no_taking) pass(rests->taking);
        make(p, true);
      }
      if (piece.kind == Kind::outcome) results.push_back(piece_text(all_, p));
    }
    story_.summary.push_back(fmt::format("{} on what {} read there{}",
                                         counted(spoilt.size() - 1, "piece of work rests", "pieces of work rest"), who,
                                         results.empty() ? "" : ", among them " + listed(results)));
  }

  void honest_outcome() {
    std::uint64_t instance = no_instance;
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      if (lines_[l].seen.kind == Seen::closed && lines_[l].at == violation_.at) instance = all_.instance_of_line[l];
      const bool reports = lines_[l].seen.kind == Seen::reported && instance == no_instance;
      if (reports && speaks_of(name(lines_[l].seen.agent) + " reports ")) instance = all_.instance_of_line[l];
    }
    for (Piece p = 0; p < all_.pieces.size(); ++p) {
      const PieceOfWork& piece = all_.pieces[p];
      if (piece.kind != Kind::outcome || piece.instance != instance || piece.by == no_lane) continue;
      if (!speaks_of(all_.lanes[piece.by] + " reports ")) continue;
      return piece.unsound ? wrong_result(p) : sound_result(p);
    }
  }

  void wrong_result(Piece outcome) {
    for (const Piece origin : origins_of(outcome)) along(origin, outcome);
  }

  /// Nothing that it rests on is unsound: then what it rests on is worth knowing, and what it does not.
  void sound_result(Piece outcome) {
    std::vector<std::string> work;
    const std::vector<bool> below = ancestors(all_, outcome);
    for (Piece p = 0; p < outcome; ++p) {
      if (below[p] && all_.pieces[p].kind == Kind::made) work.push_back(piece_text(all_, p));
    }
    if (!all_.artifacts()) return;
    tell(all_.pieces[outcome].at, "{} reports {}", name(all_.pieces[outcome].by), all_.pieces[outcome].name);
    story_.summary.push_back(work.empty() ? "it rests on no work at all"
                                          : fmt::format("it rests on {}, and none of that is unsound", listed(work)));
  }

  // ---- from the fault to there ----

  std::vector<Piece> origins_of(Piece piece) {
    std::vector<Piece> origins;
    const std::vector<bool> below = ancestors(all_, piece);
    for (Piece p = 0; p < below.size(); ++p) {
      if (below[p] && all_.pieces[p].origin) origins.push_back(p);
    }
    for (std::size_t o = 0; o < origins.size() && o < origins_told; ++o) reach(origins[o]);
    if (origins.size() > origins_told) origins.resize(origins_told);
    return origins;
  }

  template <class... Arguments>
  void tell(Instant at, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    PassedOn step{at, fmt::format(format, std::forward<Arguments>(arguments)...)};
    const bool again = std::ranges::any_of(
        story_.path, [&](const PassedOn& each) { return each.at == step.at && each.text == step.text; });
    if (!again) story_.path.push_back(std::move(step));
  }

  /// ` (agent-wrong: {agent: coder, nth: 1})`: what struck this agent at this instant.
  template <class... Agents>
  std::string fault_at(Instant at, Agents... agents) const {
    for (std::size_t i = 0; i < recording_.injected.lines.size(); ++i) {
      if (recording_.instants[i] != at) continue;
      const faults::Matcher& matcher = recording_.injected.lines[i].matcher;
      const auto among = [&](const faults::Names& names) {
        const auto is = [&](AgentId agent) {
          if (agent == nobody) return false;
          const std::string& role = model_.definition(recording_.world.agent(agent).definition).name;
          return std::ranges::find(names.all, role) != names.all.end();
        };
        return (is(agents) || ...);
      };
      if (among(matcher.agent) || among(matcher.from) || among(matcher.to))
        return fmt::format(" ({})", printable(faults::to_text(recording_.injected.lines[i])));
    }
    return {};
  }

  static AgentId agent_of(Lane lane) { return lane == no_lane ? nobody : AgentId{lane}; }

  /// How a piece came into being, where the path begins with it.
  void begin(Piece number) {
    const PieceOfWork& piece = all_.pieces[number];
    if (piece.origin && piece.kind == Kind::made)
      return tell(piece.at, "{} makes {}, which is unsound{}", name(piece.by), piece_name(all_, number),
                  fault_at(piece.at, agent_of(piece.by)));
    if (piece.kind == Kind::version && piece.by == no_lane)
      return tell(piece.at, "{} is there from the start", piece_name(all_, number));
    make(number, false);
  }

  void make(Piece number, bool of_it) {
    const PieceOfWork& piece = all_.pieces[number];
    switch (piece.kind) {
      case Kind::made:
        return tell(piece.at, "{} makes {}{}", name(piece.by), piece_name(all_, number),
                    of_it ? ", which rests on it" : "");
      case Kind::spoilt:
        return tell(piece.at, "{} is spoilt on its way from {} to {}{}", piece_name(all_, number), name(piece.by),
                    name(piece.to), fault_at(piece.at, agent_of(piece.by), agent_of(piece.to)));
      case Kind::version:
        return of_it ? tell(piece.at, "{} writes it as {}", name(piece.by), piece_name(all_, number))
                     : tell(piece.at, "{} writes {}", name(piece.by), piece_name(all_, number));
      case Kind::outcome: return tell(piece.at, "{} reports {}", name(piece.by), piece.name);
    }
  }

  /// All boundaries up to this one, each with what its taker found on checking.
  void pass(std::uint32_t taking) {
    for (const std::uint32_t each : trail(all_, taking)) {
      const Taking& boundary = all_.takings[each];
      if (boundary.read) tell(boundary.at, "{} reads {}", name(boundary.by), piece_name(all_, boundary.piece));
      else
        tell(boundary.at, "{} takes {} from {}, in the message {}", name(boundary.by), taken_text(boundary),
             name(boundary.from), printable(boundary.what));
      checks(boundary);
    }
  }

  /// Where its maker hands it over, the sentence names him anyhow.
  std::string taken_text(const Taking& boundary) const {
    const PieceOfWork& piece = all_.pieces[boundary.piece];
    if (boundary.from != piece.by) return piece_text(all_, boundary.piece);
    return (piece.kind == Kind::spoilt ? "spoilt " : "") + piece_name(all_, boundary.piece);
  }

  void checks(const Taking& boundary) {
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      const Observation& seen = lines_[l].seen;
      if (seen.kind != Seen::validated || lines_[l].at < boundary.at || index(seen.agent) != boundary.by) continue;
      if (all_.of_line[l] != boundary.piece) continue;
      return tell(lines_[l].at, "{} checks it and {} it{}", name(boundary.by), seen.value != 0 ? "accepts" : "refuses",
                  fault_at(lines_[l].at, seen.agent));
    }
  }

  /// The way on which the piece at its end came to rest on the one at its beginning; of several the one taken last, which
  /// goes through most hands.
  void along(Piece from, Piece to) {
    std::vector<bool> rests(std::size_t{to} + 1);
    rests[from] = true;
    for (Piece p = from + 1; p <= to; ++p) {
      rests[p] = std::ranges::any_of(all_.pieces[p].from, [&](const Derived& each) { return rests[each.of]; });
    }
    if (!rests[to]) return;
    struct Step {
      Piece piece;
      const Derived* how;
    };
    std::vector<Step> steps;
    for (Piece at = to; at != from;) {
      const Derived* last = nullptr;
      for (const Derived& each : all_.pieces[at].from) {
        if (rests[each.of] && (last == nullptr || each.of > last->of)) last = &each;
      }
      steps.push_back({at, last});
      at = last->of;
    }
    begin(from);
    for (std::size_t s = steps.size(); s-- > 0;) {
      if (steps[s].how->taking != no_taking) pass(steps[s].how->taking);
      make(steps[s].piece, true);
    }
  }

  /// Who came by what is unsound, or by what rests on it.
  void reach(Piece origin) {
    std::vector<bool> rests(all_.pieces.size());
    rests[origin] = true;
    std::size_t more = 0;
    for (Piece p = origin + 1; p < all_.pieces.size(); ++p) {
      rests[p] = std::ranges::any_of(all_.pieces[p].from, [&](const Derived& each) { return rests[each.of]; });
      more += rests[p] && all_.pieces[p].kind != Kind::outcome ? 1 : 0;
    }
    std::set<Lane> reached;
    for (const Taking& taking : all_.takings) {
      if (rests[taking.piece] && taking.by != all_.pieces[origin].by) reached.insert(taking.by);
    }
    std::vector<std::string> names;
    names.reserve(reached.size());
    for (const Lane lane : reached) names.push_back(name(lane));
    story_.summary.push_back(fmt::format(
        "{} reached {}{}; {} on it", piece_text(all_, origin),
        names.empty() ? "nobody else" : counted(names.size(), "agent", "agents"),
        names.empty() ? "" : fmt::format(" besides its maker ({})", listed(names)),
        more == 0 ? "nothing else rests" : counted(more, "more piece of work rests", "more pieces of work rest")));
  }

  const Model& model_;
  const scenarios::Recording& recording_;
  const Violation& violation_;
  std::span<const TraceLine> lines_;
  const Lineage all_;
  LineageStory story_;
};

}  // namespace

LineageStory lineage_story(const scenarios::Scenario& scenario, const scenarios::Recording& recording,
                           const Violation& violation) {
  return Teller{scenario, recording, violation}.all();
}

std::string lineage_text(const LineageStory& story) {
  std::string text;
  for (std::size_t s = 0; s < story.path.size(); ++s) {
    if (story.path.size() > 2 * lines_kept && s == lines_kept) {
      text += fmt::format("  {:>12}  ({} more)\n", "...", story.path.size() - 2 * lines_kept);
      s = story.path.size() - lines_kept;
    }
    text += fmt::format("  {:>12}  {}\n", duration_text(story.path[s].at.time_since_epoch()), story.path[s].text);
  }
  for (const std::string& line : story.summary) text += fmt::format("  {}\n", line);
  return text;
}

}  // namespace squall::reports

// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/context.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

constexpr std::uint32_t unjudged = ~std::uint32_t{0};

/// Where the words of one scope lie: of the keys of an instance, or of those that all share.
struct Layout {
  std::uint32_t keys = 0;      ///< that are judged
  std::uint32_t brought = 0;   ///< words that each version carries
  std::uint32_t versions = 0;  ///< words of all versions, behind the sessions
  std::uint32_t session() const { return 1 + 3 * keys; }
};

struct Judged {
  SessionRules rules;
  std::uint32_t agents_max = 0;
  Layout own, shared;
  std::vector<std::uint32_t> column;  ///< of each key: its number in its scope; `unjudged`
  std::vector<std::uint32_t> first;   ///< of each key: the first word of its versions
  std::vector<std::uint32_t> ring;    ///< of each key: how many versions are remembered

  const Layout& layout(bool shared_keys) const { return shared_keys ? shared : own; }
};

/// What one agent may not go back behind, a version for each key of a scope; what goes along with what it writes; and which
/// key brought each bound (its number + 1; 0: an operation of its own).
struct Session {
  std::uint32_t* due = nullptr;
  std::uint32_t* known = nullptr;
  std::uint32_t* bringer = nullptr;
};

/// Of a version: the instance of its writer (its number + 1), then what it carries of shared keys, then of that instance's.
struct Brought {
  std::uint32_t* words = nullptr;
  std::uint32_t& instance() const { return words[0]; }
  std::uint32_t* of_shared() const { return words + 1; }
  std::uint32_t* of_own(const Judged& judged) const { return words + 1 + judged.shared.keys; }
};

class Sessions {
 public:
  Sessions(const Judging& at, const Observation& seen)
      : at_(at),
        seen_(seen),
        judged_(at.options_as<Judged>()),
        info_(at.model.keys[seen.detail]),
        column_(judged_.column[seen.detail]) {
    if (judged_.shared.keys != 0) shared_ = session(true);
    if (judged_.own.keys != 0 && seen.instance != no_row) own_ = session(false);
  }

  /// False where there is no room for this agent.
  bool read() {
    const auto version = static_cast<std::uint32_t>(seen_.value);
    const Session here = mine();
    if (here.due == nullptr) return false;
    if (version < here.due[column_]) violated(version, here.due[column_], here.bringer[column_]);
    const SessionRules& rules = judged_.rules;
    if (rules.own_reads) raise(here, column_, version, 0);
    if (rules.carried == Carried::nothing) return true;
    if (rules.carried == Carried::reads) here.known[column_] = std::max(here.known[column_], version);
    const Brought brought = of_version(version);
    take(shared_, brought.of_shared(), judged_.shared.keys);
    if (brought.instance() == instance_number()) take(own_, brought.of_own(judged_), judged_.own.keys);
    return true;
  }

  bool wrote() {
    const Session here = mine();
    const bool kept = seen_.row != no_row;
    const std::uint32_t version = kept ? seen_.row : newest() + 1;
    const SessionRules& rules = judged_.rules;
    if (kept && rules.carried != Carried::nothing) {
      const Brought brought = of_version(version);
      brought.instance() = instance_number();
      note(shared_, brought.of_shared(), judged_.shared.keys);
      note(own_, brought.of_own(judged_), judged_.own.keys);
    }
    if (here.due == nullptr) return false;
    if (rules.own_writes) raise(here, column_, version, 0);
    if (rules.carried == Carried::writes) here.known[column_] = std::max(here.known[column_], version);
    return true;
  }

 private:
  Session mine() const { return info_.shared ? shared_ : own_; }
  std::uint32_t instance_number() const {
    return seen_.instance == no_row ? 0 : at_.world.instance(seen_.instance).number + 1;
  }
  std::uint32_t newest() const {
    return key_of(at_.world, at_.model, KeyId{static_cast<std::uint16_t>(seen_.detail)}, seen_.instance).newest();
  }
  std::uint32_t* words(bool shared) const {
    return shared ? reinterpret_cast<std::uint32_t*>(at_.memory + sizeof(Told))
                  : &at_.of<std::uint32_t>(seen_.instance);
  }

  /// Sessions stand in the order of their agents, so that the same ones are the same state. Nothing where there is no room.
  Session session(bool shared) const {
    const Layout& layout = judged_.layout(shared);
    const std::uint32_t length = layout.session();
    std::uint32_t* row = words(shared);
    std::uint32_t* const end = row + std::size_t{judged_.agents_max} * length;
    const std::uint32_t agent = index(seen_.agent) + 1;
    while (row != end && row[0] != 0 && row[0] < agent) row += length;
    if (row == end) return {};
    if (row[0] != agent) {
      if (end[-static_cast<std::ptrdiff_t>(length)] != 0) return {};  // the last one is taken
      std::move_backward(row, end - length, end);
      std::fill_n(row, length, 0U);
      row[0] = agent;
    }
    return {row + 1, row + 1 + layout.keys, row + 1 + 2 * layout.keys};
  }

  Brought of_version(std::uint32_t version) const {
    const Layout& layout = judged_.layout(info_.shared);
    std::uint32_t* versions = words(info_.shared) + std::size_t{judged_.agents_max} * layout.session();
    const std::uint32_t place = version % judged_.ring[seen_.detail];
    return {versions + judged_.first[seen_.detail] + std::size_t{place} * layout.brought};
  }

  void raise(const Session& session, std::uint32_t column, std::uint32_t version, std::uint32_t bringer) const {
    if (session.due[column] >= version) return;
    session.due[column] = version;
    session.bringer[column] = bringer;
  }
  void take(const Session& session, const std::uint32_t* brought, std::uint32_t keys) const {
    for (std::uint32_t k = 0; session.due != nullptr && k < keys; ++k) raise(session, k, brought[k], seen_.detail + 1);
  }
  /// What goes along with everything is what one may not go back behind oneself.
  void note(const Session& session, std::uint32_t* brought, std::uint32_t keys) const {
    const std::uint32_t* from = judged_.rules.carried == Carried::everything ? session.due : session.known;
    if (from == nullptr) {
      std::fill_n(brought, keys, 0U);
    } else {
      std::copy_n(from, keys, brought);
    }
  }

  /// Whose the version is that was missed, while it is kept.
  std::string writer_role(std::uint32_t version) const {
    const KeyView key = key_of(at_.world, at_.model, KeyId{static_cast<std::uint16_t>(seen_.detail)}, seen_.instance);
    if (version < key.oldest() || version > key.newest()) return "somebody";
    return role_of(at_.model, at_.world, key.version(version).writer);
  }

  void violated(std::uint32_t given, std::uint32_t due, std::uint32_t bringer) const {
    const std::string& key = info_.name;
    const std::string role = role_of(at_.model, at_.world, seen_.agent);
    const Carried carried = judged_.rules.carried;
    std::string witness = fmt::format("{} read by {}", key, role);
    if (carried == Carried::writes) witness = fmt::format("{} of {} at {}", key, writer_role(due), role);
    if (bringer != 0 && carried != Carried::writes)
      witness = fmt::format("{} before {} at {}", key, at_.model.keys[bringer - 1].name, role);
    tell(at_, at_.memory_as<Told>(), judged_.rules.name, {std::move(witness)}, at_.now(), [&] {
      const std::string who = agent_name(at_.model, at_.world, seen_.agent);
      return std::vector<std::string>{why(who, due, bringer),
                                      fmt::format("{} is given version {} of {}{}", who, given, key,
                                                  instance_text(at_.model, at_.world, seen_.instance))};
    });
  }

  std::string why(const std::string& who, std::uint32_t due, std::uint32_t bringer) const {
    const std::string& key = info_.name;
    if (bringer == 0) {
      if (!judged_.rules.own_writes) return fmt::format("{} has read version {} of {}", who, due, key);
      if (!judged_.rules.own_reads)
        return fmt::format("{} has written {} when version {} was there", who, key, due - 1);
      return fmt::format("{} has read version {} of {}, or written it", who, due, key);
    }
    const std::string& other = at_.model.keys[bringer - 1].name;
    switch (judged_.rules.carried) {
      case Carried::writes:
        return fmt::format("{} has read {}, whose writer had written version {} of {} before", who, other, due, key);
      case Carried::reads:
        return fmt::format("{} has read {}, whose writer had read version {} of {} before", who, other, due, key);
      default: return fmt::format("{} has read {}, which came after version {} of {}", who, other, due, key);
    }
  }

  const Judging& at_;
  const Observation& seen_;
  const Judged& judged_;
  const KeyInfo& info_;
  std::uint32_t column_;
  Session shared_, own_;
};

void judge(const Judging& at, const Observation& seen) {
  const auto& judged = at.options_as<Judged>();
  if (judged.column[seen.detail] == unjudged) return;
  Sessions sessions{at, seen};
  if (seen.kind == Seen::read ? sessions.read() : sessions.wrote()) return;
  at.found.leave_open(judged.rules.name,
                      fmt::format("more than {} agents read and write shared keys", judged.agents_max));
}

std::uint32_t agents_of(const Model& model) {
  constexpr std::uint32_t most = 64;
  std::uint64_t agents = 0;
  for (const Definition& definition : model.definitions)
    agents += definition.start == Start::spawned ? most : definition.replicas;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(agents, 1, most));
}

}  // namespace

Monitor session_monitor(Model& model, const SessionRules& rules, const KeyNames& keys) {
  const Monitor idle{.name = rules.name, .claim = rules.claim};
  Judged judged{
      .rules = rules, .agents_max = agents_of(model), .own = {}, .shared = {}, .column = {}, .first = {}, .ring = {}};
  const std::vector<bool> chosen = selected(keys, model);
  for (std::size_t k = 0; k < model.keys.size(); ++k) {
    Layout& layout = model.keys[k].shared ? judged.shared : judged.own;
    judged.column.push_back(chosen[k] ? layout.keys++ : unjudged);
  }
  if (judged.own.keys + judged.shared.keys == 0) return idle;
  if (rules.carried != Carried::nothing)
    judged.own.brought = judged.shared.brought = 1 + judged.own.keys + judged.shared.keys;
  for (std::size_t k = 0; k < model.keys.size(); ++k) {
    Layout& layout = model.keys[k].shared ? judged.shared : judged.own;
    // A ring whose length is left open is not longer than this.
    const std::uint32_t ring = chosen[k] ? std::max<std::uint32_t>(model.keys[k].versions, 8) : 0;
    judged.first.push_back(layout.versions);
    judged.ring.push_back(ring);
    layout.versions += ring * layout.brought;
  }
  const auto bytes = [&](const Layout& layout) {
    return layout.keys == 0 ? 0 : 4 * (judged.agents_max * layout.session() + layout.versions);
  };
  const std::uint32_t of_shared = bytes(judged.shared), of_own = bytes(judged.own);
  return {.name = rules.name,
          .claim = rules.claim,
          .listens = bits(Seen::read, Seen::wrote),
          .at_once = bits(Seen::read, Seen::wrote),
          .bytes = static_cast<std::uint32_t>(sizeof(Told)) + of_shared,
          .instance_bytes = of_own,
          .options = &model.keep(std::move(judged)),
          .on = judge,
          .rests = Rests::on_what_it_hears};
}

}  // namespace squall::sim

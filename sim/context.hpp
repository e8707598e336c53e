// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/limiter.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

/// Shared context as it lies in a world: keys with a ring of versions, and what readers have seen of them.
///
/// The keys of one scope follow an instance's row, or stand in the shared row: a `ContextHead`, then for each key a
/// `KeyHead`, its ring of `KeyVersion`s and, for causal keys, what each version's writer had seen. When a version was
/// written is in the shadow. Views are valid until the next `reserve`.
namespace squall::sim {

struct ContextHead {
  Row readers;            ///< first `FloorRow` of the scope, + 1; 0 none
  std::uint32_t commits;  ///< writes of snapshot keys so far: moments are counted in these
};
static_assert(sizeof(ContextHead) == 8);

struct KeyHead {
  std::uint32_t newest;  ///< number of the newest version; 0: as it was at the start
  std::uint32_t fence;   ///< highest token seen in reads and writes (`KeyInfo::fenced_by`)
};
static_assert(sizeof(KeyHead) == 8);

/// Version n of a key stands at place n mod `KeyInfo::versions` of its ring.
struct KeyVersion {
  std::int64_t value;
  AgentId writer;  ///< nobody: the initial value
  Row artifact;    ///< holds a reference
  std::uint32_t
      stamp;  ///< snapshot: number of the commit; shared causal and single keys: the writer's instance, its number + 1
  std::uint8_t has_value;
  std::uint8_t head;  ///< while the key has two: on which it was written, 1 or 2; 0: both rest on it
  std::uint8_t spare[2];
};
static_assert(sizeof(KeyVersion) == 24);

/// One key of one instance, or a shared one. `Byte` is `const std::byte` for those who only look.
template <class Byte>
class BasicKey {
  template <class T>
  using As = std::conditional_t<std::is_const_v<Byte>, const T, T>;

 public:
  BasicKey(Byte* at, const KeyInfo& info, std::uint32_t causal) : at_(at), versions_(info.versions), causal_(causal) {}

  As<KeyHead>& head() const { return *reinterpret_cast<As<KeyHead>*>(at_); }
  std::uint32_t newest() const { return head().newest; }
  /// Oldest version still in the ring.
  std::uint32_t oldest() const { return newest() < versions_ ? 0 : newest() - versions_ + 1; }
  /// Requires: oldest() <= number <= newest().
  As<KeyVersion>& version(std::uint32_t number) const { return ring()[number % versions_]; }
  /// What the writer of a version of a causal key had seen: version numbers of the causal keys, by `KeyInfo::floor`.
  As<std::uint32_t>* dependencies(std::uint32_t number) const {
    return reinterpret_cast<As<std::uint32_t>*>(ring() + versions_) + std::size_t{number % versions_} * causal_;
  }

 private:
  As<KeyVersion>* ring() const { return reinterpret_cast<As<KeyVersion>*>(at_ + sizeof(KeyHead)); }
  Byte* at_;
  std::uint32_t versions_;
  std::uint32_t causal_;
};
using KeyView = BasicKey<const std::byte>;

/// Bytes of a key in its scope.
constexpr std::uint32_t key_bytes(const KeyInfo& info, std::uint32_t causal) {
  const std::uint32_t seen = info.consistency == Consistency::causal ? (4 * causal * info.versions + 7) / 8 * 8 : 0;
  return static_cast<std::uint32_t>(sizeof(KeyHead)) + static_cast<std::uint32_t>(sizeof(KeyVersion)) * info.versions +
         seen;
}

inline const std::byte* context_of(const World& world, Row instance, bool shared) {
  return shared ? world.at(Pool::shared_keys) : World::after<std::byte>(world.instance(instance));
}

/// Key `id` as it stands: of `instance`, or the shared one where the key is shared. Its newest version is what is committed.
inline KeyView key_of(const World& world, const Model& model, KeyId id, Row instance) {
  const KeyInfo& info = model.key(id);
  return {context_of(world, instance, info.shared) + info.offset, info, model.causal};
}

/// When a version still in the ring was written. Timed worlds only.
Instant written_at(const World& world, const Model& model, KeyId id, Row instance, std::uint32_t number);

// ---- what agents and activations remember of shared things ----

/// Oldest version of each causal and eventual key that the agent can still read, by `KeyInfo::floor`.
inline const std::uint32_t* floors_of(const World& world, Row floor_row) {
  return World::after<std::uint32_t>(world.floor(floor_row));
}

/// What an activation remembers of shared things, `Model::session_words` words behind its locals; all 0 at its start:
/// word 0: how many grants it holds (models with resources); `ResourceInfo::token`: the last token it was given;
/// from `Model::snapshot`: its instance's number + 1, the moments of its instance's and of the shared keys at which it
/// reads, each + 1 (0: no snapshot is open), and at `KeyInfo::base` the version + 1 on which its next write rests.
inline const std::uint32_t* session_of(const World& world, const Model& model, Row activation) {
  return reinterpret_cast<const std::uint32_t*>(world.locals(activation) + model.locals);
}
inline std::uint32_t* session_of(World& world, const Model& model, Row activation) {
  return reinterpret_cast<std::uint32_t*>(world.locals(activation) + model.locals);
}

/// Version, + 1, of a key that an activation last read, or wrote after having read it; a branch goes on from its parent.
/// 0: none, or nobody asked for it (`KeyInfo::last_read`).
std::uint32_t last_read(const World& world, const Model& model, KeyId id, Row activation);

// ---- tools and rate limiters: their state stands behind the shared keys ----

/// What a tool knows of its callers; its `Limiter` is in the shadow.
struct ToolState {
  std::uint32_t fence;  ///< highest token shown to it (`ToolInfo::fenced_by`)
  std::uint32_t taken;  ///< calls let pass so far, counted up to its limit
};

/// Heads of the lists of effects, by a hash of the key; row + 1, 0 none.
inline constexpr std::uint32_t effect_lists = 32;

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace squall::sim {

/// Numbers of declared things. Each kind has its own type, so that a topic cannot be passed where an agent is meant.
/// Numbers are positions in tables: never part of a draw, a digest or a signature, which use names (`site.hpp`).
enum class AgentId : std::uint32_t {};
enum class DefinitionId : std::uint32_t {};  ///< a declared agent; its replicas and spawned members are agents
enum class TopicId : std::uint16_t {};
enum class KeyId : std::uint16_t {};
enum class ToolId : std::uint16_t {};
enum class ResourceId : std::uint16_t {};
enum class ArtifactName : std::uint32_t {};  ///< position in `Model::artifact_names`

template <class Id>
constexpr std::uint32_t index(Id id) {
  return static_cast<std::uint32_t>(id);
}

/// Position of a row in its pool. `no_row` is none: pools count from 0, so links inside the block need no pointer.
using Row = std::uint32_t;
inline constexpr Row no_row = 0xffff'ffffU;

inline constexpr AgentId nobody{0xffff'ffffU};   ///< no agent: an empty holder, the outside world
inline constexpr AgentId anybody{0xffff'fffeU};  ///< matches every agent in a source or a matcher
inline constexpr TopicId any_topic{0xffffU};
inline constexpr TopicId reply_topic{0xff80U};  ///< of an answer to an ask; error replies: `error_reply_topic + error`
inline constexpr TopicId error_reply_topic{0xff00U};
constexpr bool is_reply(TopicId topic) { return index(topic) >= 0xff00U && topic != any_topic; }
inline constexpr ResourceId no_resource{0xffffU};
inline constexpr ToolId no_tool{0xffffU};
inline constexpr ArtifactName no_name{0xffff'ffffU};  ///< of a summary of what an activation has seen

}  // namespace squall::sim

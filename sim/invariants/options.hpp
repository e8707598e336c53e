// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/fields.hpp"
#include "sim/ids.hpp"
#include "sim/time.hpp"

/// What the options of invariants are made of. Like all options they are listed by `fields` (`sim/fields.hpp`).
namespace squall::sim {

struct Model;

/// Names of declared things of one kind. Left out means what its field says: all, or none.
template <class Id>
struct NamesOf {
  std::vector<std::string> names;

  bool empty() const { return names.empty(); }
  friend bool operator==(const NamesOf&, const NamesOf&) = default;
};
using AgentNames = NamesOf<DefinitionId>;
using KeyNames = NamesOf<KeyId>;
using ToolNames = NamesOf<ToolId>;
using ResourceNames = NamesOf<ResourceId>;

/// A name of `list` that the model does not know; nothing where it knows all.
std::optional<std::string> unknown_name(const AgentNames& list, const Model&);
std::optional<std::string> unknown_name(const KeyNames& list, const Model&);
std::optional<std::string> unknown_name(const ToolNames& list, const Model&);
std::optional<std::string> unknown_name(const ResourceNames& list, const Model&);

/// Which of the declared things are meant, by number.
std::vector<bool> selected(const AgentNames& list, const Model&, bool all_if_empty);
std::vector<bool> selected(const KeyNames& list, const Model&, bool all_if_empty = true);
std::vector<bool> selected(const ToolNames& list, const Model&, bool all_if_empty = true);
std::vector<bool> selected(const ResourceNames& list, const Model&, bool all_if_empty = true);

/// The word for what may be written: for schemas and reference pages.
template <class Value>
constexpr std::string_view takes = "";
template <>
inline constexpr std::string_view takes<Duration> = "duration";
template <>
inline constexpr std::string_view takes<std::uint32_t> = "count";
template <>
inline constexpr std::string_view takes<bool> = "flag";
template <>
inline constexpr std::string_view takes<AgentNames> = "names of agents";
template <>
inline constexpr std::string_view takes<KeyNames> = "names of keys";
template <>
inline constexpr std::string_view takes<ToolNames> = "names of tools";
template <>
inline constexpr std::string_view takes<ResourceNames> = "names of resources";
template <class Value>
inline constexpr std::string_view takes<std::optional<Value>> = takes<Value>;

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// How much the tests of this folder do. Builds without optimisation, the sanitizers' among them, do less of the same.
namespace squall {

#ifdef NDEBUG
inline constexpr std::uint64_t memory_seeds = 500;
inline constexpr std::uint64_t memory_events = 1'000'000;
inline constexpr std::uint64_t soak_events = 10'000'000;
inline constexpr std::uint32_t ring_agents = 100'000;
inline constexpr std::uint64_t ring_messages = 10'000'000;
#else
inline constexpr std::uint64_t memory_seeds = 60;
inline constexpr std::uint64_t memory_events = 50'000;
inline constexpr std::uint64_t soak_events = 200'000;
inline constexpr std::uint32_t ring_agents = 2'000;
inline constexpr std::uint64_t ring_messages = 100'000;
#endif

}  // namespace squall

// SPDX-License-Identifier: Apache-2.0
#include "faults/shard.hpp"

#include <fmt/format.h>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "faults/signature.hpp"

namespace squall::faults {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t hex_of(const Json& json) {
  const auto text = json.get<std::string>();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() != 16)
    throw std::invalid_argument{"'" + text.substr(0, 32) + "' is no number of 16 hex digits"};
  return value;
}

/// Pairs of bucket and runs, without empty buckets.
Json times_json(const Times& times) {
  Json json = Json::array();
  for (std::size_t b = 0; b < Times::buckets; ++b) {
    if (times.runs[b] != 0) json.push_back({b, times.runs[b]});
  }
  return json;
}

Times times_of(const Json& json) {
  Times times;
  for (const Json& pair : json) {
    const auto bucket = pair.at(0).get<std::size_t>();
    if (bucket >= Times::buckets) throw std::invalid_argument{"it has times longer than any"};
    times.runs[bucket] = pair.at(1).get<std::uint64_t>();
  }
  return times;
}

}  // namespace

std::string to_json(const Shard& shard) {
  const Tally& tally = shard.tally;
  Json json = {{"first", signature_text(shard.first)},
               {"runs", tally.runs},
               {"violated", tally.violated},
               {"undecided", tally.undecided},
               {"events", tally.events},
               {"digest", signature_text(tally.digest)},
               {"struck", tally.struck},
               {"came_true", tally.came_true},
               {"ran", tally.ran},
               {"held_times", times_json(tally.held_times)},
               {"violated_times", times_json(tally.violated_times)}};
  json["findings"] = Json::array();
  for (const auto& [signature, finding] : tally.findings) {
    json["findings"].push_back({{"signature", signature_text(signature)},
                                {"invariant", finding.invariant},
                                {"witness", finding.witness},
                                {"count", finding.count},
                                {"first_seed", signature_text(finding.first_seed)}});
  }
  return json.dump(1, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

std::optional<Shard> shard_of(std::string_view text, std::string& trouble) {
  try {
    const Json json = Json::parse(text);
    Shard shard{.first = hex_of(json.at("first")), .tally = {}};
    Tally& tally = shard.tally;
    tally.runs = json.at("runs").get<std::uint64_t>();
    tally.violated = json.at("violated").get<std::uint64_t>();
    tally.undecided = json.at("undecided").get<std::uint64_t>();
    tally.events = json.at("events").get<std::uint64_t>();
    tally.digest = hex_of(json.at("digest"));
    tally.struck = json.at("struck").get<std::vector<std::uint64_t>>();
    tally.came_true = json.at("came_true").get<std::vector<std::uint64_t>>();
    tally.ran = json.at("ran").get<std::vector<std::uint64_t>>();
    if (!json.contains("held_times"))
      throw std::invalid_argument{"an older squall wrote it, which did not note how long runs took"};
    tally.held_times = times_of(json.at("held_times"));
    tally.violated_times = times_of(json.at("violated_times"));
    for (const Json& each : json.at("findings")) {
      tally.findings[hex_of(each.at("signature"))] = {.invariant = each.at("invariant").get<std::string>(),
                                                      .witness = each.at("witness").get<std::vector<std::string>>(),
                                                      .count = each.at("count").get<std::uint64_t>(),
                                                      .first_seed = hex_of(each.at("first_seed"))};
    }
    if (tally.runs == 0 || shard.first + (tally.runs - 1) < shard.first)
      throw std::invalid_argument{"it holds no stretch of seeds"};
    return shard;
  } catch (const std::exception& error) {
    trouble = error.what();
    return std::nullopt;
  }
}

std::optional<Shard> joined(const Shard& one, const Shard& other) {
  if (one.first != other.first) return std::nullopt;
  if (one.tally.runs == other.tally.runs) return one == other ? std::optional{one} : std::nullopt;
  return one.tally.runs > other.tally.runs ? one : other;
}

}  // namespace squall::faults

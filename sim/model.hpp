// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/behaviour.hpp"
#include "sim/draw.hpp"
#include "sim/ids.hpp"
#include "sim/instruction.hpp"
#include "sim/monitor.hpp"
#include "sim/pins.hpp"
#include "sim/rows.hpp"
#include "sim/site.hpp"

/// What is immutable in a run: names, behaviours, settings, capacities. Built once, shared by all worlds and threads.
namespace squall::sim {

enum class Start : std::uint8_t { instance, delayed, spawned };
enum class Resume : std::uint8_t { start, checkpoint, never };
enum class Full : std::uint8_t { block, drop_new, drop_old, reject };
enum class Ack : std::uint8_t { receive, end };
inline constexpr std::uint32_t unlimited = 0xffff'ffffU;

inline constexpr DefinitionId no_host{0xffff'ffffU};

struct Definition {
  std::string name;
  SiteKey key = 0;
  const Behaviour* behaviour = nullptr;
  std::uint32_t replicas = 1;  ///< members from the start; spawned definitions: 0
  AgentId first{};             ///< its members are numbered on from here
  Start start = Start::instance;
  Duration start_after{};
  std::uint32_t concurrency = 1;  ///< handlers at once
  Resume resume = Resume::start;
  std::uint32_t inbox =
      unlimited;  ///< messages in flight to it and waiting count for `block`, waiting ones for the others
  Full full = Full::block;
  bool survives = false;  ///< its mailbox outlives a crash
  Ack ack = Ack::receive;
  Duration redeliver_after{};       ///< mailbox, `ack: end`: what was not acknowledged comes again after so long …
  std::uint32_t redeliver_max = 0;  ///< … and so often; 0: until it is
  Duration missed_after{};          ///< without `redeliver_after`: a crash of its taker is noticed after so long
  bool daemon = false;              ///< may wait for ever
  bool human = false;
  std::string role;              ///< in words; empty: its name says it
  bool restricted = false;       ///< it may do only what `can` says; judged by `Roles`
  std::vector<std::string> can;  ///< topics it may send, tools call, keys write, work make
  bool has_root = true;          ///< has a `do`
  DefinitionId host = no_host;   ///< whose process it lives in: both crash and restart together
  bool left_out = false;         ///< a name only: it never starts and takes nothing, as if it had ended before
  std::uint32_t root_pc = 0;
  struct Handler {
    TopicId topic;
    std::uint32_t pc;
  };
  std::vector<Handler> handlers;  ///< its `on`, by topic
  std::uint64_t handled = 0;      ///< union of their topic bits
};

inline constexpr std::uint8_t no_field = 0xff;

struct TopicInfo {
  std::string name;
  SiteKey key = 0;
  enum class Mode : std::uint8_t { label, broadcast, queue } mode = Mode::label;
  std::uint32_t channel = 0;  ///< broadcast, queue: its row
  std::uint32_t retain = 0;   ///< broadcast: how many are kept of each instance; `unlimited`: all
  std::uint8_t sequence_field =
      no_field;                         ///< retained: the field that says its sequence number, from 1 in each instance
  std::uint8_t again_field = no_field;  ///< `ack: end`: the field that counts how often it has come again
  Ack ack = Ack::receive;
  Duration redeliver_after{};
  std::uint32_t redeliver_max = 0;
  bool leftover_ok = false;
  bool inner = false;                    ///< inside of one process: under way for no time, and no fault strikes it
  std::string told;                      ///< what sentences call it; empty: its name
  std::vector<std::string> field_names;  ///< position = field of the message row
  /// Broadcast: receive it from their start. Queue: struct agents among its takers (programs take by receive and handler).
  std::vector<DefinitionId> subscribers;
};

enum class Consistency : std::uint8_t { strong, causal, eventual, snapshot };
enum class Reducer : std::uint8_t { last, single, sum, max, min, append, merge };
inline constexpr std::uint16_t untracked = 0xffffU;

struct KeyInfo {
  std::string name;
  SiteKey key = 0;
  Consistency consistency = Consistency::strong;
  Distribution lag{};   ///< eventual, causal
  bool shared = false;  ///< one for all instances
  Distribution latency{};
  Reducer reducer = Reducer::last;
  bool has_initial = false;
  std::int64_t initial = 0;
  ResourceId fenced_by = no_resource;
  std::uint16_t versions = 0;  ///< ring: how many versions a read can ask for; 0: 1 for strong keys, else 8
  std::uint32_t offset = 0;    ///< bytes from the end of its instance row, or from the start of the shared row
  std::uint32_t shadow_offset = 0;
  std::uint16_t floor = untracked;    ///< causal, eventual: column of the readers' floors
  std::uint16_t base = untracked;     ///< snapshot: word of an activation's session
  std::uint16_t tracked = untracked;  ///< column in artifact summaries; anything but `untracked` asks for one
  std::uint16_t last_read =
      untracked;  ///< word of an activation's session: the version + 1 that it last read or wrote;
                  ///< anything but `untracked` asks for one
};

struct ToolInfo {
  std::string name;
  SiteKey key = 0;
  Distribution latency{};
  Probability error{};
  bool effect = true;
  Duration dedup{};  ///< zero: none
  bool limited = false;
  std::uint32_t limit = 0;  ///< calls per `limit_per`
  Duration limit_per{};
  ResourceId fenced_by = no_resource;
  ToolId undone_by = no_tool;
  std::uint32_t offset = 0;         ///< of its `ToolState`, in bytes from the start of the shared row
  std::uint32_t shadow_offset = 0;  ///< of its `Limiter`
};

struct ResourceInfo {
  std::string name;
  SiteKey key = 0;
  enum class Kind : std::uint8_t { lock, semaphore, lease, bucket, window, queue } kind = Kind::lock;
  std::uint32_t slots = 1;  ///< of a semaphore; of a rate limiter: per `period`
  Duration period{};        ///< ttl of a lease; of a rate limiter: the time its limit is counted over
  enum class Frees : std::uint8_t { never, on_crash, on_end } frees = Frees::never;
  std::uint16_t token = untracked;  ///< fences something: word of an activation's session
  std::uint32_t shadow_offset = 0;  ///< rate limiters: of its `Limiter`
};

/// How messages travel. A word for both semantics: FIFO clamps times in timed runs, and hides later messages in explored ones.
struct Network {
  Distribution latency = Distribution::uniform(std::chrono::milliseconds{1}, std::chrono::milliseconds{10});
  bool fifo = true;
  bool duplicating = false;  ///< explored: delivery keeps the message, so sending again changes nothing
  struct Link {
    DefinitionId from, to;
    Distribution latency;
    bool fifo;
  };
  std::vector<Link> links;
};

struct Load {
  std::uint32_t instances = 1;
  Distribution every{};
  std::vector<std::uint32_t> left_out;  ///< numbers that arrive and do nothing, sorted: the others keep theirs
};

/// Numbers of rows to begin with; pools grow on demand. `turn_emits` bounds what one turn may take from a pool.
struct Capacities {
  std::uint32_t messages = 0, timers = 0, activations = 0, artifacts = 0;
  std::uint32_t turn_emits = 16;
};

struct Limits {
  std::uint64_t events_per_instance = 1'000'000;
  Duration virtual_time = std::chrono::hours{24 * 365};
};

struct PlacedMonitor {
  Monitor monitor;
  std::uint32_t memory = 0;           ///< offset in `World::memory`
  std::uint32_t instance_memory = 0;  ///< offset behind an instance's keys
};

namespace detail {
class WaitIndex;
}

struct Model {
  std::string name;
  std::vector<Definition> definitions;
  std::vector<TopicInfo> topics;
  std::vector<KeyInfo> keys;
  std::vector<ToolInfo> tools;
  std::vector<ResourceInfo> resources;
  std::vector<std::string> artifact_names;
  std::vector<std::string> texts;   ///< of text values, by number
  std::vector<std::string> events;  ///< that `emit` names
  std::vector<std::string> errors;  ///< of the user's own; `Error::own` + position
  std::vector<PlacedMonitor> monitors;
  std::vector<Instruction> goal;  ///< what really came out, asked of an instance at its end; empty: see `HonestOutcome`
  TopicId ended = any_topic;  ///< topic of the message that tells a parent of its child's end; any_topic: never sent
  TopicId down = any_topic, up = any_topic;  ///< topics in which a failure detector speaks
  Network network;
  Load load;
  std::vector<Pin> pins;  ///< of timed runs; sorted by site
  Capacities capacities;
  Limits limits;

  std::vector<SiteKey> topic_keys;  ///< of `topics`, side by side: the digest reads one for each message
  std::vector<SiteKey> artifact_keys;
  std::uint64_t published = 0;                    ///< union of the published topics' bits
  std::vector<DefinitionId> definitions_by_name;  ///< the order in which digests combine
  std::uint32_t fields = 0;                       ///< of a message row; `finish` raises it to what the topics name
  std::uint32_t locals = 0;                       ///< of an activation row
  std::uint32_t sites = 0;                        ///< counters of an activation's shadow
  std::uint32_t members = 0;                      ///< agents from the start
  std::uint32_t cells = 0;
  std::uint32_t checkpoint_cells = 0;  ///< most cells of an agent that saves checkpoints
  std::uint32_t channels = 0;
  std::uint32_t instance_keys_bytes = 0, shared_keys_bytes = 0;
  std::uint32_t instance_shadow_bytes = 0, shared_shadow_bytes = 0;
  std::uint32_t floors = 0;  ///< columns of the readers' floors: causal keys first,
  std::uint32_t causal = 0;  ///< so many
  std::uint32_t session_words =
      0;                       ///< of an activation: what it holds, tokens it was given, its snapshot (`context.hpp`)
  std::uint32_t snapshot = 0;  ///< first word of the snapshot
  std::uint32_t effects_offset = 0;  ///< of the heads of the effect lists, in bytes from the start of the shared row
  std::uint32_t tracked = 0;         ///< columns of an artifact summary
  std::uint32_t instance_monitor_memory = 0;  ///< bytes behind each instance's keys
  std::uint32_t monitor_memory = 0;           ///< bytes, then
  std::uint32_t fault_memory = 0;             ///< bytes of the state half, and
  std::uint32_t fault_shadow = 0;             ///< bytes of the shadow half
  SeenMask listens = 0;                       ///< union of the monitors'
  SeenMask listens_untimed = 0;               ///< the same of what they listen to in explored worlds
  SeenMask at_once = 0, stirs = 0;            ///< the same of these
  bool acts = false;             ///< some struct agent has actions: an explored instance is never over by itself
  bool inner_topics = false;     ///< some topic is `inner`
  bool hosts = false;            ///< some definition has a host
  bool bounded_inboxes = false;  ///< some inbox is bounded
  bool acks = false;             ///< some message is acknowledged at the end of the activation that took it
  bool keeps_effects = false;    ///< a monitor or a dedup window asks for effect rows
  bool keeps_requests = false;   ///< a monitor asks for what was asked of tools and has not happened
  std::shared_ptr<const detail::WaitIndex> wait_index;  ///< which supplies can serve which waits

  const Definition& definition(DefinitionId id) const { return definitions[index(id)]; }
  const TopicInfo& topic(TopicId id) const { return topics[index(id)]; }
  const KeyInfo& key(KeyId id) const { return keys[index(id)]; }
  const ToolInfo& tool(ToolId id) const { return tools[index(id)]; }
  const ResourceInfo& resource(ResourceId id) const { return resources[index(id)]; }

  /// Whether nothing that is sent under this topic can be lost or late.
  bool is_inner(TopicId id) const { return index(id) < topics.size() && topics[index(id)].inner; }

  /// Keeps `owned` alive as long as the model: programs, supply tables, structs' initial values.
  template <class T>
  T& keep(T owned) {
    auto held = std::make_shared<T>(std::move(owned));
    T& result = *held;
    owned_.push_back(std::move(held));
    return result;
  }

  /// Computes offsets, strides and sums from the declarations. Call once, when everything is declared.
  void finish();

 private:
  std::vector<std::shared_ptr<void>> owned_;
};

/// `coder`, or `coder[3]` where its definition has several members.
std::string agent_name(const Model&, const World&, AgentId);

}  // namespace squall::sim

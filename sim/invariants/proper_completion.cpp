// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/proper_completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/detail/of_instance.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// What a closed instance has left behind.
class Leftovers {
 public:
  Leftovers(const Judging& at, Row instance) : at_(at), model_(at.model), world_(at.world), instance_(instance) {}

  void find() {
    // Both counts are 0 after almost every instance: then there is nothing to look through.
    if (world_.instance(instance_).activations != 0) activations();
    if (world_.instance(instance_).messages != 0) messages();
    if (!model_.resources.empty()) holds();
    if (witness_.empty()) return;
    tell(at_, at_.memory_as<Told>(), ProperCompletion::name, std::move(witness_), at_.now(),
         [&] { return std::move(reasons_); });
  }

 private:
  void activations() {
    detail::each_activation(world_, instance_, [&](Row a) {
      const ActivationRow& row = world_.activation(a);
      if (row.phase == Phase::free || row.instance != instance_ || is_daemon(model_, world_, row.agent)) return;
      // Whoever waits for its own branches is told by what these wait for.
      if (row.phase == Phase::waiting && row.wait == Wait::children && row.children != 0) return;
      const bool hangs = row.phase == Phase::waiting && row.wait == Wait::hung;
      const std::string& role = role_of(model_, world_, row.agent);
      left(hangs ? role + " hanging" : fmt::format("{} waiting for {}", role, awaited_text(model_, world_, a)), [&] {
        return fmt::format("{} {}, and nothing is under way any more", agent_name(model_, world_, row.agent),
                           kept_by_text(model_, world_, a));
      });
    });
  }

  void messages() {
    if (model_.published == 0) return detail::each_in_mailboxes(world_, instance_, [&](Row m) { message(m); });
    for (Row m = 0; m < world_.used(Pool::messages); ++m) {
      const MessageRow& row = world_.message(m);
      if (row.instance == instance_ && (row.place == Place::mailbox || row.place == Place::queued)) message(m);
    }
  }

  void message(Row m) {
    const MessageRow& row = world_.message(m);
    const bool own_of_kernel = row.topic == model_.ended || row.topic == model_.down || row.topic == model_.up;
    if (own_of_kernel || (index(row.topic) < model_.topics.size() && model_.topic(row.topic).leftover_ok)) return;
    if (known(row)) return;
    const std::string what = topic_text(model_, row.topic);
    if (row.place == Place::queued) {
      left(fmt::format("message {} in its queue", what),
           [&] { return fmt::format("nobody has taken a message out of the queue {}", what); });
      return;
    }
    std::string text = "message ";
    text.append(what).append(" at ").append(role_of(model_, world_, row.to));
    const bool token = model_.is_inner(row.topic);
    if (token) text = what + " left over";
    left(std::move(text), [&] {
      if (token) return fmt::format("{} is left over: {} has not begun with it", what, role_of(model_, world_, row.to));
      return fmt::format("{} has not taken {} from {} out of its mailbox", agent_name(model_, world_, row.to), what,
                         agent_name(model_, world_, row.from));
    });
  }

  /// Whether one like it has been found before, as a witness says it: most leftovers are many of a few. A hint.
  bool known(const MessageRow& message) {
    const std::uint32_t place = message.place == Place::queued ? no_row : index(world_.agent(message.to).definition);
    const std::uint64_t like = std::uint64_t{place} << 32 | index(message.topic);
    const std::span seen{seen_, seen_count_};
    if (std::ranges::find(seen, like) != seen.end()) return true;
    if (seen_count_ < seen_max) seen_[seen_count_++] = like;
    return false;
  }

  void holds() {
    for (std::uint16_t r = 0; r < model_.resources.size(); ++r) {
      const ResourceInfo& info = model_.resources[r];
      if (info.kind == ResourceInfo::Kind::lease) continue;  // it frees itself
      for (Row h = world_.resource(ResourceId{r}).holds; h != no_row; h = world_.hold(h).next) {
        const HoldRow& hold = world_.hold(h);
        if (hold.instance != instance_) continue;
        left(fmt::format("{} held by {}", info.name, role_of(model_, world_, hold.agent)), [&] {
          return fmt::format("{} has acquired {} and nobody has released it", agent_name(model_, world_, hold.agent),
                             info.name);
        });
      }
    }
  }

  template <class Sentence>
  void left(std::string witness, const Sentence& sentence) {
    const auto place = std::ranges::lower_bound(witness_, witness);
    if (place != witness_.end() && *place == witness) return;
    witness_.insert(place, std::move(witness));
    if (at_.found.wants_reasons) reasons_.push_back(sentence() + instance_text(model_, world_, instance_));
  }

  const Judging& at_;
  const Model& model_;
  const World& world_;
  Row instance_;
  static constexpr std::size_t seen_max = 8;
  std::uint64_t seen_[seen_max];
  std::size_t seen_count_ = 0;
  std::vector<std::string> witness_;  ///< sorted
  std::vector<std::string> reasons_;
};

void judge(const Judging& at, const Observation& seen) { Leftovers{at, seen.instance}.find(); }

}  // namespace

Monitor ProperCompletion::monitor(Model&) const {
  return {.name = name,
          .claim = claim,
          .listens = bit(Seen::closed),
          .bytes = sizeof(Told),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim

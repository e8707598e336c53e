// SPDX-License-Identifier: Apache-2.0
#include "sim/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/apply.hpp"
#include "sim/detail/kernel.hpp"

namespace squall::sim {
namespace {

class Audit {
 public:
  Audit(const World& world, const Model& model) : world_(world), model_(model) {}

  std::vector<std::string> run() {
    for (const Pool pool :
         {Pool::activations, Pool::messages, Pool::timers, Pool::instances, Pool::artifacts, Pool::holds, Pool::calls,
          Pool::effects, Pool::watches, Pool::subscriptions, Pool::deliveries, Pool::checkpoints, Pool::floors}) {
      free_list(pool);
    }
    if (!complaints_.empty()) return complaints_;  // walks below would not end in broken lists
    mailboxes();
    activations();
    if (complaints_.empty()) by_instance();
    instances();
    resources();
    references();
    if (world_.timed()) calendar();
    return complaints_;
  }

 private:
  template <class... Values>
  void expect(bool holds, fmt::format_string<Values...> text, Values&&... values) {
    if (!holds) complaints_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }
  bool is_free(Pool pool, Row row) const { return free_[static_cast<std::size_t>(pool)][row]; }

  void free_list(Pool pool) {
    std::vector<bool>& free = free_[static_cast<std::size_t>(pool)];
    free.assign(world_.used(pool), false);
    Row row = world_.header().pools[static_cast<std::size_t>(pool)].free;
    while (row != no_row) {
      if (row >= world_.used(pool) || free[row]) {
        expect(false, "the free list of pool {} is broken at row {}", static_cast<int>(pool), row);
        return;
      }
      free[row] = true;
      std::memcpy(&row, world_.at(pool) + std::size_t{row} * world_.stride(pool), sizeof(Row));
    }
    for (Row r = 0; r < world_.used(pool); ++r) {
      const bool marked = pool == Pool::activations ? world_.activation(r).phase == Phase::free
                          : pool == Pool::messages  ? world_.message(r).place == Place::free
                          : pool == Pool::timers    ? world_.timer(r).kind == TimerKind::free
                                                    : free[r];
      expect(marked == free[r], "row {} of pool {} is {} but {} in the free list", r, static_cast<int>(pool),
             marked ? "marked free" : "in use", free[r] ? "stands" : "does not stand");
    }
  }

  void mailboxes() {
    std::vector<bool> listed(world_.used(Pool::messages), false);
    for (std::uint32_t a = 0; a < world_.used(Pool::agents); ++a) {
      const AgentRow& agent = world_.agent(AgentId{a});
      std::uint32_t count = 0;
      Row last = no_row;
      for (Row m = agent.box_head; m != no_row; m = world_.message(m).next) {
        const MessageRow& message = world_.message(m);
        if (listed[m]) {
          expect(false, "message {} lies in two mailboxes", m);
          return;
        }
        listed[m] = true;
        expect(message.place == Place::mailbox && message.to == AgentId{a}, "message {} lies in the wrong mailbox", m);
        last = m;
        ++count;
      }
      expect(count == agent.box_count, "agent {} counts {} messages in its mailbox and has {}", a, agent.box_count,
             count);
      expect(last == agent.box_tail, "agent {}: the mailbox ends at {}, not {}", a, last, agent.box_tail);
      expect(agent.state == AgentState::up || agent.state == AgentState::hung || agent.first == no_row,
             "agent {} is not up but has activations", a);
    }
    for (Row m = 0; m < world_.used(Pool::messages); ++m) {
      expect((world_.message(m).place == Place::mailbox) == listed[m],
             "message {}: its place and the mailboxes disagree", m);
    }
  }

  void activations() {
    std::vector<bool> listed(world_.used(Pool::activations), false);
    for (std::uint32_t a = 0; a < world_.used(Pool::agents); ++a) {
      std::uint32_t handlers = 0;
      Row last = no_row;
      for (Row r = world_.agent(AgentId{a}).first; r != no_row; r = world_.activation(r).next) {
        if (listed[r]) {
          expect(false, "activation {} stands in two lists", r);
          return;
        }
        listed[r] = true;
        expect(world_.activation(r).agent == AgentId{a}, "activation {} stands in the list of agent {}", r, a);
        handlers += (world_.activation(r).flags & activation_flag::handler) != 0 ? 1 : 0;
        last = r;
      }
      expect(last == world_.agent(AgentId{a}).last, "agent {}: the activations end at {}", a, last);
      expect(handlers == world_.agent(AgentId{a}).handlers, "agent {} counts {} handlers and has {}", a,
             world_.agent(AgentId{a}).handlers, handlers);
    }
    for (Row r = 0; r < world_.used(Pool::activations); ++r) {
      expect(listed[r] != is_free(Pool::activations, r), "activation {} is in use but in no list", r);
      if (!listed[r]) continue;
      const ActivationRow& row = world_.activation(r);
      std::uint32_t bounds = 0;
      bool will_resume = world_.timed() && world_.clock().ready == r;
      for (Row t = 0; t < world_.used(Pool::timers); ++t) {
        const TimerRow& timer = world_.timer(t);
        if (timer.target != r) continue;
        bounds += timer.kind == TimerKind::timeout || timer.kind == TimerKind::deadline ? 1 : 0;
        will_resume = will_resume || timer.kind == TimerKind::ready || timer.kind == TimerKind::work ||
                      timer.kind == TimerKind::latency || timer.kind == TimerKind::backoff;
      }
      expect(bounds == row.bounds, "activation {} counts {} bounds and has {}", r, row.bounds, bounds);
      expect(row.phase != Phase::running || will_resume, "activation {} runs but nothing will resume it", r);
      expect(row.phase != Phase::waiting || !will_resume, "activation {} waits but a timer will resume it", r);
    }
  }

  void by_instance() {
    const char* wrong = world_.by_instance.disagreement(world_);
    expect(wrong == nullptr, "what is kept of each instance's {} is not what there is", wrong == nullptr ? "" : wrong);
  }

  void instances() {
    const std::size_t count = world_.used(Pool::instances);
    std::vector<std::uint32_t> pending(count), members(count), messages(count), in_line(count);
    for (Row t = 0; t < world_.used(Pool::timers); ++t) {
      const TimerRow& timer = world_.timer(t);
      if (timer.kind != TimerKind::free && timer.kind != TimerKind::stale && timer.instance != no_row)
        ++pending[timer.instance];
    }
    for (Row m = 0; m < world_.used(Pool::messages); ++m) {
      const MessageRow& message = world_.message(m);
      if (message.place == Place::free || message.instance == no_row) continue;
      ++messages[message.instance];
      pending[message.instance] += under_way(message.place) ? 1 : 0;
    }
    for (Row a = 0; a < world_.used(Pool::activations); ++a) {
      const ActivationRow& row = world_.activation(a);
      if (row.phase == Phase::free || row.instance == no_row) continue;
      ++members[row.instance];
      in_line[row.instance] +=
          row.phase == Phase::waiting && (row.wait == Wait::resource || row.wait == Wait::room) ? 1 : 0;
    }
    std::uint32_t live = 0, restarting = 0;
    for (Row i = 0; i < count; ++i) {
      if (is_free(Pool::instances, i)) continue;
      const InstanceRow& instance = world_.instance(i);
      live += instance.live;
      expect(instance.pending == pending[i], "instance {} counts {} pending rows and has {}", i, instance.pending,
             pending[i]);
      expect(instance.activations == members[i], "instance {} counts {} activations and has {}", i,
             instance.activations, members[i]);
      expect(instance.messages == messages[i], "instance {} counts {} messages and has {}", i, instance.messages,
             messages[i]);
      expect(instance.in_line == in_line[i], "instance {} counts {} in line and has {}", i, instance.in_line,
             in_line[i]);
    }
    for (Row t = 0; t < world_.used(Pool::timers); ++t)
      restarting += world_.timer(t).kind == TimerKind::restart ? 1 : 0;
    expect(live == world_.header().live_instances, "{} instances live, {} counted", live,
           world_.header().live_instances);
    expect(restarting == world_.header().restarting, "{} restarts pending, {} counted", restarting,
           world_.header().restarting);
  }

  void resources() {
    std::vector<bool> listed(world_.used(Pool::holds), false);
    for (std::uint16_t r = 0; r < model_.resources.size(); ++r) {
      const ResourceRow& resource = world_.resource(ResourceId{r});
      Row last = no_row;
      for (Row a = resource.head; a != no_row; a = world_.activation(a).line) {
        const ActivationRow& row = world_.activation(a);
        expect(row.phase == Phase::waiting && row.wait == Wait::resource && row.wait_arg == r,
               "activation {} stands in the line of resource {} but does not wait for it", a, r);
        last = a;
      }
      expect(resource.tail == last, "resource {}: the line ends at {}", r, last);
      for (Row h = resource.holds; h != no_row; h = world_.hold(h).next) {
        if (listed[h]) {
          expect(false, "hold {} stands in two lists", h);
          return;
        }
        listed[h] = true;
        expect(index(world_.hold(h).resource) == r, "hold {} is of another resource than {}", h, r);
      }
    }
    for (Row h = 0; h < listed.size(); ++h) {
      expect(listed[h] != is_free(Pool::holds, h), "hold {} is in use but no resource lists it", h);
    }
  }

  void refer(std::span<const CellType> types, const std::int64_t* cells) {
    for (std::size_t c = 0; c < types.size(); ++c) {
      if (cells[c] == 0) continue;
      const Row row = static_cast<Row>(cells[c] - 1);
      if (types[c] == CellType::message) ++message_references_[row];
      if (types[c] == CellType::artifact) ++artifact_references_[row];
      if (types[c] != CellType::messages) continue;
      for (Row m = row; m != no_row; m = world_.message(m).next) ++message_references_[m];
    }
  }

  void references() {
    message_references_.assign(world_.used(Pool::messages), 0);
    artifact_references_.assign(world_.used(Pool::artifacts), 0);
    const auto artifact = [&](Row row) {
      if (row != no_row) ++artifact_references_[row];
    };
    for (std::uint32_t a = 0; a < world_.used(Pool::agents); ++a) {
      refer(model_.definition(world_.agent(AgentId{a}).definition).behaviour->cell_types, world_.cells(AgentId{a}));
    }
    for (Row r = 0; r < world_.used(Pool::activations); ++r) {
      const ActivationRow& row = world_.activation(r);
      if (row.phase == Phase::free) continue;
      refer(model_.definition(world_.agent(row.agent).definition).behaviour->local_types, world_.locals(r));
      if (row.message != no_row) ++message_references_[row.message];
      artifact(row.seen);
    }
    for (Row m = 0; m < world_.used(Pool::messages); ++m) {
      if (world_.message(m).place != Place::free) artifact(world_.message(m).artifact);
    }
    detail::for_each_reference(world_, model_, [&](CellType type, Row row) {
      ++(type == CellType::artifact ? artifact_references_ : message_references_)[row];
    });
    for (Row m = 0; m < world_.used(Pool::messages); ++m) {
      const bool held = world_.message(m).place == Place::held;
      expect(!held || world_.message(m).order == message_references_[m], "message {} counts {} references and has {}",
             m, world_.message(m).order, message_references_[m]);
      expect(held || message_references_[m] == 0, "message {} is referred to but not held", m);
    }
    for (Row a = 0; a < world_.used(Pool::artifacts); ++a) {
      const std::uint32_t counted = is_free(Pool::artifacts, a) ? 0 : world_.artifact(a).references;
      expect(counted == artifact_references_[a], "artifact {} counts {} references and has {}", a, counted,
             artifact_references_[a]);
    }
  }

  void calendar() {
    std::vector<std::uint8_t> messages(world_.used(Pool::messages), 0), timers(world_.used(Pool::timers), 0);
    world_.calendar.for_each([&](const Calendar::Entry& entry) {
      const Event event{entry.row};
      ++(event.is_timer() ? timers : messages)[event.index()];
      expect(entry.at >= world_.clock().now, "row {} was due in the past", entry.row);
    });
    for (Row m = 0; m < messages.size(); ++m) {
      const Place place = world_.message(m).place;
      expect(messages[m] == (under_way(place) || place == Place::lost ? 1 : 0),
             "message {} is {} times in the calendar", m, messages[m]);
    }
    for (Row t = 0; t < timers.size(); ++t) {
      expect(timers[t] == (world_.timer(t).kind == TimerKind::free ? 0 : 1), "timer {} is {} times in the calendar", t,
             timers[t]);
    }
  }

  const World& world_;
  const Model& model_;
  std::vector<std::string> complaints_;
  std::vector<bool> free_[pool_count];
  std::vector<std::uint32_t> message_references_, artifact_references_;
};

}  // namespace

std::vector<std::string> audit(const World& world, const Model& model) { return Audit{world, model}.run(); }

}  // namespace squall::sim

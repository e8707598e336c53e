// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/crew.hpp"

namespace squall::scenarios {

std::uint32_t Crew::chosen(std::uint32_t n) {
  if (!plan_.crew.places.empty()) return plan_.crew.places[n];
  std::uint32_t best = 0;
  const auto load = [&](std::uint32_t w) { return std::pair{state_.load(w), takes(n, w)}; };
  for (std::uint32_t w = 1; w < plan_.workers; ++w) {
    if (load(w) < load(best)) best = w;
  }
  return best;
}

void Crew::ready(std::uint32_t n, bool first) {
  if (!plan_.crew.own_queues) return;
  if (first) state_.queue_of(n) = chosen(n);
  const std::uint32_t worker = queue_of(n);
  state_.load(worker) += takes(n, worker);
  if (first) enqueue(worker, n);
}

/// In the order of the policy; as a rule, at the end.
void Crew::enqueue(std::uint32_t worker, std::uint32_t n) {
  std::int64_t before = state_.tail(worker);
  if (before != 0 && key(n) < key(node(before))) {
    before = 0;
    for (std::int64_t each = state_.head(worker); !(key(n) < key(node(each))); each = state_.behind(node(each)))
      before = each;
  }
  std::int64_t& link = before == 0 ? state_.head(worker) : state_.behind(node(before));
  state_.behind(n) = link;
  link = std::int64_t{n} + 1;
  if (state_.tail(worker) == before) state_.tail(worker) = std::int64_t{n} + 1;
}

void Crew::dequeue(std::uint32_t worker, std::uint32_t n) {
  std::int64_t before = 0;
  for (std::int64_t each = state_.head(worker); each == 0 || node(each) != n; each = state_.behind(node(each))) {
    if (each == 0) return;
    before = each;
  }
  (before == 0 ? state_.head(worker) : state_.behind(node(before))) = state_.behind(n);
  if (state_.tail(worker) == std::int64_t{n} + 1) state_.tail(worker) = before;
}

std::optional<Crew::Job> Crew::next() {
  if (plan_.crew.own_queues) {
    for (std::uint32_t w = 0; w < plan_.workers; ++w) {
      if (is_free(w) && state_.head(w) != 0) return Job{w, node(state_.head(w))};
    }
    return std::nullopt;
  }
  const std::uint32_t n = agenda_.first_in_line();
  if (n == plan_.nodes.size()) return std::nullopt;
  std::optional<Job> best;
  for (std::uint32_t w = 0; w < plan_.workers; ++w) {
    if (is_free(w) && (!best || takes(n, w) < takes(n, best->worker))) best = Job{w, n};
  }
  return best;
}

void Crew::told(Job job) {
  state_.serves(job.worker) = std::int64_t{job.node} + 1;
  if (!plan_.crew.own_queues) return agenda_.told_by_worker(job.node);
  dequeue(job.worker, job.node);
  const NodeState state = state_.node(job.node);
  if (state.sent == state.running) return;
  state_.since(job.node) = state_.begun();  // behind those who wait already
  enqueue(job.worker, job.node);
}

void Crew::done(std::uint32_t n, std::int64_t number) {
  std::uint32_t worker = plan_.workers;
  const auto serves_it = [&](std::uint32_t w) { return state_.serves(w) == std::int64_t{n} + 1; };
  if (number >= 1 && number <= std::int64_t{plan_.workers}) worker = static_cast<std::uint32_t>(number - 1);
  if (worker == plan_.workers || !serves_it(worker)) {
    for (worker = 0; worker < plan_.workers && !serves_it(worker);) ++worker;
    if (worker == plan_.workers) return;
  }
  state_.serves(worker) = 0;
  if (plan_.crew.own_queues) state_.load(worker) -= takes(n, worker);
}

void Crew::gone(std::uint32_t n, bool last) {
  if (!plan_.crew.own_queues) return;
  const std::uint32_t worker = queue_of(n);
  state_.load(worker) -= takes(n, worker);
  if (last) dequeue(worker, n);
}

void Crew::begin_again() {
  for (std::uint32_t w = 0; w < plan_.workers; ++w)
    state_.load(w) = state_.serves(w) = state_.head(w) = state_.tail(w) = 0;
  for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
    for (std::uint32_t run = 0; run < state_.node(n).running; ++run) ready(n, run == 0);
  }
}

}  // namespace squall::scenarios

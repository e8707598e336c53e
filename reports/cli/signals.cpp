// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/signals.hpp"

#include <atomic>
#include <csignal>

namespace squall::reports::cli {
namespace {

std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing else");

}  // namespace

void note_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { asked.store(true, std::memory_order_relaxed); };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return asked.load(std::memory_order_relaxed); }

}  // namespace squall::reports::cli

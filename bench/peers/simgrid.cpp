// SPDX-License-Identifier: Apache-2.0
#include <simgrid/s4u.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/floor/draws.hpp"
#include "bench/floor/timed.hpp"

// peer_simgrid hold|phold N EVENTS. HOLD: an actor for each pending event, which sleeps. PHOLD: an actor with a mailbox each,
// which takes a message, sleeps for the delay and sends it on to a mailbox drawn anew, over a link of no account.
namespace {

namespace s4u = simgrid::s4u;

squall::bench::Draws draws{42};
squall::bench::EventCount* counted = nullptr;
std::vector<s4u::Mailbox*> boxes;
int payload = 0;

void count_event() {
  if (!counted->is_last()) return;
  counted->print();
  std::fflush(stdout);
  std::_Exit(0);
}

void sleep_a_delay() { s4u::this_actor::sleep_for(static_cast<double>(draws.delay()) * 1e-9); }

void hold() {
  for (;;) {
    sleep_a_delay();
    count_event();
  }
}

void send() { boxes[draws.below(static_cast<std::uint32_t>(boxes.size()))]->put_init(&payload, 1)->detach(); }

void phold(std::size_t number) {
  boxes[number]->set_receiver(s4u::Actor::self());
  send();
  for (;;) {
    boxes[number]->get<int>();
    count_event();
    sleep_a_delay();
    send();
  }
}

}  // namespace

int main(int argc, char** argv) {
  s4u::Engine engine(&argc, argv);  // takes its own options out
  const std::string what = argc == 4 ? argv[1] : "";
  if (what != "hold" && what != "phold") {
    std::fputs("usage: peer_simgrid hold|phold N EVENTS\n", stderr);
    return 2;
  }
  const std::uint64_t n = std::strtoull(argv[2], nullptr, 10);
  squall::bench::EventCount count{2 * n + 10'000, std::strtoull(argv[3], nullptr, 10)};
  counted = &count;
  s4u::NetZone* zone = s4u::create_full_zone("zone");
  s4u::Host* left = zone->create_host("left", 1e9);
  s4u::Host* right = zone->create_host("right", 1e9);
  s4u::Link* link = zone->create_link("link", 1e12)->set_latency(1e-6)->seal();
  zone->add_route(left->get_netpoint(), right->get_netpoint(), nullptr, nullptr, {s4u::LinkInRoute(link)});
  zone->seal();
  for (std::size_t i = 0; i < n; ++i) boxes.push_back(s4u::Mailbox::by_name(std::to_string(i)));
  for (std::size_t i = 0; i < n; ++i) {
    s4u::Host* host = i % 2 == 0 ? left : right;
    if (what == "hold") {
      s4u::Actor::create("holder", host, hold);
    } else {
      s4u::Actor::create("agent", host, phold, i);
    }
  }
  engine.run();
  return 1;  // it runs for ever
}

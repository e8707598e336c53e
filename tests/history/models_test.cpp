// SPDX-License-Identifier: Apache-2.0
#include "tests/history/every_order.hpp"
#include "tests/history/lines.hpp"

// What each model accepts and rejects: pairs that differ in one thing.
namespace squall::sim::history {
namespace {

using enum ModelKind;

/// `lines` is accepted as it stands, and rejected with `wrong` in place of `right`.
void pair(ModelKind kind, const std::string& lines, const std::string& right, const std::string& wrong,
          const std::string& initial = "0") {
  const std::size_t at = lines.find(right);
  REQUIRE(at != std::string::npos);
  REQUIRE(lines.find(right, at + 1) == std::string::npos);
  std::string other = lines;
  other.replace(at, right.size(), wrong);
  CHECK_MESSAGE(holds(kind, lines, initial), lines);
  CHECK_MESSAGE(check_lines(kind, other, initial).verdict == HistoryVerdict::violated, other);
}

/// Decided without a search, though values come again; with `source` in front of the answer it is explained.
void pair_from_nowhere(ModelKind kind, const std::string& before, const std::string& source, const std::string& answer,
                       std::size_t smallest) {
  const HistoryCheck check = check_lines(kind, before + answer);
  CHECK(check.verdict == HistoryVerdict::violated);
  CHECK(check.searched == 0);
  REQUIRE(check.failing.size() == 1);
  CHECK(check.failing[0].calls.size() == smallest);
  CHECK(check.failing[0].from_nowhere);
  CHECK(holds(kind, before + source + answer));
}
const std::string written_twice = "0 invoke write 1\n0 ok write 1\n0 invoke write 1\n0 ok write 1\n";

}  // namespace

TEST_SUITE("histories: answers from nowhere") {
  TEST_CASE("a register that holds what nobody wrote before the read was over") {
    pair_from_nowhere(plain_register, written_twice, "1 invoke write 7\n", "0 invoke read\n0 ok read 7\n", 1);
    pair_from_nowhere(cas_register, written_twice, "1 invoke cas [1, 7]\n", "0 invoke cas [7, 1]\n0 ok cas [7, 1]\n",
                      1);
    CHECK(check_lines(plain_register, written_twice + "0 invoke read\n0 ok read 7\n1 invoke write 7\n").searched == 0);
  }
  TEST_CASE("registers of which one holds what nobody wrote there") {
    pair_from_nowhere(multi_register, R"(
      0 invoke txn [["w", "x", 7], ["w", "y", 1]]
      0 ok txn [["w", "x", 7], ["w", "y", 1]]
    )",
                      "1 invoke txn [[\"w\", \"y\", 7]]\n", R"(
      0 invoke txn [["r", "y", null]]
      0 ok txn [["r", "y", 7]]
    )",
                      1);
  }
  TEST_CASE("queues out of which something is taken more often than it was put in") {
    const std::string two =
        "0 invoke enqueue 1\n0 ok enqueue 1\n0 invoke enqueue 1\n0 ok enqueue 1\n1 invoke dequeue\n1 ok dequeue 1\n1 "
        "invoke dequeue\n1 ok dequeue 1\n";
    for (const ModelKind kind : {queue, unordered_queue})
      pair_from_nowhere(kind, two, "2 invoke enqueue 1\n", "1 invoke dequeue\n1 ok dequeue 1\n", 5);
  }
  TEST_CASE("sets and lists in which more is seen than was put there") {
    const std::string add = "0 invoke add 1\n0 ok add 1\n0 invoke add 1\n0 ok add 1\n";
    pair_from_nowhere(set, add, "1 invoke add 2\n", "0 invoke read\n0 ok read [1, 2]\n", 1);
    const std::string append = "0 invoke append 1\n0 ok append 1\n0 invoke append 1\n0 ok append 1\n";
    pair_from_nowhere(list_append, append, "1 invoke append 1\n", "0 invoke read\n0 ok read [1, 1, 1]\n", 3);
  }
}

TEST_SUITE("histories: models") {
  TEST_CASE("a register: a read sees what was written last") {
    pair(plain_register, "0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 1\n", "1 ok read 1", "1 ok read 0");
  }
  TEST_CASE("a register: during a write both values may be read, but never the old one after the new one") {
    pair(plain_register,
         "0 invoke write 1\n1 invoke read\n1 ok read 0\n1 invoke read\n1 ok read 1\n2 invoke read\n2 ok read 1 \n0 ok "
         "write 1\n",
         "2 ok read 1 ", "2 ok read 0");
  }
  TEST_CASE("a read of null says nothing, unless the register holds null at first") {
    const std::string lines = "0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read null\n";
    CHECK(holds(cas_register, lines));
    CHECK_FALSE(holds(cas_register, lines, "null"));
    CHECK(holds(cas_register, "1 invoke read\n1 ok read null\n" + lines.substr(0, 33), "null"));
  }
  TEST_CASE("what a read saw is what was answered, not what was asked") {
    CHECK(holds(cas_register, "0 invoke read 7\n0 ok read null\n"));
    CHECK(holds(cas_register, "0 invoke read 7\n0 ok read 0\n"));
    CHECK_FALSE(holds(cas_register, "0 invoke read 0\n0 ok read 7\n"));
    CHECK(holds(cas_register, "0 invoke read [\"x\", null]\n0 ok read null\n"));
  }
  TEST_CASE("what failed did not happen") {
    pair(cas_register, "0 invoke write 1\n0 fail write 1\n1 invoke read\n1 ok read 0\n", "1 ok read 0", "1 ok read 1");
  }
  TEST_CASE("what nobody knows may happen at any later time, or never, but once") {
    const std::string lines =
        "0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read 0\n1 invoke read\n1 ok read 1\n";
    CHECK(holds(cas_register, lines));
    pair(cas_register, lines + "1 invoke write 2\n1 ok write 2\n1 invoke read\n1 ok read 2\n", "1 ok read 2",
         "1 ok read 1 ");
  }
  TEST_CASE("what never returned is like what nobody knows") {
    pair(cas_register,
         "0 invoke write 1\n1 invoke read\n1 ok read 0\n1 invoke read\n1 ok read 1\n1 invoke read\n1 ok read 1 \n",
         "1 ok read 1 ", "1 ok read 0 ");
  }
  TEST_CASE("a process may ask again after an info, and its first call stays open") {
    CHECK(holds(cas_register,
                "0 invoke write 1\n0 info write 1\n0 invoke write 2\n0 ok write 2\n1 invoke read\n1 ok read 1\n"));
  }
  TEST_CASE("compare-and-set sees the old value") {
    pair(cas_register, "0 invoke cas [0, 2]\n0 ok cas [0, 2]\n1 invoke read\n1 ok read 2\n", "1 ok read 2",
         "1 ok read 0");
    pair(cas_register, "0 invoke write 1\n0 ok write 1\n0 invoke cas [1, 2]\n0 ok cas [1, 2]\n",
         "0 invoke write 1\n0 ok write 1", "0 invoke write 3\n0 ok write 3");
  }
  TEST_CASE("values are numbers, names or anything else, equal if they are equal JSON") {
    pair(cas_register, "0 invoke write \"a\"\n0 ok write \"a\"\n1 invoke read\n1 ok read \"a\" \n", "read \"a\" ",
         "read \"b\"");
    pair(cas_register, "0 invoke write 10\n0 ok write 10\n1 invoke read\n1 ok read 1.0e1\n", "1.0e1", "1.0e2");
    pair(cas_register, "0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 1\n", "1 ok read 1",
         "1 ok read \"1\"");
    pair(
        cas_register,
        "0 invoke write {\"b\":1,\"a\":2}\n0 ok write {\"b\":1,\"a\":2}\n1 invoke read\n1 ok read {\"a\":2, \"b\":1}\n",
        "{\"a\":2, \"b\":1}", "{\"a\":2, \"b\":2}");
  }
  TEST_CASE("[key, value] pairs are registers of their own") {
    const std::string lines =
        "0 invoke write [7, 1]\n0 ok write [7, 1]\n1 invoke read [8, null]\n1 ok read [8, 0]\n1 invoke cas [7, [1, "
        "2]]\n"
        "1 ok cas [7, [1, 2]]\n1 invoke read [7, null]\n1 ok read [7, 2]\n";
    CHECK(check_lines(cas_register, lines).objects == 2);
    pair(cas_register, lines, "read [8, 0]", "read [8, 1]");
    pair(cas_register, lines, "read [7, 2]", "read [7, 1]");
  }
  TEST_CASE("registers of one transaction are read at one moment") {
    pair(multi_register,
         "0 invoke txn [[\"w\", \"x\", 1], [\"w\", \"y\", 1]]\n"
         "1 invoke txn [[\"read\", \"x\", null], [\"read\", \"y\", null]]\n"
         "1 ok txn [[\"read\", \"x\", 1], [\"read\", \"y\", 1]]\n"
         "0 ok txn [[\"w\", \"x\", 1], [\"w\", \"y\", 1]]\n",
         "1 ok txn [[\"read\", \"x\", 1]", "1 ok txn [[\"read\", \"x\", 0]");
  }
  TEST_CASE("registers that no transaction joins are judged apart") {
    const HistoryCheck check =
        check_lines(multi_register,
                    "0 invoke txn [[\"w\", \"x\", 1]]\n0 ok txn [[\"w\", \"x\", 1]]\n1 invoke txn [[\"w\", \"y\", 1]]\n"
                    "1 ok txn [[\"w\", \"y\", 1]]\n");
    CHECK(check.objects == 2);
    CHECK(check.verdict == HistoryVerdict::holds);
  }
  TEST_CASE("a lock is held by one at a time") {
    pair(mutex, "0 invoke acquire\n0 ok acquire\n0 invoke release\n0 ok release\n1 invoke acquire\n1 ok acquire\n",
         "0 ok release", "0 fail release");
  }
  TEST_CASE("a lock may be released by anybody, an owned one by its holder") {
    const std::string lines = "0 invoke acquire\n0 ok acquire\n1 invoke release\n1 ok release\n";
    CHECK(holds(mutex, lines));
    CHECK_FALSE(holds(owned_mutex, lines));
    CHECK(holds(owned_mutex, "0 invoke acquire\n0 ok acquire\n0 invoke release\n0 ok release\n"));
  }
  TEST_CASE("a queue: first in, first out") {
    const std::string lines =
        "0 invoke enqueue 1\n0 ok enqueue 1\n0 invoke enqueue 2\n0 ok enqueue 2\n1 invoke dequeue\n1 ok dequeue 1\n";
    pair(queue, lines, "1 ok dequeue 1", "1 ok dequeue 2");
    CHECK(holds(unordered_queue, lines + "1 invoke dequeue\n1 ok dequeue 2\n"));
    CHECK_FALSE(holds(unordered_queue, lines + "1 invoke dequeue\n1 ok dequeue 1\n"));
  }
  TEST_CASE("a queue: an item that a dequeue of unknown end may have taken is not missed") {
    const std::string lines =
        "0 invoke enqueue 1\n0 ok enqueue 1\n0 invoke enqueue 2\n0 ok enqueue 2\n2 invoke dequeue\n2 info dequeue\n"
        "1 invoke dequeue\n1 ok dequeue 2\n";
    pair(queue, lines, "2 info dequeue", "2 fail dequeue");
  }
  TEST_CASE("a queue: a dequeue of null found nothing") {
    pair(queue,
         "0 invoke enqueue 1\n1 invoke dequeue\n1 ok dequeue null\n0 ok enqueue 1\n1 invoke dequeue\n1 ok dequeue 1\n",
         "1 ok dequeue 1", "1 ok dequeue null ");
  }
  TEST_CASE("a queue without an order whose emptiness hangs on what nobody knows is left open") {
    const HistoryCheck check = check_lines(
        unordered_queue,
        "0 invoke enqueue 1\n0 ok enqueue 1\n2 invoke dequeue\n2 info dequeue\n1 invoke dequeue\n1 ok dequeue null\n");
    CHECK(check.verdict == HistoryVerdict::unknown);
  }
  TEST_CASE("a set: a read sees all that was added, in any order") {
    pair(set, "0 invoke add 1\n0 ok add 1\n0 invoke add 2\n0 ok add 2\n1 invoke read\n1 ok read [2, 1]\n", "[2, 1]",
         "[2]");
  }
  TEST_CASE("a list: a read sees all that was appended, in its order") {
    pair(list_append,
         "0 invoke append 1\n0 ok append 1\n0 invoke append 2\n0 ok append 2\n1 invoke read\n1 ok read [1, 2]\n",
         "[1, 2]", "[2, 1]");
    pair(list_append,
         "0 invoke append [\"x\", 1]\n0 ok append [\"x\", 1]\n1 invoke read [\"x\", null]\n1 ok read [\"x\", [1]]\n",
         "[\"x\", [1]]", "[\"x\", []]");
  }
  TEST_CASE("an operation of another model is trouble, and says which model has it") {
    scenarios::ReadHistory read = read_lines("0 invoke acquire\n0 ok acquire\n");
    const HistoryCheck check = check_history(read.history, plain_register, {}, {});
    REQUIRE(check.troubles.size() == 1);
    CHECK(check.troubles[0].what == "'acquire' is no operation of the model register");
    CHECK(check.troubles[0].fix == "choose the model that fits: mutex, owned-mutex");
  }
  TEST_CASE("a limit of memory leaves it open as well") {
    std::string lines;
    for (int p = 0; p < 12; ++p) lines += std::to_string(p) + " invoke append " + std::to_string(p % 4) + "\n";
    for (int p = 0; p < 12; ++p) lines += std::to_string(p) + " ok append " + std::to_string(p % 4) + "\n";
    lines += "0 invoke read\n0 ok read [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3]\n";
    scenarios::ReadHistory read = read_lines(lines);
    const HistoryCheck check = check_history(read.history, list_append, {}, {.memory_max = 1});
    CHECK(check.verdict == HistoryVerdict::unknown);
    CHECK(check.unknown == "the memory it may use was full");
    CHECK(check.steps == 1'024);
  }
  TEST_CASE("a limit of steps leaves it open and says what was tried") {
    std::string lines;
    for (int p = 0; p < 8; ++p) lines += std::to_string(p) + " invoke append " + std::to_string(p % 3) + "\n";
    for (int p = 0; p < 8; ++p) lines += std::to_string(p) + " ok append " + std::to_string(p % 3) + "\n";
    lines += "0 invoke read\n0 ok read [0, 0, 0, 1, 1, 1, 2]\n";
    scenarios::ReadHistory read = read_lines(lines);
    HistoryCheck check = check_history(read.history, list_append, {}, {.steps_max = 10});
    CHECK(check.verdict == HistoryVerdict::unknown);
    CHECK(check.steps == 10);
    CHECK(check.unknown == "the limit of steps was reached");
    check = check_history(read.history, list_append, {}, {});
    CHECK(check.verdict == HistoryVerdict::violated);
  }
}

TEST_SUITE("histories: the smallest part that fails") {
  TEST_CASE("fails by itself, also where only what is taken later tells what an unknown dequeue took") {
    // Up to the dequeue of 1 all is well: the unknown one took the second 0. But that one is taken at the end.
    const std::string lines =
        "0 invoke enqueue 0\n0 ok enqueue 0\n1 invoke dequeue\n2 invoke enqueue 0\n2 ok enqueue 0\n1 ok dequeue 0\n"
        "0 invoke enqueue 1\n0 ok enqueue 1\n3 invoke dequeue\n3 info dequeue\n4 invoke dequeue\n4 ok dequeue 1\n";
    CHECK(holds(queue, lines));
    for (const char* between : {"", "0 invoke enqueue 1\n0 ok enqueue 1\n"}) {
      const HistoryCheck check = check_lines(queue, lines + between + "4 invoke dequeue\n4 ok dequeue 0\n");
      CHECK(check.verdict == HistoryVerdict::violated);
      REQUIRE(check.failing.size() == 1);
      std::vector<Call> part;
      for (const PartCall& one : check.failing[0].calls) part.push_back(one.call);
      CHECK_FALSE(EveryOrder{Values{}, {}, part}.any());
    }
  }
}

}  // namespace squall::sim::history

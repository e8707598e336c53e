// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "tests/reports/command.hpp"

namespace squall::reports {
namespace {

using namespace std::chrono_literals;

/// The command in the background, until it is interrupted.
class Serving {
 public:
  Serving(const Scratch& scratch, const std::string& arguments) : said_(scratch.path("said")) {
    process_ = fork();
    if (process_ == 0) {
      const std::string line = "exec '" SQUALL_COMMAND "' " + arguments + " >/dev/null 2>'" + said_ + "'";
      execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    for (int tries = 0; tries < 600 && port_ == 0; ++tries) {
      std::ifstream file{said_};
      const std::string text{std::istreambuf_iterator<char>{file}, {}};
      const std::string before = "the page: http://127.0.0.1:";
      const std::size_t at = text.find(before);
      if (at != std::string::npos && text.find("Ctrl-C", at) != std::string::npos)
        port_ = std::atoi(text.c_str() + at + before.size());
      else std::this_thread::sleep_for(50ms);
    }
    REQUIRE(port_ > 0);
  }
  ~Serving() { end(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  int port() const { return port_; }

  /// Ctrl-C; the exit status.
  int end() {
    if (process_ <= 0) return -1;
    kill(process_, SIGINT);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  /// All that comes back for these bytes.
  std::string answer(const std::string& request) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(socket >= 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port_));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    std::string text;
    if (connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0 &&
        send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
      char bytes[4096];
      for (ssize_t got = 0; (got = recv(socket, bytes, sizeof(bytes), 0)) > 0;)
        text.append(bytes, static_cast<std::size_t>(got));
    }
    close(socket);
    return text;
  }

  std::string got(const std::string& path, const std::string& method = "GET", std::string host = {}) const {
    if (host.empty()) host = "127.0.0.1:" + std::to_string(port_);
    return answer(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  /// The page, once `wanted` stands in it; else what was there last.
  std::string page_with(const std::string& wanted) const {
    std::string page;
    for (int tries = 0; tries < 300; ++tries) {
      page = got("/");
      if (page.find(wanted) != std::string::npos) break;
      std::this_thread::sleep_for(100ms);
    }
    return page;
  }

 private:
  pid_t process_ = -1;
  int port_ = 0;
  std::string said_;
};

std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }
std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A campaign of 200 seeds in shards of 100.
std::string campaign_in(const Scratch& scratch) {
  const Ran ran = squall("fuzz scenarios/suites/dead-server/broken.yaml --seeds 200 --shard-size 100 --jobs 1 --out '" +
                         scratch.path("campaign") + "'");
  REQUIRE(ran.exit_status == 1);
  return scratch.path("campaign");
}

}  // namespace

TEST_SUITE("pages that are served") {
  TEST_CASE("a campaign's page is served until Ctrl-C, and grows with the campaign's shards") {
    const Scratch scratch{"serve-campaign"};
    const std::string campaign = campaign_in(scratch);
    Serving serving{scratch, "report '" + campaign + "' --serve"};
    const std::string page = serving.page_with("of 200 runs");
    CHECK(status_of(page) == "HTTP/1.1 200 OK");
    CHECK(has(page, "Content-Type: text/html; charset=utf-8\r\n"));
    CHECK(has(page, "X-Content-Type-Options: nosniff\r\n"));
    CHECK(body_of(page).starts_with("<!doctype html>"));
    CHECK(body_of(page).ends_with("</html>\n"));
    CHECK(has(page, "default-src 'none'; connect-src 'self';"));
    CHECK(has(page, "no-orphaned-wait"));
    const std::string version = body_of(serving.got("/version"));
    CHECK(version.size() == 16);

    REQUIRE(squall("fuzz scenarios/suites/dead-server/broken.yaml --seeds 400 --shard-size 100 --jobs 1 --out '" +
                   campaign + "'")
                .exit_status == 1);
    CHECK(has(serving.page_with("of 400 runs"), "of 400 runs"));
    CHECK(body_of(serving.got("/version")) != version);
    CHECK(serving.end() == 130);
  }

  TEST_CASE("nobody else is served: other hosts, methods and paths are refused") {
    const Scratch scratch{"serve-refusals"};
    Serving serving{scratch, "report '" + campaign_in(scratch) + "' --serve 0"};
    const std::string port = std::to_string(serving.port());
    CHECK(status_of(serving.got("/", "GET", "localhost:" + port)) == "HTTP/1.1 200 OK");
    for (const std::string& host : {"evil.example:" + port, std::string{"127.0.0.1"}, "127.0.0.1.evil.example:" + port,
                                    std::string{"127.0.0.1:1"}, std::string{"evil.example"}}) {
      const std::string answer = serving.got("/", "GET", host);
      CHECK_MESSAGE(status_of(answer) == "HTTP/1.1 403 Forbidden", host);
      CHECK_FALSE(has(answer, "no-orphaned-wait"));
    }
    CHECK(status_of(serving.answer("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")) == "HTTP/1.1 403 Forbidden");
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "HEAD"})
      CHECK_MESSAGE(status_of(serving.got("/", method)) == "HTTP/1.1 405 Method Not Allowed", method);
    for (const char* path : {"/campaign.json", "/../campaign.json", "/%2e%2e/%2e%2e/etc/passwd",
                             "/..%2f..%2fetc/passwd", "//etc/passwd", "/index.html", "/version/"}) {
      const std::string answer = serving.got(path);
      CHECK_MESSAGE(status_of(answer) == "HTTP/1.1 404 Not Found", path);
      CHECK_FALSE(has(answer, "root:"));
    }
  }

  TEST_CASE("a port that is taken, a word that is no port and an order to write nothing are refused") {
    const Scratch scratch{"serve-ports"};
    const std::string campaign = campaign_in(scratch);
    Serving serving{scratch, "report '" + campaign + "' --serve 0"};
    const Ran taken = squall("report '" + campaign + "' --serve " + std::to_string(serving.port()));
    CHECK(taken.exit_status == 2);
    CHECK(has(taken.errors, "nothing can be served on port"));
    const Ran word = squall("report '" + campaign + "' --serve http");
    CHECK(word.exit_status == 2);
    CHECK(word.errors == "error: 'http' is no port\n  fix: write --serve 8080, or --serve alone for a free one\n");
    CHECK(squall("report '" + campaign + "' --serve 70000").exit_status == 2);
    const Ran nowhere = squall("report '" + campaign + "'");
    CHECK(nowhere.exit_status == 2);
    CHECK(nowhere.errors ==
          "error: it is not said where the page is to be\n  fix: write --out FILE, or --serve [PORT]\n");
    CHECK(squall("watch scenarios/suites/dead-server/broken.yaml --once --serve").exit_status == 2);
  }

  TEST_CASE("watch serves the last verdict: the run that fails, then that all is as it should be") {
    const Scratch scratch{"serve-watch"};
    const std::string head = "workflow: one\nagents:\n  ann:\n    do:\n";
    const std::string file = scratch.file("one.yaml", head + "      - receive: letter\n");
    Serving serving{scratch, "watch '" + file + "' --serve"};
    const std::string red = serving.page_with("no-orphaned-wait");
    CHECK(has(red, "✗ violated"));
    CHECK(has(red, "Time travel"));
    std::this_thread::sleep_for(20ms);  // clocks of files are coarse
    scratch.file("one.yaml", head + "      - work: 1s\n");
    const std::string green = serving.page_with("✓ as it demands");
    CHECK(has(green, "✓ as it demands"));
    CHECK(serving.end() == 130);
  }
}

}  // namespace squall::reports

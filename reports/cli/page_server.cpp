// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/page_server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "reports/cli/console.hpp"
#include "reports/page/page.hpp"
#include "reports/text.hpp"
#include "sim/site.hpp"

namespace squall::reports::cli {
namespace {

constexpr const char* loopback = "127.0.0.1";

/// The library would let a second server share the port, and split what is asked between both.
void alone_on_its_port(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

}  // namespace

struct PageServer::Parts {
  httplib::Server server;
  int port = 0;
  std::mutex mutex;  ///< of the two below
  std::shared_ptr<const std::string> page = std::make_shared<const std::string>();
  std::string version;
  std::thread thread;

  bool is_us(const std::string& host) const {
    const std::array names{std::string{loopback}, std::string{"localhost"}};
    for (const std::string& name : names) {
      if (host == fmt::format("{}:{}", name, port) || (port == 80 && host == name)) return true;
    }
    return false;
  }

  httplib::Server::HandlerResponse guard(const httplib::Request& request, httplib::Response& response) const {
    using Response = httplib::Server::HandlerResponse;
    const auto refused = [&](int status, const char* why) {
      response.status = status;
      response.set_content(std::string{why} + "\n", "text/plain; charset=utf-8");
      return Response::Handled;
    };
    if (request.get_header_value_count("Host") != 1 || !is_us(request.get_header_value("Host")))
      return refused(403, "this address is for the browser of this machine alone");
    if (request.method != "GET") {
      response.set_header("Allow", "GET");
      return refused(405, "there is only something to be looked at here");
    }
    return request.path == "/" || request.path == "/version" ? Response::Unhandled
                                                             : refused(404, "there is one page here: /");
  }

  void set_up() {
    server.set_default_headers({{"Cache-Control", "no-store"},
                                {"X-Content-Type-Options", "nosniff"},
                                {"Referrer-Policy", "no-referrer"},
                                {"Cross-Origin-Resource-Policy", "same-origin"},
                                {"Content-Security-Policy", "frame-ancestors 'none'"}});
    server.set_socket_options(alone_on_its_port);
    server.set_payload_max_length(0);
    server.set_read_timeout(5);
    server.set_write_timeout(5);
    server.new_task_queue = [] { return new httplib::ThreadPool(4); };
    server.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) { return guard(request, response); });
    server.Get("/", [this](const httplib::Request&, httplib::Response& response) {
      std::shared_ptr<const std::string> now;
      {
        const std::lock_guard lock{mutex};
        now = page;
      }
      response.set_content(*now, "text/html; charset=utf-8");
    });
    server.Get("/version", [this](const httplib::Request&, httplib::Response& response) {
      const std::lock_guard lock{mutex};
      response.set_content(version, "text/plain; charset=utf-8");
    });
  }
};

PageServer::PageServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PageServer::PageServer(PageServer&&) noexcept = default;

PageServer::~PageServer() {
  if (!parts_) return;
  parts_->server.stop();
  if (parts_->thread.joinable()) parts_->thread.join();
}

std::optional<PageServer> PageServer::on(int port) {
  auto parts = std::make_unique<Parts>();
  parts->set_up();
  parts->port = port == 0                                    ? parts->server.bind_to_any_port(loopback)
                : parts->server.bind_to_port(loopback, port) ? port
                                                             : -1;
  if (parts->port <= 0) return std::nullopt;
  PageServer made{std::move(parts)};
  made.show(page_head("squall") + "<main><p>The first page is on its way.</p>\n" + page_end());
  made.parts_->thread = std::thread{[parts_now = made.parts_.get()] { parts_now->server.listen_after_bind(); }};
  while (!made.parts_->server.is_running()) std::this_thread::yield();  // stopped before it runs it would never stop
  return made;
}

int PageServer::port() const { return parts_->port; }

void PageServer::show(const std::string& html) {
  std::string version = digest_text(sim::site_key(html));
  auto page = std::make_shared<const std::string>(live_page(html, version));
  const std::lock_guard lock{parts_->mutex};
  parts_->page = std::move(page);
  parts_->version = std::move(version);
}

std::optional<int> port_of(const std::string& text) {
  if (text.empty() || text == "true") return 0;  // said without a port
  const auto port = number_of(text);
  if (port && *port <= 65'535) return static_cast<int>(*port);
  refuse(fmt::format("'{}' is no port", printable(text)), "write --serve 8080, or --serve alone for a free one");
  return std::nullopt;
}

std::optional<PageServer> served_on(const std::string& text) {
  const auto port = port_of(text);
  if (!port) return std::nullopt;
  auto server = PageServer::on(*port);
  if (!server) {
    refuse(fmt::format("nothing can be served on port {} of this machine", *port),
           "somebody else has it, or it is not yours to take: name another, or none for a free one");
    return std::nullopt;
  }
  fmt::print(stderr, "the page: http://{}:{}/ until Ctrl-C\n", loopback, server->port());
  std::fflush(stderr);
  return server;
}

}  // namespace squall::reports::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

/// One page over HTTP, for the browser of whoever sits at this machine.
namespace squall::reports::cli {

/// Serves the page that was shown last, on the loopback interface alone. `GET /` is the page, `GET /version` names it: the
/// page's script asks for that, and loads anew when it has changed. Everything else is refused: other methods (405), other
/// paths (404: nothing is read from disk), and a Host that is not this server (403), so that no foreign site can be bound to
/// this address and read the page (DNS rebinding). Threads of its own; stops with its end.
class PageServer {
 public:
  /// Port 0: a free one. Nothing where it cannot be had.
  static std::optional<PageServer> on(int port);
  PageServer(PageServer&&) noexcept;
  ~PageServer();

  int port() const;
  /// From now on this page; whoever looks at another one sees it within a second or two. From any thread.
  void show(const std::string& html);

 private:
  struct Parts;
  explicit PageServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// What `--serve` says: a port, or nothing where it is none, which is said.
std::optional<int> port_of(const std::string& text);
/// A server with its address told on standard error; nothing where there is none, which is said.
std::optional<PageServer> served_on(const std::string& port);

}  // namespace squall::reports::cli

// SPDX-License-Identifier: Apache-2.0
#include "reports/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace squall::reports {
namespace {

namespace fs = std::filesystem;

/// False, and errno says why, where not all of it came to rest.
bool write_to(const std::string& path, std::string_view text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool all = std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  const bool rests = all && (fsync(fileno(file)) == 0 || errno == EINVAL || errno == EROFS);  // pipes have no rest
  const int why = errno;
  const bool closed = std::fclose(file) == 0;
  if (!rests) errno = why;
  return rests && closed;
}

}  // namespace

std::string write_whole(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const bool in_place = fs::exists(status) && !fs::is_regular_file(status);
  // A link is followed: what it leads to is replaced, not the link.
  const fs::path target = fs::exists(status) ? fs::canonical(path, error) : fs::path{path};
  const std::string name = in_place ? path : fmt::format("{}.{}.tmp", target.string(), getpid());
  if (!write_to(name, text)) {
    const std::string why = std::strerror(errno);
    if (!in_place) fs::remove(name, error);
    return why;
  }
  if (in_place) return {};
  fs::rename(name, target, error);
  if (!error) return {};
  const std::string why = error.message();
  fs::remove(name, error);
  return why;
}

}  // namespace squall::reports

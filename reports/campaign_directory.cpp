// SPDX-License-Identifier: Apache-2.0
#include "reports/campaign_directory.hpp"

#include <fmt/format.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "reports/output.hpp"
#include "reports/text.hpp"
#include "sim/site.hpp"

namespace squall::reports {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string text_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file.is_open() || file.bad())
    throw CampaignTrouble{fmt::format("'{}' cannot be read", printable(path)), "look at the path and its permissions"};
  return text;
}

void write(const std::string& path, const std::string& text) {
  if (const std::string trouble = write_whole(path, text); !trouble.empty())
    throw CampaignTrouble{fmt::format("'{}' could not be written: {}", printable(path), trouble),
                          "look for room and permissions there"};
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw CampaignTrouble{
        fmt::format("the folder '{}' could not be made: {}", printable(path.string()), error.message()),
        "name another folder"};
}

std::string to_json(const CampaignIdentity& identity) {
  Json json = {{"version", identity.version}, {"workflow", identity.workflow}, {"file", identity.file},
               {"content", identity.content}, {"profile", identity.profile},   {"shard_size", identity.shard_size}};
  if (!identity.strategy.timed()) {
    json["untimed"] = {{"strategy", scenarios::to_text(identity.strategy)},
                       {"timers", identity.strategy.timers == sim::Timers::last ? "last" : "any"},
                       {"faults", identity.strategy.faults}};
  }
  return json.dump(1, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

scenarios::StrategyChoice strategy_of(const Json& json) {
  if (!json.contains("untimed")) return {};
  const Json& untimed = json.at("untimed");
  auto choice = scenarios::strategy_choice(untimed.at("strategy").get<std::string>());
  if (!choice) throw std::invalid_argument{"it has a strategy that this squall does not know"};
  choice->timers = untimed.at("timers").get<std::string>() == "last" ? sim::Timers::last : sim::Timers::any;
  choice->faults = untimed.at("faults").get<std::uint32_t>();
  return *choice;
}

CampaignIdentity identity_of(const std::string& path, const std::string& text) {
  try {
    const Json json = Json::parse(text);
    CampaignIdentity identity{.version = json.at("version").get<std::string>(),
                              .workflow = json.at("workflow").get<std::string>(),
                              .file = json.at("file").get<std::string>(),
                              .content = json.at("content").get<std::string>(),
                              .profile = json.at("profile").get<std::string>(),
                              .strategy = strategy_of(json),
                              .shard_size = json.at("shard_size").get<std::uint64_t>()};
    const fs::path file = fs::path{identity.file}.lexically_normal();
    if (identity.shard_size == 0 || file.empty() || file.is_absolute() || *file.begin() == "..")
      throw std::invalid_argument{"it names no shards or no file"};
    return identity;
  } catch (const std::exception& error) {
    throw CampaignTrouble{fmt::format("'{}' is no campaign of squall: {}", printable(path), printable(error.what())),
                          "name a folder that 'squall fuzz --out' has written"};
  }
}

/// Number that a shard's file name says; nothing for other files.
std::optional<std::uint64_t> shard_number(const fs::path& path) {
  const std::string stem = path.stem().string();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  if (path.extension() != ".json" || error != std::errc{} || end != stem.data() + stem.size()) return std::nullopt;
  return number;
}

}  // namespace

WorkflowFiles files_of(const scenarios::Loaded& workflow) {
  WorkflowFiles files;
  const fs::path base = fs::path{workflow.files.front()}.parent_path();
  for (const std::string& file : workflow.files) {
    files[fs::path{file}.lexically_relative(base.empty() ? fs::path{"."} : base).lexically_normal().string()] =
        text_of(file);
  }
  return files;
}

std::string content_of(const WorkflowFiles& files) {
  std::uint64_t key = 0;
  for (const auto& [name, text] : files) {
    key = sim::child_key(key, sim::site_key(name));
    key = sim::child_key(key, sim::site_key(text));
  }
  return digest_text(key);
}

CampaignDirectory CampaignDirectory::begin(const std::string& path, const CampaignIdentity& identity,
                                           const WorkflowFiles& files) {
  std::error_code error;
  const std::string about = path + "/campaign.json";
  if (fs::exists(about, error)) {
    CampaignDirectory there = open(path);
    if (there.identity_ != identity) {
      throw CampaignTrouble{
          fmt::format(
              "'{}' holds another campaign: {} with content {}, profile {}, strategy {}, shards of {}, by squall {}",
              printable(path), printable(there.identity_.workflow), printable(there.identity_.content),
              printable(there.identity_.profile), scenarios::to_text(there.identity_.strategy),
              there.identity_.shard_size, printable(there.identity_.version)),
          "name another folder: one campaign plays one workflow, as it was when it began"};
    }
    return there;
  }
  if (fs::exists(path, error) && !(fs::is_directory(path, error) && fs::is_empty(path, error))) {
    // Tasks of one array begin at the same moment: what they have made so far is no stranger's.
    const bool ours = fs::is_directory(path, error) && fs::is_directory(path + "/workflow", error);
    if (!ours)
      throw CampaignTrouble{fmt::format("'{}' is there and is no campaign", printable(path)), "name another folder"};
  }
  make_folder(path + "/shards");
  make_folder(path + "/findings");
  for (const auto& [name, text] : files) {
    const fs::path target = fs::path{path} / "workflow" / name;
    make_folder(target.parent_path());
    write(target.string(), text);
  }
  write(about, to_json(identity));  // last: where it is, everything else is
  return {path, identity};
}

CampaignDirectory CampaignDirectory::open(const std::string& path) {
  const std::string about = path + "/campaign.json";
  std::error_code error;
  if (!fs::is_regular_file(about, error))
    throw CampaignTrouble{fmt::format("'{}' is no campaign: it has no campaign.json", printable(path)),
                          "name a folder that 'squall fuzz --out' has written"};
  return {path, identity_of(about, text_of(about))};
}

WorkflowFiles CampaignDirectory::workflow_files() const {
  WorkflowFiles files;
  const fs::path base = fs::path{path_} / "workflow";
  for (const auto& entry : fs::recursive_directory_iterator{base}) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(base).string()] = text_of(entry.path().string());
  }
  return files;
}

std::string CampaignDirectory::shard_path(std::uint64_t number) const {
  return fmt::format("{}/shards/{:05}.json", path_, number);
}

std::optional<faults::Shard> CampaignDirectory::shard(std::uint64_t number) const {
  std::error_code error;
  const std::string path = shard_path(number);
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  std::string trouble;
  auto shard = faults::shard_of(text_of(path), trouble);
  if (!shard)
    throw CampaignTrouble{fmt::format("'{}' is no shard: {}", printable(path), printable(trouble)),
                          "remove it, and the campaign plays it again"};
  return shard;
}

std::map<std::uint64_t, faults::Shard> CampaignDirectory::shards() const {
  std::map<std::uint64_t, faults::Shard> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{path_ + "/shards", error}) {
    const auto number = shard_number(entry.path());
    if (!number) continue;  // one in work, or what a killed process left
    if (auto held = shard(*number)) all.emplace(*number, std::move(*held));
  }
  return all;
}

void CampaignDirectory::write_shard(std::uint64_t number, const faults::Shard& shard) {
  make_folder(path_ + "/shards");
  write(shard_path(number), to_json(shard));
}

/// Whether it is what a process of this machine that lives no more had begun to write of a file that is there now: NAME.PID.tmp.
static bool is_left_over(const fs::path& path) {
  std::error_code error;
  if (path.extension() != ".tmp" || path.stem().extension().empty()) return false;
  const std::string writer = path.stem().extension().string().substr(1);
  pid_t pid = 0;
  const auto [end, trouble] = std::from_chars(writer.data(), writer.data() + writer.size(), pid);
  if (trouble != std::errc{} || end != writer.data() + writer.size() || pid <= 0) return false;
  const bool lives = kill(pid, 0) == 0 || errno != ESRCH;
  return !lives && fs::exists(path.parent_path() / path.stem().stem(), error);
}

void CampaignDirectory::clear_left_overs() {
  std::error_code error;
  std::vector<fs::path> left_over;
  for (const auto& entry : fs::recursive_directory_iterator{path_, error}) {
    if (is_left_over(entry.path())) left_over.push_back(entry.path());
  }
  for (const fs::path& path : left_over) fs::remove(path, error);
}

void CampaignDirectory::write_finding(const std::string& name, const WorkflowFiles& files) {
  const fs::path folder = fs::path{path_} / "findings" / name;
  for (const auto& [file, text] : files) {
    make_folder((folder / file).parent_path());
    write((folder / file).string(), text);
  }
}

void CampaignDirectory::keep_findings(const std::vector<std::string>& names) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{path_ + "/findings", error}) {
    const std::string name = entry.path().filename().string();
    // Only what looks like a finding is ours to remove.
    const bool ours = name.size() == 16 && std::ranges::all_of(name, [](unsigned char c) { return std::isxdigit(c); });
    if (ours && std::ranges::find(names, name) == names.end()) fs::remove_all(entry.path(), error);
  }
}

}  // namespace squall::reports

// SPDX-License-Identifier: Apache-2.0
#include "reports/case_output.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "faults/signature.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"

namespace squall::reports {

namespace fs = std::filesystem;

void write_case(const std::string& path, const scenarios::Loaded& workflow, const std::string& text_of_case) {
  const auto write = [](const std::string& target, const std::string& text) {
    if (const std::string trouble = write_whole(target, text); !trouble.empty())
      throw CampaignTrouble{fmt::format("'{}' could not be written: {}", printable(target), trouble),
                            "look for room and permissions there"};
  };
  const auto folder_of = [](const std::string& file) {
    const fs::path folder = fs::path{file}.parent_path();
    std::error_code error;
    return fs::weakly_canonical(folder.empty() ? fs::path{"."} : folder, error);
  };
  std::error_code error;
  for (const std::string& file : workflow.files) {
    if (fs::equivalent(file, path, error))
      throw CampaignTrouble{fmt::format("'{}' is what the case extends", printable(path)), "name another file"};
  }
  if (folder_of(path) != folder_of(workflow.files.front())) {
    for (const auto& [name, text] : files_of(workflow)) {
      const fs::path target = folder_of(path) / name;
      if (fs::exists(target, error)) {
        if (fs::file_size(target, error) != text.size())
          throw CampaignTrouble{
              fmt::format("'{}' is there and differs from what the case extends", printable(target.string())),
              "write the case into another folder"};
        continue;
      }
      fs::create_directories(target.parent_path(), error);
      write(target.string(), text);
    }
  }
  write(path, text_of_case);
}

std::string write_decided(const std::string& folder, const scenarios::Loaded& workflow,
                          const scenarios::DecidedCase& decided) {
  const fs::path own = fs::path{folder} / faults::signature_text(decided.signature);
  std::error_code error;
  fs::create_directories(own, error);
  if (error)
    throw CampaignTrouble{
        fmt::format("the folder '{}' could not be made: {}", printable(own.string()), error.message()),
        "name another folder"};
  const bool taken = files_of(workflow).contains("case.yaml");
  const std::string path = (own / (taken ? "decided.case.yaml" : "case.yaml")).string();
  write_case(path, workflow, scenarios::to_text(decided.file));
  const std::string story = untimed_story(
      {*decided.loaded.scenario, *decided.loaded.pins.schedule, decided.run, "squall replay " + shell_word(path)});
  if (const std::string trouble = write_whole((own / "story.txt").string(), story); !trouble.empty())
    throw CampaignTrouble{
        fmt::format("'{}' could not be written: {}", printable((own / "story.txt").string()), trouble),
        "look for room and permissions there"};
  return path;
}

}  // namespace squall::reports

// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/formats/formats.hpp"
#include "reports/suite.hpp"

// What servers of repositories take of a suite is limited: what is beyond would be thrown away without a word.
namespace squall::reports {
namespace {

FileReport failed_file(const std::string& path) {
  FileReport file{.path = path, .result = FileReport::Result::failed};
  file.judgement.failures.push_back("it holds, and `expect` says that it does not");
  return file;
}

std::string log_of(const std::string& rule) {
  return R"({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "squall", "rules": [{"id": ")" + rule +
         R"("}]}}, "results": [{"ruleId": ")" + rule + R"(", "message": {"text": "x"}}]}]})";
}

std::size_t lines_with(const std::string& text, const std::string& begin) {
  std::size_t found = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    found += text.compare(at, begin.size(), begin) == 0 ? 1 : 0;
  return found;
}

}  // namespace

TEST_SUITE("servers of repositories") {
  TEST_CASE("SARIF has one run however many files failed, each rule once, and a result for what no run shows") {
    std::vector<FileReport> files(30);
    for (std::size_t f = 0; f < files.size(); ++f) {
      files[f] = failed_file("suite/" + std::to_string(f) + ".yaml");
      files[f].sarif = log_of(f % 2 == 0 ? "deadlock-freedom" : "budget");
    }
    files.push_back(failed_file("a b.yaml"));
    const auto json = nlohmann::json::parse(suite_sarif(files));
    REQUIRE(json["runs"].size() == 1);  // GitHub refuses a log with more than one run of a tool
    CHECK(json["runs"][0]["tool"]["driver"]["rules"].size() == 3);
    const auto& results = json["runs"][0]["results"];
    REQUIRE(results.size() == 31);
    CHECK(results[30]["ruleId"] == "expect");
    CHECK(results[30]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml");
    CHECK(nlohmann::json::parse(suite_sarif({}))["runs"][0]["results"].empty());
  }

  TEST_CASE("of annotations ten are written, and a notice says how many there are besides") {
    std::vector<FileReport> files;
    for (int f = 0; f < 10; ++f) files.push_back(failed_file(std::to_string(f) + ".yaml"));
    CHECK(lines_with(suite_github(files), "::error ") == 10);
    CHECK(lines_with(suite_github(files), "::notice") == 0);
    files.push_back(failed_file("ten.yaml"));
    files.push_back({.path = "good.yaml"});
    const std::string text = suite_github(files);
    CHECK(lines_with(text, "::error ") == 10);
    CHECK(lines_with(text, "::notice title=squall::1 more are not shown here") == 1);
  }

  TEST_CASE("an annotation is cut to what the runner takes, between two characters") {
    std::string long_text;
    for (int i = 0; i < 3'000; ++i) long_text += "é";
    const std::string text = annotation({.file = "a,b.yaml", .line = 3, .column = 7}, "t", long_text);
    CHECK(text.starts_with("::error file=a%2Cb.yaml,line=3,col=7,title=t::é"));
    CHECK(text.size() < 4'096);
    CHECK(text.ends_with("é…\n"));
  }

  TEST_CASE("a job's summary stays below a mebibyte, and says that it was cut") {
    std::vector<FileReport> files;
    for (int f = 0; f < 20; ++f) {
      files.push_back(failed_file(std::to_string(f) + ".yaml"));
      files.back().findings = std::string(100'000, 'x');
    }
    const std::string many = suite_markdown(files);
    CHECK(many.size() <= 1U << 20U);
    CHECK(many.find("| failed | 19.yaml |") != std::string::npos);
    CHECK(many.find("There is more than a summary holds") != std::string::npos);
  }
}

}  // namespace squall::reports

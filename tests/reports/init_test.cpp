// SPDX-License-Identifier: Apache-2.0
#include "tests/reports/command.hpp"

// `squall init`: workflows that fail at once, and are mended as their comments say.
namespace squall::reports {
namespace {

const std::vector<std::string> all{"circle.yaml", "lost-answer.yaml", "lost-update.yaml", "paid-twice.yaml"};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  for (; at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

TEST_SUITE("squall init") {
  TEST_CASE("writes all templates into a folder, which is made where there is none") {
    const Scratch scratch{"init"};
    const Ran ran = squall("init " + scratch.path("new/team"));
    CHECK(ran.exit_status == 0);
    CHECK(ran.errors.empty());
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator{scratch.path("new/team")})
      names.push_back(file.path().filename().string());
    std::ranges::sort(names);
    CHECK(names == all);
    CHECK(ran.output.ends_with("Begin with: squall run " + scratch.path("new/team/circle.yaml") + "\n"));
  }

  TEST_CASE("or one of them, by its name") {
    const Scratch scratch{"init-one"};
    CHECK(squall("init paid-twice " + scratch.folder()).exit_status == 0);
    CHECK(scratch.names() == std::vector<std::string>{"paid-twice.yaml"});
    CHECK(file_text(scratch.path("paid-twice.yaml")) ==
          file_text(SQUALL_SOURCE_DIR "/reports/templates/paid-twice.yaml"));
  }

  TEST_CASE("or jobs for the servers of repositories, which the command itself understands") {
    const Scratch scratch{"init-ci"};
    const Ran ran = squall("init ci " + scratch.folder());
    CHECK(ran.exit_status == 0);
    const std::string job = file_text(scratch.path(".github/workflows/squall.yml"));
    CHECK(job.find("\"$SQUALL\" test") != std::string::npos);
    CHECK(file_text(scratch.path("squall.gitlab-ci.yml")).find("junit: squall-out/junit.xml") != std::string::npos);
    CHECK(squall("init ci " + scratch.folder()).exit_status == 2);

    // The line of the job, as it stands there.
    const std::size_t from = job.find("mkdir -p"), to = job.find("      - if: always()");
    const std::string script = job.substr(from, to - from);
    scratch.file(
        "flow.yaml",
        "workflow: flow\nagents:\n  a:\n    do: [{receive: x}]\n  b:\n    do: [{sleep: 1s}, {if: 1 == 2, then: "
        "[{send: {to: a, topic: x}}]}]\nexpect: {holds: all, over: 3 seeds}\n");
    const std::string command = "cd " + scratch.folder() +
                                " && SQUALL=" SQUALL_COMMAND
                                " WORKFLOWS=flow.yaml GITHUB_STEP_SUMMARY=summary.md sh -c '" +
                                script + "' > out.txt 2>&1";
    CHECK(std::system(command.c_str()) != 0);  // the flow does not hold
    CHECK(file_text(scratch.path("summary.md")).find("1 failed") != std::string::npos);
    CHECK(file_text(scratch.path("squall-out/squall.sarif")).find("no-orphaned-wait") != std::string::npos);
    CHECK(file_text(scratch.path("squall-out/flow.yaml.html")).find("no-orphaned-wait") != std::string::npos);
    CHECK(file_text(scratch.path("out.txt")).find("::error file=") != std::string::npos);
  }

  TEST_CASE("overwrites nothing, and then writes nothing") {
    const Scratch scratch{"init-again"};
    scratch.file("lost-update.yaml", "mine");
    const Ran ran = squall("init " + scratch.folder());
    CHECK(ran.exit_status == 2);
    CHECK(ran.output.empty());
    CHECK(ran.errors ==
          "error: '" + scratch.path("lost-update.yaml") + "' is there already\n  fix: name another folder\n");
    CHECK(scratch.names() == std::vector<std::string>{"lost-update.yaml"});
    CHECK(file_text(scratch.path("lost-update.yaml")) == "mine");
  }

  TEST_CASE("refuses a name that it does not know, and a folder that is none") {
    const Scratch scratch{"init-refused"};
    const Ran name = squall("init paid-twic " + scratch.folder());
    CHECK(name.exit_status == 2);
    CHECK(name.errors == "error: no template is called 'paid-twic'\n  fix: did you mean 'paid-twice'?\n");
    CHECK(squall("init " + scratch.file("file", "")).exit_status == 2);
    CHECK(scratch.names() == std::vector<std::string>{"file"});
  }

  TEST_CASE("each template fails at once, with the explanation that it is there for") {
    const std::vector<std::pair<std::string, std::string>> explained{
        {"circle", "  the cycle editor -> writer -> editor, closed at "},
        {"lost-answer", "    lead waits for result, and nobody can hand it out any more\n"},
        {"lost-update", "Violated: no-lost-update "},
        {"paid-twice", "    payment has happened 2 times for one purpose"}};
    for (const auto& [name, words] : explained) {
      const std::string path = "reports/templates/" + name + ".yaml";
      CAPTURE(path);
      const Ran ran = squall("run " + path);
      CHECK(ran.exit_status == 1);
      CHECK(ran.output.find(words) != std::string::npos);
      CHECK(squall("test " + path).exit_status == 1);
    }
  }

  TEST_CASE("each template is mended by what its comment says") {
    const Scratch scratch{"init-mended"};
    const auto mended = [&](const std::string& name, const std::string& what, const std::string& by) {
      const std::string text = file_text(SQUALL_SOURCE_DIR "/reports/templates/" + name);
      return squall("test " + scratch.file(name, replaced(text, what, by))).exit_status;
    };
    const std::string draft = "      - id: draft\n        receive: draft\n";
    const std::string approve = "      - id: approve\n        send: {to: writer, topic: approval}\n";
    CHECK(mended("circle.yaml", draft + approve, approve + draft) == 0);
    CHECK(mended("lost-answer.yaml", "        receive: result\n",
                 "        receive: result\n        timeout: 10m\n        otherwise: [{finish: failure}]\n") == 0);
    CHECK(mended("lost-update.yaml", "{key: report, ", "{guard: lock, key: report, ") == 0);
    const std::string pays = replaced(file_text(SQUALL_SOURCE_DIR "/reports/templates/paid-twice.yaml"),
                                      "{tool: payment}", "{tool: payment, key: 7}");
    CHECK(squall("test " + scratch.file("paid-twice.yaml",
                                        replaced(pays, "{latency: 200ms..2s}", "{latency: 200ms..2s, dedup: 1h}")))
              .exit_status == 0);
  }
}

}  // namespace squall::reports

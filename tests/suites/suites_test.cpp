// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <regex>
#include <sstream>

#include "scenarios/reader/yaml.hpp"
#include "scenarios/run.hpp"
#include "sim/observe.hpp"
#include "tests/effort.hpp"
#include "tests/suites/suite.hpp"

/// The suites show what they say, and each pair is one knob apart.
namespace squall::suites {
namespace {

/// A file as it stands, with nothing that it extends.
class Written {
 public:
  explicit Written(const std::string& file) {
    std::ifstream stream{opened_as(file), std::ios::binary};
    std::ostringstream text;
    text << stream.rdbuf();
    const std::uint32_t number = sources_.add(file, text.str());
    root_ = scenarios::parse_yaml(sources_, number, tree_, findings_);
  }
  const scenarios::Node& root() const {
    REQUIRE(root_ != nullptr);
    return *root_;
  }
  std::string text(std::string_view key) const {
    const scenarios::Node* node = root().find(key);
    return node == nullptr ? "" : node->text;
  }

 private:
  scenarios::Sources sources_;
  scenarios::Tree tree_;
  scenarios::Findings findings_{sources_};
  const scenarios::Node* root_ = nullptr;
};

/// Bugs that the suites promise, by the thread that each comes from.
struct Promised {
  const char *pair, *thread;
};
constexpr std::array promised{Promised{"lock-order", "apache/airflow#23361"},
                              Promised{"lost-wakeup", "run-llama/llama_index#17898"},
                              Promised{"dead-server", "modelcontextprotocol/python-sdk#1577"},
                              Promised{"pending-writes", "langchain-ai/langgraph#8115"},
                              Promised{"thawed-worker", "langchain-ai/langgraph#8796"},
                              Promised{"invisible-draft", "google/adk-python#1119"},
                              Promised{"late-subscriber", "mezmo/aura#145"},
                              Promised{"nobody-addressed", "FoundationAgents/MetaGPT#2130"},
                              Promised{"silent-spawn", "openclaw/openclaw#4133"},
                              Promised{"visibility-timeout", "celery/celery#5935"},
                              Promised{"long-tool-call", "langchain-ai/langgraph#7417"},
                              Promised{"interrupted-batch", "langchain-ai/langgraph#7780"},
                              Promised{"stopped-orchestrator", "Kilo-Org/kilocode#11758"},
                              Promised{"leaked-attempt", "agentscope-ai/agentscope-java#1783"},
                              Promised{"delegation-ping-pong", "crewAIInc/crewAI#330"},
                              Promised{"retry-storm", "bytedance/deer-flow#4290"},
                              Promised{"parallel-files", "langchain-ai/deepagentsjs#144"},
                              Promised{"unseen-result", "google/adk-go#473"},
                              Promised{"erased-thread", "langchain-ai/langgraph#8653"},
                              Promised{"shared-config", "langchain-ai/langgraphjs#2040"},
                              Promised{"two-handoffs", "microsoft/semantic-kernel#12756"},
                              Promised{"renewed-schedule", "PrefectHQ/prefect#18894"},
                              Promised{"update-at-the-turn", "temporalio/temporal#6375"},
                              Promised{"same-owner", "anthropics/claude-code#23884"},
                              Promised{"no-cursor", "a2aproject/a2a-python#832"},
                              Promised{"latched-listener", "crewAIInc/crewAI#5972"},
                              Promised{"collected-at-work", "getpaseo/paseo#2444"},
                              Promised{"blank-replies", "microsoft/autogen#108"},
                              Promised{"failed-chain", "celery/celery#6220"},
                              Promised{"nothing-ready", "microsoft/autogen#7043"},
                              Promised{"unsaved-join", "microsoft/agent-framework#6372"},
                              Promised{"skipped-branch", "langchain-ai/langgraphjs#2666"},
                              Promised{"counting-barrier", "microsoft/agent-framework#2157"},
                              Promised{"second-round", "microsoft/agent-framework#3060"},
                              Promised{"single-messages", "microsoft/agent-framework#4884"},
                              Promised{"back-edge-join", "microsoft/autogen#6643"},
                              Promised{"unsaved-counter", "microsoft/autogen#7043"},
                              Promised{"empty-branch", "n8n-io/n8n#27053"},
                              Promised{"queue-empty", "n8n-io/n8n#37895"},
                              Promised{"first-of-all", "langgenius/dify#14308"},
                              Promised{"path-by-path", "langgenius/dify#12536"},
                              Promised{"slow-branch", "langgenius/dify#17377"},
                              Promised{"slow-sibling", "langchain-ai/langgraph#6320"},
                              Promised{"unequal-depth", "langchain-ai/langgraph#6005"},
                              Promised{"empty-header", "celery/celery#3597"},
                              Promised{"always-skipped", "apache/airflow#46297"},
                              Promised{"unanswered-update", "temporalio/temporal#5174"},
                              Promised{"one-value-a-step", "langchain-ai/langgraph#6446"},
                              Promised{"late-subscription", "a2aproject/a2a-java#782"},
                              Promised{"latched-or", "crewAIInc/crewAI#5972"},
                              Promised{"twice-by-two-events", "crewAIInc/crewAI#5994"},
                              Promised{"asked-behind-the-mail", "langchain-ai/langgraph#6792"},
                              Promised{"no-measure", "langchain-ai/langgraph-swarm-py#6"},
                              Promised{"after-the-end", "ag2ai/ag2#1958"}};

/// The failure modes of MAST, each in a folder `mast-` and its number.
constexpr std::array modes{"1-1", "1-2", "1-3", "1-4", "1-5", "2-1", "2-2",
                           "2-3", "2-4", "2-5", "2-6", "3-1", "3-2", "3-3"};

/// Nobody failed and nobody reported a failure.
bool goes_well(const scenarios::Scenario& scenario, sim::Seed seed) {
  const scenarios::Recording run = scenarios::record(scenario, seed);
  return std::ranges::none_of(run.trace.lines(), [](const sim::TraceLine& line) {
    const bool failed =
        line.seen.kind == sim::Seen::failed && line.seen.value == static_cast<std::int64_t>(sim::Ending::failed);
    return failed || (line.seen.kind == sim::Seen::reported && line.seen.value == 0);
  });
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("every workflow file does what it expects") {
    for (const std::string& file : workflow_files()) {
      CAPTURE(file);
      const scenarios::Loaded loaded = read(file);
      REQUIRE_MESSAGE(loaded.ok(), scenarios::to_text(loaded.diagnostics));
      const std::uint32_t over = loaded.expect ? loaded.expect->over : 0;
      const scenarios::Judgement judged =
          over >= 1'000 ? scenarios::judge(loaded, effort(over)) : scenarios::judge(loaded);
      CAPTURE(judged.runs);
      for (const std::string& failure : judged.failures) FAIL_CHECK(failure);
      CHECK(judged.result == scenarios::Judgement::Result::passed);
    }
  }

  TEST_CASE("the red half is found within 100 seeds, the green half is asked for 1,000") {
    for (const std::string& pair : pairs()) {
      CAPTURE(pair);
      const scenarios::Loaded red = read(pair + "/broken.yaml");
      const scenarios::Loaded green = read(pair + "/fixed.yaml");
      REQUIRE((red.expect.has_value() && green.expect.has_value()));
      CHECK_FALSE(red.expect->violates.empty());
      CHECK(red.expect->within >= 1);
      CHECK(red.expect->within <= 100);
      CHECK(green.expect->holds);
      CHECK(green.expect->may_violate.empty());
      CHECK(green.expect->over >= 1'000);
    }
  }

  TEST_CASE("the green half is the red one with exactly one change, under the same checks and faults") {
    for (const std::string& pair : pairs()) {
      CAPTURE(pair);
      const Written green{pair + "/fixed.yaml"};
      CHECK(green.text("extends") == "broken.yaml");
      CHECK_FALSE(green.text("about").empty());
      for (const scenarios::Node::Entry& entry : green.root().entries) {
        const std::string& section = entry.key->text;
        CAPTURE(section);
        CHECK((section == "extends" || section == "workflow" || section == "about" || section == "change" ||
               section == "expect"));
      }
      const scenarios::Node* change = green.root().find("change");
      REQUIRE(change != nullptr);
      CHECK(change->entries.size() == 1);
    }
  }

  TEST_CASE(
      "each red half names the thread that it comes from, but for the story of the four agents, or a mode of MAST") {
    const std::regex thread{"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+#[0-9]+"};
    const std::regex mode{"mast-([1-3])-([1-6])-[a-z-]+"};
    for (const std::string& pair : pairs()) {
      CAPTURE(pair);
      if (pair == "feature-team") continue;
      const std::string about = Written{pair + "/broken.yaml"}.text("about");
      if (std::smatch found; std::regex_match(pair, found, mode)) {
        CHECK_MESSAGE(about.starts_with("MAST " + found[1].str() + "." + found[2].str() + ","), about);
        CHECK_MESSAGE(about.find("arXiv 2503.13657") != std::string::npos, about);
      } else {
        CHECK_MESSAGE(std::regex_search(about, thread), about);
      }
    }
    for (const Promised& bug : promised) {
      CAPTURE(bug.pair);
      CHECK(Written{std::string{bug.pair} + "/broken.yaml"}.text("about").find(bug.thread) != std::string::npos);
    }
  }

  TEST_CASE("each of the fourteen modes of MAST has a pair") {
    const std::vector<std::string> all = pairs();
    for (const char* mode : modes) {
      CAPTURE(mode);
      CHECK(std::ranges::any_of(
          all, [&](const std::string& pair) { return pair.starts_with(std::string{"mast-"} + mode + "-"); }));
    }
  }

  TEST_CASE("a file and its folder have one name") {
    for (const std::string& file : workflow_files()) {
      CAPTURE(file);
      CHECK(Written{file}.text("workflow") == file.substr(0, file.rfind('/')));
    }
  }

  TEST_CASE("a green half does not hold because it does nothing: mostly its work gets done") {
    for (const std::string& pair : pairs()) {
      CAPTURE(pair);
      const scenarios::Loaded green = read(pair + "/fixed.yaml");
      REQUIRE(green.ok());
      constexpr std::uint64_t seeds = 100;
      std::uint64_t well = 0;
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) well += goes_well(*green.scenario, sim::Seed{seed}) ? 1 : 0;
      CHECK(well > seeds / 2);
    }
  }
}

}  // namespace squall::suites

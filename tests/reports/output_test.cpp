// SPDX-License-Identifier: Apache-2.0
#include "reports/output.hpp"

#include "reports/junit.hpp"
#include "reports/markup.hpp"
#include "reports/text.hpp"
#include "tests/reports/command.hpp"

// What leaves the program: files, words of a shell, text between tags.
namespace squall::reports {

TEST_SUITE("files that are written") {
  TEST_CASE("appear whole, in place of what was there, and nothing is left beside them") {
    const Scratch scratch{"whole"};
    const std::string path = scratch.file("result", "an older and longer text");
    CHECK(write_whole(path, "new\n").empty());
    CHECK(file_text(path) == "new\n");
    CHECK(scratch.names() == std::vector<std::string>{"result"});
  }
  TEST_CASE("a link stays a link to what is replaced") {
    const Scratch scratch{"links"};
    const std::string target = scratch.file("target", "old");
    std::filesystem::create_symlink("target", scratch.path("link"));
    CHECK(write_whole(scratch.path("link"), "new").empty());
    CHECK(std::filesystem::is_symlink(scratch.path("link")));
    CHECK(file_text(target) == "new");
  }
  TEST_CASE("where it cannot be, the reason is told and a device is not replaced") {
    CHECK(write_whole("/dev/full", "text") == "No space left on device");
    CHECK(std::filesystem::is_character_file("/dev/full"));
    CHECK(write_whole("/dev/null", "text").empty());
    CHECK(std::filesystem::is_character_file("/dev/null"));
    const Scratch scratch{"nowhere"};
    CHECK(write_whole(scratch.path("missing/result"), "text") == "No such file or directory");
  }
}

TEST_SUITE("words of a shell") {
  TEST_CASE("what is safe stays as it is, what is not comes in quotes") {
    CHECK(shell_word("suites/pair-1/broken.yaml") == "suites/pair-1/broken.yaml");
    CHECK(shell_word("") == "''");
    CHECK(shell_word("two words") == "'two words'");
    CHECK(shell_word("$(reboot)") == "'$(reboot)'");
    CHECK(shell_word("it's") == R"('it'\''s')");
    CHECK(shell_word("計画.yaml") == "'計画.yaml'");
    CHECK(shell_word("a\x1b[2J") == R"($'a\x1b[2J')");
    CHECK(shell_word("'\\\xff") == R"($'\'\x5c\xff')");
  }
}

TEST_SUITE("text between tags") {
  TEST_CASE("markup is escaped, line ends stay") {
    CHECK(xml_text("a < b && 'c' > \"d\"\n]]>\n") == "a &lt; b &amp;&amp; &apos;c&apos; &gt; &quot;d&quot;\n]]&gt;\n");
  }
  TEST_CASE("what XML may not hold becomes digits") {
    CHECK(xml_text("\x01\x1b") == "\\x01\\x1b");
    CHECK(xml_text("\xff") == "\\xff");
    CHECK(xml_text("x\xef\xbf\xbf") == "x\\xef\\xbf\\xbf");
    CHECK(xml_text("計画") == "計画");
  }
}

}  // namespace squall::reports

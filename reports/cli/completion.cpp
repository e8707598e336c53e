// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

// Completions and the manual are written from the options themselves, so they cannot say anything else.
namespace squall::reports::cli {
namespace {

struct Command {
  std::string name;  ///< `run`, `history check`
  const CLI::App* app;
};

void collect(const CLI::App& app, const std::string& before, std::vector<Command>& into) {
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    into.push_back({before + sub->get_name(), sub});
    collect(*sub, before + sub->get_name() + " ", into);
  }
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string words_of(const std::vector<Command>& commands) {
  std::string words;
  for (const Command& command : commands) {
    if (command.name.find(' ') == std::string::npos) words += (words.empty() ? "" : " ") + command.name;
  }
  return words;
}

std::string bash(const std::vector<Command>& commands) {
  std::string text =
      "# squall completion bash >/etc/bash_completion.d/squall\n_squall() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} words\n  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands) {
    if (command.name.find(' ') != std::string::npos) continue;
    std::vector<std::string> words = options_of(*command.app);
    for (const CLI::App* sub : command.app->get_subcommands([](const CLI::App*) { return true; })) {
      words.push_back(sub->get_name());
      for (std::string& option : options_of(*sub)) words.push_back(std::move(option));
    }
    text += fmt::format("    {}) words='{}' ;;\n", command.name, fmt::join(words, " "));
  }
  text += fmt::format(
      "    *) words='{}' ;;\n  esac\n  ((COMP_CWORD == 1)) && words='{}'\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
      "  [[ $word == -* || COMP_CWORD -eq 1 ]] || mapfile -t -O \"${{#COMPREPLY[@]}}\" COMPREPLY < <(compgen -f -- "
      "\"$word\")\n}}\n"
      "complete -o filenames -F _squall squall\n",
      words_of(commands), words_of(commands));
  return text;
}

/// In single quotes, for zsh and fish.
std::string quoted(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) safe += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return safe + "'";
}

std::string zsh(const std::vector<Command>& commands) {
  std::string text =
      "#compdef squall\n# squall completion zsh >~/.zsh/completions/_squall\n_squall() {\n  local -a commands\n  "
      "commands=(\n";
  for (const Command& command : commands) {
    if (command.name.find(' ') == std::string::npos)
      text += "    " + quoted(command.name + ":" + command.app->get_description()) + "\n";
  }
  text += "  )\n  if ((CURRENT == 2)); then _describe command commands; return; fi\n  case $words[2] in\n";
  for (const Command& command : commands) {
    if (command.name.find(' ') != std::string::npos) continue;
    text += fmt::format("    {}) _arguments", command.name);
    for (const CLI::Option* option : command.app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        std::string about;
        for (const char c : option->get_description())
          about += c == '[' || c == ']' ? std::string{"\\"} + c : std::string(1, c);
        text += " " +
                quoted(fmt::format("--{}[{}]{}", name, about, option->get_expected_min() == 0 ? "" : ":value:_files"));
      }
    }
    text += " '*:file:_files' ;;\n";
  }
  return text + "  esac\n}\n_squall \"$@\"\n";
}

std::string fish(const std::vector<Command>& commands) {
  std::string text = "# squall completion fish >~/.config/fish/completions/squall.fish\n";
  for (const Command& command : commands) {
    if (command.name.find(' ') != std::string::npos) continue;
    text += fmt::format("complete -c squall -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        quoted(command.app->get_description()));
    for (const CLI::Option* option : command.app->get_options()) {
      for (const std::string& name : option->get_lnames())
        text += fmt::format("complete -c squall -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n", command.name,
                            name, option->get_expected_min() == 0 ? "" : " -r", quoted(option->get_description()));
    }
  }
  return text;
}

/// For troff: a backslash, and what begins a line, would be its own.
std::string roff(const std::string& text) {
  std::string safe;
  for (const char c : text) safe += c == '\\' ? std::string{"\\e"} : c == '-' ? std::string{"\\-"} : std::string(1, c);
  return safe.starts_with('.') || safe.starts_with('\'') ? "\\&" + safe : safe;
}

std::string manual(const std::vector<Command>& commands) {
  std::string text = fmt::format(
      ".TH SQUALL 1 \"\" \"squall {}\" \"User Commands\"\n.SH NAME\nsquall \\- finds coordination bugs of "
      "multi\\-agent workflows\n"
      ".SH SYNOPSIS\n.B squall\n.I COMMAND\n[\\fIARGUMENT\\fR]...\n.SH COMMANDS\n",
      version());
  for (const Command& command : commands) {
    text += fmt::format(".SS {}\n{}\n", roff(command.name), roff(command.app->get_description()));
    for (const CLI::Option* option : command.app->get_options()) {
      const std::string name =
          option->get_lnames().empty() ? option->get_name(true) : "--" + option->get_lnames().front();
      text += fmt::format(".TP\n.B {}\n{}\n", roff(name), roff(option->get_description()));
    }
  }
  return text +
         ".SH EXIT STATUS\n.TP\n0\nevery verdict is as wanted\n.TP\n1\na violation, or an expectation that is not "
         "met\n.TP\n2\n"
         "wrong input\n.TP\n3\na fault of squall's own, or a replay that differs\n.TP\n4\na limit was reached first, "
         "or nothing "
         "was selected\n.TP\n130\ninterrupted; what was there was written\n";
}

}  // namespace

int completion(const CLI::App& app, const std::string& shell) {
  std::vector<Command> commands;
  collect(app, "", commands);
  if (shell == "bash") return tell(bash(commands), as_wanted);
  if (shell == "zsh") return tell(zsh(commands), as_wanted);
  if (shell == "fish") return tell(fish(commands), as_wanted);
  if (shell == "man") return tell(manual(commands), as_wanted);
  return refuse(fmt::format("nothing is written for '{}'", printable(shell)), "use one of: bash, zsh, fish, man");
}

}  // namespace squall::reports::cli

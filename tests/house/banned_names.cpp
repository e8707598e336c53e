// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <span>

#include "tests/house/source.hpp"

// One seed, one run, on every machine: what depends on the machine, the library or the moment is banned by name in the
// rooms that decide what happens in a run.

using namespace squall::house;

namespace {

using Tokens = std::span<const Token>;
using Names = std::vector<std::string_view>;

bool among(const Names& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

std::string_view at(Tokens tokens, std::size_t i) { return i < tokens.size() ? tokens[i].text : std::string_view{}; }

/// The `back`-th token before position i.
std::string_view before(Tokens tokens, std::size_t i, std::size_t back = 1) {
  return i >= back ? tokens[i - back].text : std::string_view{};
}

bool is_word(std::string_view token) {
  return !token.empty() &&
         (token[0] == '_' || (token[0] >= 'a' && token[0] <= 'z') || (token[0] >= 'A' && token[0] <= 'Z'));
}

bool qualified_by(Tokens tokens, std::size_t i, std::string_view space) {
  return before(tokens, i) == "::" && before(tokens, i, 2) == space;
}

/// Position i is written as a name of the C or C++ library: with std::, with a leading ::, or bare. Not a member's, not
/// another namespace's, and not where a function of that name is declared (a type stands before it).
bool of_the_library(Tokens tokens, std::size_t i) {
  static const Names no_type{"return", "co_return", "co_yield", "case", "else", "do", "throw", "and", "or", "not"};
  const auto is_type = [](std::string_view token) { return is_word(token) && !among(no_type, token); };
  const std::string_view left = before(tokens, i);
  if (left == "." || left == "->" || left == ">") return false;
  if (left == "::") return qualified_by(tokens, i, "std") || !is_type(before(tokens, i, 2));
  if (left == "&") return before(tokens, i, 2) == "&";
  return !is_type(left);
}

bool called(Tokens tokens, std::size_t i) { return at(tokens, i + 1) == "("; }

bool included(Tokens tokens, std::size_t i) {
  return before(tokens, i) == "<" && before(tokens, i, 2) == "include" && before(tokens, i, 3) == "#";
}

/// The first template argument of the container at position i is a pointer.
bool keyed_by_pointer(Tokens tokens, std::size_t i) {
  if (at(tokens, i + 1) != "<") return false;
  int depth = 0;
  for (std::size_t j = i + 1; j < tokens.size(); ++j) {
    const std::string_view token = tokens[j].text;
    if (token == "<" || token == "(") ++depth;
    if (token == ">" || token == ")") --depth;
    if (depth == 0 || (depth == 1 && token == ",")) return before(tokens, j) == "*" || before(tokens, j, 2) == "*";
    if (token == ";" || token == "{") return false;
  }
  return false;
}

bool floating_literal(std::string_view token) {
  const bool number = token[0] == '.' ? token.size() > 1 : token[0] >= '0' && token[0] <= '9';
  if (!number) return false;
  if (token.starts_with("0x") || token.starts_with("0X")) return token.find_first_of(".pP") != std::string_view::npos;
  if (token.find('.') != std::string_view::npos) return true;
  const std::size_t exponent = token.find_first_of("eE");
  return exponent != std::string_view::npos && exponent + 1 < token.size() && !is_word(token.substr(exponent + 1));
}

/// time() of the C library at position i. Bare, it is told by its argument from a function of our own with this name.
bool asks_the_time(Tokens tokens, std::size_t i) {
  if (tokens[i].text != "time" || !called(tokens, i) || !of_the_library(tokens, i)) return false;
  static const Names destinations{"nullptr", "NULL", "0", "&"};
  return before(tokens, i) == "::" || among(destinations, at(tokens, i + 2));
}

struct Ban {
  std::string_view name;
  std::string_view instead;
  bool (*matches)(Tokens, std::size_t);
  Names accepted;  ///< near misses
  Names refused;
};

const std::vector<Ban> bans{
    {"random numbers of the library",
     "a named draw (sim/draw.hpp)",
     [](Tokens t, std::size_t i) {
       static const Names names{"random_device",
                                "default_random_engine",
                                "mt19937",
                                "mt19937_64",
                                "minstd_rand",
                                "minstd_rand0",
                                "ranlux24",
                                "ranlux24_base",
                                "ranlux48",
                                "ranlux48_base",
                                "knuth_b",
                                "random_shuffle",
                                "generate_canonical",
                                "mersenne_twister_engine",
                                "linear_congruential_engine",
                                "subtract_with_carry_engine",
                                "drand48",
                                "lrand48",
                                "arc4random",
                                "getrandom",
                                "getentropy",
                                "seed_seq"};
       static const Names distributions{"uniform_int_distribution",
                                        "uniform_real_distribution",
                                        "bernoulli_distribution",
                                        "binomial_distribution",
                                        "negative_binomial_distribution",
                                        "geometric_distribution",
                                        "poisson_distribution",
                                        "exponential_distribution",
                                        "gamma_distribution",
                                        "weibull_distribution",
                                        "extreme_value_distribution",
                                        "normal_distribution",
                                        "lognormal_distribution",
                                        "chi_squared_distribution",
                                        "cauchy_distribution",
                                        "fisher_f_distribution",
                                        "student_t_distribution",
                                        "discrete_distribution",
                                        "piecewise_constant_distribution",
                                        "piecewise_linear_distribution"};
       static const Names calls{"rand", "srand", "rand_r", "random", "srandom"};
       static const Names orders{"shuffle", "sample"};  // which order they make is the library's own choice
       const std::string_view token = t[i].text;
       return among(names, token) || among(distributions, token) || (token == "random" && included(t, i)) ||
              (among(calls, token) && called(t, i) && of_the_library(t, i)) ||
              (among(orders, token) && (qualified_by(t, i, "std") || qualified_by(t, i, "ranges")));
     },
     {"#include \"sim/draw.hpp\"\nauto d = sample(distribution, value);", "struct Distribution { int a; };",
      "const int random_seed = 1;", "Order random(int links);", "// std::mt19937\n", "auto s = \"rand()\";"},
     {"std::random_device device;", "std::mt19937_64 engine{1};", "std::uniform_int_distribution<int> d(0, 9);",
      "#include <random>\n", "int a = rand();", "int a = std::rand();", "std::shuffle(a.begin(), a.end(), e);",
      "std::ranges::sample(a, b, 1, e);"}},

    {"a clock of the outside world",
     "virtual time (World::clock, Turn::now), or stop() and tick() from the command",
     [](Tokens t, std::size_t i) {
       static const Names names{"system_clock",  "steady_clock", "high_resolution_clock",
                                "utc_clock",     "file_clock",   "gettimeofday",
                                "clock_gettime", "timespec_get", "localtime",
                                "localtime_r",   "gmtime",       "gmtime_r",
                                "__rdtsc",       "sleep_until",  "sleep_for"};
       const std::string_view token = t[i].text;
       const bool library_clock = token == "clock" && called(t, i) &&
                                  (qualified_by(t, i, "std") || (before(t, i) == "::" && !is_word(before(t, i, 2))));
       return among(names, token) || library_clock || asks_the_time(t, i) || (token == "ctime" && included(t, i));
     },
     {"world.clock().now = 1;", "Clock& clock() { return c; }", "Instant time(Row row);", "row.time();",
      "std::optional<Instant> time() const;", "const Instant& time() const;", "clock().ready = 1;",
      "/* steady_clock */", "#include <chrono>\nstd::chrono::nanoseconds time{1};"},
     {"auto t = std::chrono::steady_clock::now();", "auto t = time(nullptr);", "time(&t);", "auto t = std::time(0);",
      "return ::time(0);", "using std::chrono::system_clock;", "clock_gettime(CLOCK_MONOTONIC, &t);",
      "gettimeofday(&t, nullptr);", "std::chrono::high_resolution_clock c;", "auto c = std::clock();",
      "#include <ctime>\n"}},

    {"floating-point functions of libm",
     "integer arithmetic or a table (sim/draw_tables.hpp)",
     [](Tokens t, std::size_t i) {
       static const Names calls{"log",    "log2",   "log10", "log1p",     "exp",    "exp2",    "expm1", "pow",
                                "sqrt",   "cbrt",   "hypot", "sin",       "cos",    "tan",     "asin",  "acos",
                                "atan",   "atan2",  "sinh",  "cosh",      "tanh",   "erf",     "erfc",  "tgamma",
                                "lgamma", "floor",  "ceil",  "round",     "lround", "llround", "trunc", "fmod",
                                "fma",    "ldexp",  "frexp", "nearbyint", "rint",   "lrint",   "modf",  "fabs",
                                "strtod", "strtof", "stod",  "stof",      "atof"};
       const std::string_view token = t[i].text;
       return (among(calls, token) && called(t, i) && of_the_library(t, i)) ||
              ((token == "cmath" || token == "math" || token == "cfenv") && included(t, i));
     },
     {"journal.log(entry);", "void round(World& world);", "int floor = 1; use(floor);", "sim::trunc(1);",
      "// std::log(x)\n", "std::uint16_t floor = untracked;", "std::chrono::round<seconds>(d);"},
     {"auto x = std::log(2);", "auto x = sqrt(2);", "a = b * sqrt(2);", "a && log(b);", "return pow(a, b);",
      "x = ::exp(1);", "#include <cmath>\n", "#include <math.h>\n", "auto y = std::lround(x);"}},

    {"floating point",
     "whole parts per million, or a quotient of two integers",
     [](Tokens t, std::size_t i) {
       const std::string_view token = t[i].text;
       return token == "float" || token == "double" || token == "float_t" || token == "double_t" ||
              floating_literal(token);
     },
     {"int doubled = 0xe5; // double", "auto t = \"1.5\";", "auto n = 1'000'000ULL; auto e = 0x1e5;", "a.b.c = 1;",
      "call(args...);"},
     {"double x = 1;", "float x{};", "long double x{};", "auto x = 0.5 * y;", "auto x = 1e9;", "auto x = .5;",
      "auto x = 1'000.5;", "static_cast<double>(n)"}},

    {"a hashed container",
     "a sorted vector, or std::map and std::set with a key of content",
     [](Tokens t, std::size_t i) {
       static const Names names{"unordered_map",      "unordered_set",      "unordered_multimap", "unordered_multiset",
                                "unordered_flat_map", "unordered_flat_set", "hash_map",           "hash_set"};
       const std::string_view token = t[i].text;
       return among(names, token) || (token == "hash" && (qualified_by(t, i, "std") || qualified_by(t, i, "boost"))) ||
              token == "hash_code" || token == "hash_value";
     },
     {"std::map<std::string, int> names;", "std::uint64_t hash = 1;", "sim::hash(world);", "// unordered_map\n"},
     {"std::unordered_map<int, int> m;", "#include <unordered_set>\n", "std::hash<int>{}(1);",
      "boost::unordered_set<int> s;", "typeid(x).hash_code();"}},

    {"an address as a key",
     "a row, an id or a content key",
     [](Tokens t, std::size_t i) {
       static const Names containers{"map", "set", "multimap", "multiset", "flat_map", "flat_set", "less", "greater"};
       return among(containers, t[i].text) && keyed_by_pointer(t, i);
     },
     {"std::map<int, Row*> rows;", "std::set<std::string> names;", "std::vector<Row*> rows;", "a = set < b * c;",
      "std::map<std::pair<int, int>, const char*> m;"},
     {"std::map<Row*, int> rows;", "std::set<const Row*> rows;", "std::multimap<const World* const, int> m;",
      "std::map<ns::Thing<int>*, int> m;", "std::less<Row*> order;"}},

    {"the environment of the process",
     "an argument",
     [](Tokens t, std::size_t i) {
       static const Names names{"getenv", "secure_getenv", "setenv", "putenv", "setlocale", "environ", "get_id"};
       const std::string_view token = t[i].text;
       return among(names, token) || (token == "locale" && (qualified_by(t, i, "std") || included(t, i)));
     },
     {"std::string environment; // getenv", "profile.locale = 1;"},
     {"auto home = getenv(\"HOME\");", "std::getenv(\"TZ\");", "setlocale(LC_ALL, \"\");", "std::locale::global(l);",
      "#include <locale>\n", "std::this_thread::get_id();"}},
};

/// What may break one ban, and why that cannot reach a decision. Keep it short: better is to move the code to reports.
struct Exception {
  std::string_view path;
  std::string_view ban;
  std::string_view because;
};
const std::vector<Exception> exceptions{};

bool excepted(std::string_view path, const Ban& ban) {
  return std::ranges::any_of(exceptions, [&](const Exception& one) { return one.path == path && one.ban == ban.name; });
}

/// Where `text` breaks `ban`: line numbers.
std::vector<std::size_t> breaks(std::string_view text, const Ban& ban) {
  const std::string code = strip(text, Keep::code);
  const auto tokens = tokens_of(code);
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (ban.matches(tokens, i)) lines.push_back(line_of(code, tokens[i].offset));
  return lines;
}

}  // namespace

TEST_SUITE("banned names") {
  TEST_CASE("nothing that differs between machines or moments is used where a run is decided") {
    for (const auto room : {"sim", "faults", "scenarios"})
      for (const File& file : sources_of(room))
        for (const Ban& ban : bans) {
          if (excepted(file.path, ban)) continue;
          for (const std::size_t line : breaks(file.text, ban))
            FAIL_CHECK(file.path << ":" << line << ": " << ban.name << "; use " << ban.instead);
        }
  }
  TEST_CASE("every exception is still needed and says why") {
    for (const Exception& one : exceptions) {
      const auto ban = std::ranges::find_if(bans, [&](const Ban& b) { return one.ban == b.name; });
      REQUIRE(ban != bans.end());
      const auto file = std::ranges::find(repository(), one.path, &File::path);
      REQUIRE_MESSAGE(file != repository().end(), one.path << " is gone");
      CHECK_FALSE_MESSAGE(breaks(file->text, *ban).empty(), one.path << " needs no exception any more");
      CHECK_FALSE(one.because.empty());
    }
  }
  TEST_CASE("each ban lets its near misses pass") {
    for (const Ban& ban : bans) {
      CHECK_FALSE(ban.accepted.empty());
      for (const auto text : ban.accepted) CHECK_MESSAGE(breaks(text, ban).empty(), ban.name << " refuses: " << text);
    }
  }
  TEST_CASE("each ban catches what was planted") {
    for (const Ban& ban : bans) {
      CHECK_FALSE(ban.refused.empty());
      for (const auto text : ban.refused) CHECK_MESSAGE(breaks(text, ban).size() > 0, ban.name << " accepts: " << text);
    }
  }
  TEST_CASE("a break is reported with its line") {
    CHECK(breaks("int a;\n\n// rand()\nint b = rand();\n", bans[0]) == std::vector<std::size_t>{4});
  }
}

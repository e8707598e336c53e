// SPDX-License-Identifier: Apache-2.0
#include "sim/content.hpp"

#include <algorithm>
#include <iterator>

namespace squall::sim {
namespace {

struct Word {
  const char* name;
  std::uint64_t value;
};

/// Collects elements as sequences of words, and what each word is called.
class Listing {
 public:
  using Words = std::vector<Word>;
  void begin(Element element) {
    elements_.emplace_back();
    word("element", static_cast<std::uint64_t>(element));
  }
  void word(const char* name, std::uint64_t value) { elements_.back().push_back({name, value}); }
  void end() {}

  static bool less(const Words& a, const Words& b) {
    return std::ranges::lexicographical_compare(a, b, {}, &Word::value, &Word::value);
  }
  std::vector<Words> sorted() && {
    std::ranges::sort(elements_, less);
    return std::move(elements_);
  }

 private:
  std::vector<Words> elements_;
};

class RenamedListing : public Listing {
 public:
  explicit RenamedListing(OtherNames names) : names_(names) {}
  std::uint64_t renamed(AgentId agent) const { return names_[index(agent)]; }

 private:
  OtherNames names_;
};

std::vector<Listing::Words> listing(const Model& model, ContentOptions options, const World& world) {
  Listing out;
  Visitor<Listing>{model, out, options}.all(world);
  return std::move(out).sorted();
}

void flatten(const std::vector<Listing::Words>& elements, std::vector<std::uint64_t>& words) {
  words.clear();
  for (const Listing::Words& element : elements) {
    words.push_back(element.size());
    std::ranges::transform(element, std::back_inserter(words), &Word::value);
  }
}

std::string text(const Listing::Words& words) {
  std::string line = element_name(static_cast<Element>(words.front().value));
  for (std::size_t w = 1; w < words.size(); ++w) {
    line += w == 1 ? ": " : ", ";
    line += std::string(words[w].name) + " " + std::to_string(static_cast<std::int64_t>(words[w].value));
  }
  return line;
}

}  // namespace

Content::Content(const Model& model, ContentOptions options)
    : model_(model),
      options_(options),
      hash_visitor_(model, hash_, options),
      renamed_visitor_(model, renamed_, options) {}

std::uint64_t Content::hash(const World& world) {
  hash_.clear();
  hash_visitor_.all(world);
  return ContentHash::finished(hash_.sum());
}

void Content::encode(const World& world, std::vector<std::uint64_t>& words) {
  flatten(listing(model_, options_, world), words);
}

std::uint64_t Content::hash(const World& world, OtherNames names) {
  renamed_.clear();
  renamed_.name(names);
  renamed_visitor_.all(world);
  return ContentHash::finished(renamed_.sum());
}

void Content::encode(const World& world, OtherNames names, std::vector<std::uint64_t>& words) {
  RenamedListing out{names};
  Visitor<RenamedListing>{model_, out, options_}.all(world);
  flatten(std::move(out).sorted(), words);
}

std::uint64_t Content::hash_of(const World& world, AgentId agent, OtherNames names) {
  renamed_.clear();
  renamed_.name(names);
  renamed_visitor_.agent(world, agent);
  return ContentHash::finished(renamed_.sum());
}

bool Content::equal(const World& a, const World& b) {
  std::vector<std::uint64_t> first, second;
  encode(a, first);
  encode(b, second);
  return first == second;
}

std::string Content::difference(const World& a, const World& b) {
  const auto first = listing(model_, options_, a);
  const auto second = listing(model_, options_, b);
  const auto same = [](const Listing::Words& x, const Listing::Words& y) {
    return std::ranges::equal(x, y, {}, &Word::value, &Word::value);
  };
  const auto [x, y] = std::mismatch(first.begin(), first.end(), second.begin(), second.end(), same);
  if (x == first.end() && y == second.end()) return {};
  std::string lines;
  if (x != first.end()) lines += "first:  " + text(*x) + "\n";
  if (y != second.end()) lines += "second: " + text(*y) + "\n";
  return lines;
}

}  // namespace squall::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// What may be written in workflow files, made from the tables that the reader uses: nothing told here can be out of date.
namespace squall::reports {

/// A field or an option of an entry.
struct CatalogueField {
  std::string name, takes;
  std::string otherwise;  ///< what holds where it is left out; empty: nothing; `required`: it may not be
  std::string about;
};

/// One fault, invariant, claim or step.
struct CatalogueEntry {
  std::string group;    ///< under which it is shown
  std::string name;     ///< as files write it
  std::string about;    ///< what it does, or claims
  std::string example;  ///< how one injection reads, what a witness says; empty where there is none
  std::vector<CatalogueField> fields;
};

struct Catalogue {
  std::string name;  ///< `faults`, `invariants`, `steps`, `rules`
  std::vector<CatalogueEntry> entries;
};

Catalogue fault_catalogue();
/// Invariants, then the claims of a workflow's own.
Catalogue invariant_catalogue();
/// Actions, then the fields that every step may have.
Catalogue step_catalogue();

/// What `lint` looks for, by how loud it is.
Catalogue rule_catalogue();

/// For people: a block for each entry.
std::string to_text(const Catalogue&);
/// For programs: one JSON object, the entries under the catalogue's name.
std::string to_json(const Catalogue&);

}  // namespace squall::reports

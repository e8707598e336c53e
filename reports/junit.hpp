// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "reports/suite.hpp"

namespace squall::reports {

/// A suite as CI servers read it: one test case for each file, by the schema of Jenkins (`jenkins-junit-10.xsd`). What was
/// not as demanded is a failure, what could not be read or decided an error. Times stand there where the reports have them: they
/// are the machine's.
std::string junit(std::span<const FileReport> files);

}  // namespace squall::reports

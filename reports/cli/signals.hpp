// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Ctrl-C, for commands that write what is there before they go.
namespace squall::reports::cli {

/// From now on the first interrupt or termination is only noted; the second one ends the process.
void note_interrupts();
bool interrupted();

}  // namespace squall::reports::cli

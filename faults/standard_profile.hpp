// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults/profile.hpp"

namespace squall::faults {

/// A bit of everything, for a design whose file says nothing about faults: each kind that could strike something of this
/// model, rare by itself, and swarm, so that a run has some of them and is not drowned in all. No shapes and no cut links: who
/// is cut off from whom is a question about the design. A kind that says nothing without options is left out.
Profile standard_profile(const sim::Model& model);

}  // namespace squall::faults

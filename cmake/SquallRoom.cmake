# SPDX-License-Identifier: Apache-2.0

# How everything here is compiled. An interface target, so that nothing of it reaches those who link the libraries.
add_library(squall_flags INTERFACE)
target_compile_features(squall_flags INTERFACE cxx_std_20)
target_compile_options(squall_flags INTERFACE
  -Wall -Wextra -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wundef -Wvla -Wformat=2
  -Wfloat-conversion -Wdouble-promotion -Wimplicit-fallthrough -Wextra-semi
  # Designated initialisers leave out on purpose what has a default.
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:Clang>:-Wshadow -Wshorten-64-to-32>
  # g++ 12 sees -Wrestrict in its own std::string (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # g++'s plain -Wshadow also complains about names inside an enum class, which shadow nothing.
  $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local -Wduplicated-cond -Wlogical-op>
  # One digest on every machine: no compiler may fuse a multiplication with an addition. Fast-math is never on.
  -ffp-contract=off
  $<$<BOOL:${SQUALL_WERROR}>:-Werror>)

# squall_own_flags(target): our language level and warnings for our own target.
function(squall_own_flags target)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:squall_flags>)
endfunction()

# squall_unity(target): where SQUALL_UNITY asks for it, sources of one folder are compiled together, in four batches.
# A source's batch follows from its name alone, so that one more source moves no other. Most of a build is spent on
# headers and on templates that all sources of a folder share, so a whole build takes less than half the time. The
# price: no two sources of a folder may give one name, without linkage, to two things, and a forgotten include may go
# unnoticed (other builds go source by source, and notice). Sources of sim/invariants, which give their parts the same
# names on purpose, go one by one; so do the kernel's and the interpreter's, lest what they cost depend on who is compiled
# beside whom. Where there are many of these, clang compiles the headers that most of them include once. (g++ 12 does so as well,
# but then warns of overflows in its own std::string that there are not.)
function(squall_unity target)
  if(NOT SQUALL_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set(one_by_one 0)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    if(NOT source MATCHES "\\.cpp$" OR folder MATCHES "^${PROJECT_SOURCE_DIR}/(sim$|sim/invariants|scenarios/agents$)")
      math(EXPR one_by_one "${one_by_one} + 1")
      continue()
    endif()
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    cmake_path(GET source FILENAME name)
    string(MD5 name "${name}")
    string(REGEX MATCH "^." digit "${name}")
    math(EXPR batch "0x${digit} % 4")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${folder}_${batch}")
  endforeach()
  if(one_by_one GREATER 10 AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <span>
      <string> <string_view> <utility> <vector> <fmt/format.h>)
  endif()
endfunction()

# squall_runs_once(target): what it does is done once for a file, a report or a test, not once an event. A release build
# compiles it with -O1, which takes three fifths of the time that -O3 takes.
function(squall_runs_once target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# squall_room(name [EXCLUDE file...] [LINKS library...] [PRIVATELY library...] [ONCE folder...])
#
# The library squall_<name> of every .cpp below the calling folder. LINKS is what its headers show to others (the room to
# its left, above all), PRIVATELY what only its sources include. The sources of the folders ONCE are compiled as
# squall_<name>_once, which `squall_runs_once`, and lie in the same archive.
function(squall_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "EXCLUDE;LINKS;PRIVATELY;ONCE")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  foreach(file IN LISTS room_EXCLUDE)
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
  if(NOT sources)  # headers only, for now: an archive needs something in it
    set(sources "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp")
    file(CONFIGURE OUTPUT "${sources}" CONTENT "// This room has no source file yet.\n")
  endif()
  if(room_ONCE)
    list(JOIN room_ONCE "|" folders)
    set(once ${sources})
    list(FILTER once INCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/(${folders})/")
    list(REMOVE_ITEM sources ${once})
    add_library(squall_${name}_once OBJECT ${once})
    squall_own_flags(squall_${name}_once)
    target_include_directories(squall_${name}_once PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(squall_${name}_once PRIVATE ${room_LINKS} ${room_PRIVATELY})
    squall_runs_once(squall_${name}_once)
    squall_unity(squall_${name}_once)
    list(APPEND sources $<TARGET_OBJECTS:squall_${name}_once>)
  endif()
  add_library(squall_${name} STATIC ${sources})
  add_library(squall::${name} ALIAS squall_${name})
  squall_own_flags(squall_${name})
  set_target_properties(squall_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(squall_${name} PUBLIC cxx_std_20)
  target_include_directories(squall_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/squall>)
  target_link_libraries(squall_${name} PUBLIC ${room_LINKS} PRIVATE ${room_PRIVATELY})
  squall_unity(squall_${name})
endfunction()

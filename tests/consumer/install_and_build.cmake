# SPDX-License-Identifier: Apache-2.0
# Installs `squall_build` below `scratch`, then configures, builds and runs the consumer against it.
cmake_minimum_required(VERSION 3.25)
foreach(name squall_build scratch generator compiler flags)
  if(NOT DEFINED ${name})
    message(FATAL_ERROR "call with -D ${name}=...")
  endif()
endforeach()

function(must)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "failed (${status}): ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE "${scratch}")
must("${CMAKE_COMMAND}" --install "${squall_build}" --prefix "${scratch}/prefix")
must("${CMAKE_COMMAND}" -G "${generator}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${scratch}/build"
  "-DCMAKE_PREFIX_PATH=${scratch}/prefix" "-DCMAKE_CXX_COMPILER=${compiler}" "-DCMAKE_CXX_FLAGS=${flags}")
must("${CMAKE_COMMAND}" --build "${scratch}/build")
must("${scratch}/build/consumer")
file(REMOVE_RECURSE "${scratch}")

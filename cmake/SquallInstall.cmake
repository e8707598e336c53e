# SPDX-License-Identifier: Apache-2.0
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/squall")
install(TARGETS squall_squall squall_sim squall_faults squall_scenarios squall_reports EXPORT squallTargets)
install(EXPORT squallTargets NAMESPACE squall:: DESTINATION "${package_dir}")

# Include paths stay as they are in the sources: "sim/world.hpp" is include/squall/sim/world.hpp.
foreach(room sim faults scenarios reports)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${room}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/squall"
    FILES_MATCHING PATTERN "*.hpp")
endforeach()
if(EXISTS "${PROJECT_SOURCE_DIR}/scenarios/suites")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/scenarios/suites" DESTINATION "${CMAKE_INSTALL_DATADIR}/squall")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/squallConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/squallConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/squallConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/squallConfig.cmake" "${PROJECT_BINARY_DIR}/squallConfigVersion.cmake"
  DESTINATION "${package_dir}")

# The functions that the build files of this project are written in.
#
#   pyhft_room(<name> FLOOR <n> [SOURCES ...] [DEPENDS <rooms> ...])   one library per room of cpp/
#   pyhft_isa_variant(<room> <isa> SOURCES ... FLAGS ...)             files of a room, compiled for one instruction set
#   pyhft_test(<room> <file> [PER_ISA] [STRESS] [OPTIMISED])          tests/cpp/<room>/<file>_test.cpp
#   pyhft_benchmark(<subject> <rooms> ...)                            bench/cpp/bench_<subject>.cpp
#   pyhft_install(<rooms> ...)                                        headers, archives and find_package(pyhft)

if(DEFINED SKBUILD)
  set(PYHFT_UNDER_PIP ON)
else()
  set(PYHFT_UNDER_PIP OFF)
endif()

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()

# What every translation unit of ours is compiled with, tests and bindings too. Contraction is off so that only a written
# fma is a fused one: the streaming states, and with them signals and orders, are the same bits on every instruction set.
add_library(pyhft_language INTERFACE)
target_compile_features(pyhft_language INTERFACE cxx_std_20)
target_compile_options(pyhft_language INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:GNU>:-Wno-interference-size> -ffp-contract=off -fvisibility=hidden
  $<$<BOOL:${PYHFT_WARNINGS_AS_ERRORS}>:-Werror>)
# The same under the sanitizers of this build, if it has any.
add_library(pyhft_flags INTERFACE)
target_link_libraries(pyhft_flags INTERFACE pyhft_language)
if(PYHFT_SANITIZERS)
  target_compile_options(pyhft_flags INTERFACE
    -fsanitize=${PYHFT_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(pyhft_flags INTERFACE -fsanitize=${PYHFT_SANITIZERS})
endif()
find_package(Threads REQUIRED)

define_property(TARGET PROPERTY PYHFT_FLOOR BRIEF_DOCS "The floor that a room stands on")

function(pyhft_room name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FLOOR" "SOURCES;DEPENDS")
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cpp/include/pyhft/${name}/*)
  if(arg_SOURCES)
    add_library(pyhft_${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(pyhft_${name} PRIVATE $<BUILD_INTERFACE:pyhft_flags>)
    set_target_properties(pyhft_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  else()
    add_library(pyhft_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(pyhft::${name} ALIAS pyhft_${name})
  target_compile_features(pyhft_${name} ${scope} cxx_std_20)
  target_sources(pyhft_${name} ${scope}
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/cpp/include FILES ${headers})
  set_target_properties(pyhft_${name} PROPERTIES
    PYHFT_FLOOR ${arg_FLOOR} VERIFY_INTERFACE_HEADER_SETS ON)
  foreach(room IN LISTS arg_DEPENDS)
    target_link_libraries(pyhft_${name} ${scope} pyhft_${room})
  endforeach()
  if(name STREQUAL "threads")
    target_link_libraries(pyhft_${name} ${scope} Threads::Threads)
  endif()
endfunction()

# The variant's flags reach these files only; what their objects may hold is limited by a test (tests/python/test_isa.py).
function(pyhft_isa_variant room isa)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;FLAGS")
  add_library(pyhft_${room}_${isa} OBJECT ${arg_SOURCES})
  # Sanitizers multiply the compile time of this code. It shares nothing between threads, and its bodies are the same for
  # every instruction set: the narrowest and the widest are checked for addresses, by calls rather than in place, the
  # baseline for undefined behaviour, too, apart from what the check of addresses finds as well.
  if(isa STREQUAL "scalar" AND NOT PYHFT_SANITIZERS STREQUAL "thread")
    target_link_libraries(pyhft_${room}_${isa} PRIVATE pyhft_flags)
  else()
    target_link_libraries(pyhft_${room}_${isa} PRIVATE pyhft_language)
    if(PYHFT_SANITIZERS MATCHES "address" AND NOT isa STREQUAL "avx2")
      target_compile_options(pyhft_${room}_${isa} PRIVATE
        -fsanitize=address -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
    endif()
  endif()
  if(PYHFT_SANITIZERS MATCHES "address" AND NOT isa STREQUAL "avx2")
    target_compile_options(pyhft_${room}_${isa} PRIVATE
      -fno-sanitize=null,object-size,alignment
      $<$<CXX_COMPILER_ID:GNU>:--param=asan-instrumentation-with-call-threshold=0>)
  endif()
  target_include_directories(pyhft_${room}_${isa} PRIVATE ${PROJECT_SOURCE_DIR}/cpp/include)
  string(TOUPPER ${isa} upper)
  target_compile_definitions(pyhft_${room}_${isa} PRIVATE PYHFT_ISA_${upper})
  target_compile_options(pyhft_${room}_${isa} PRIVATE ${arg_FLAGS})
  set_target_properties(pyhft_${room}_${isa} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_sources(pyhft_${room} PRIVATE $<TARGET_OBJECTS:pyhft_${room}_${isa}>)
endfunction()

function(pyhft_test room file)
  cmake_parse_arguments(PARSE_ARGV 2 arg "PER_ISA;STRESS;OPTIMISED" "" "DEPENDS")
  set(name ${room}_${file}_test)
  add_executable(${name} ${file}_test.cpp)
  target_link_libraries(${name} PRIVATE pyhft_flags pyhft_${room} GTest::gtest GTest::gtest_main)
  foreach(other IN LISTS arg_DEPENDS)
    target_link_libraries(${name} PRIVATE pyhft_${other})
  endforeach()
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/cpp)
  if(arg_OPTIMISED)
    target_compile_options(${name} PRIVATE -O2)  # compiled headers are for one level only
  else()
    if(PYHFT_SANITIZERS)
      target_compile_options(${name} PRIVATE -O0)
    endif()
    target_precompile_headers(${name} REUSE_FROM pyhft_test_headers)
  endif()
  set(label unit)
  if(arg_STRESS)
    set(label stress)
  endif()
  if(arg_PER_ISA)
    foreach(isa scalar avx2 avx512)
      add_test(NAME ${room}.${file}.${isa} COMMAND ${name})
      # 77 is the exit status of a test that this machine can't run: it has no such instruction set.
      set_tests_properties(${room}.${file}.${isa} PROPERTIES
        LABELS "${label};per_isa" ENVIRONMENT "PYHFT_ISA=${isa}" SKIP_RETURN_CODE 77)
    endforeach()
  else()
    add_test(NAME ${room}.${file} COMMAND ${name})
    set_tests_properties(${room}.${file} PROPERTIES LABELS ${label})
  endif()
endfunction()

function(pyhft_benchmark subject)
  add_executable(bench_${subject} bench_${subject}.cpp)
  target_link_libraries(bench_${subject} PRIVATE pyhft_flags benchmark::benchmark_main)
  foreach(room IN LISTS ARGN)
    target_link_libraries(bench_${subject} PRIVATE pyhft_${room})
  endforeach()
endfunction()

# The rooms that C++ users link against, as targets pyhft::<room>; a room's rooms below it must be among them.
function(pyhft_install)
  include(CMakePackageConfigHelpers)
  include(GNUInstallDirs)
  set(place ${CMAKE_INSTALL_LIBDIR}/cmake/pyhft)
  foreach(room IN LISTS ARGN)
    set_target_properties(pyhft_${room} PROPERTIES EXPORT_NAME ${room})
    install(TARGETS pyhft_${room} EXPORT pyhftTargets COMPONENT cpp FILE_SET HEADERS COMPONENT cpp)
  endforeach()
  install(EXPORT pyhftTargets NAMESPACE pyhft:: DESTINATION ${place} COMPONENT cpp)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/pyhftConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  file(WRITE ${PROJECT_BINARY_DIR}/pyhftConfig.cmake
    "include(\${CMAKE_CURRENT_LIST_DIR}/pyhftTargets.cmake)\n")
  install(FILES ${PROJECT_BINARY_DIR}/pyhftConfig.cmake ${PROJECT_BINARY_DIR}/pyhftConfigVersion.cmake
    DESTINATION ${place} COMPONENT cpp)
endfunction()

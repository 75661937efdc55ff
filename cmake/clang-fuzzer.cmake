# Debian 12 and 13, Ubuntu 24.04: apt-get install clang-19 libclang-rt-19-dev. gcc has no libFuzzer, and clang before 16
# knows too little of C++20.
find_program(PYHFT_CLANG NAMES clang++-19 clang++-20 clang++-21 clang++-18 clang++-17 clang++-16 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER ${PYHFT_CLANG})

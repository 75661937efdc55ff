"""The house rules that a compiler can't see: which room may include which, and what each target says of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CPP = ROOT / "cpp"
BINDINGS = ROOT / "bindings"

# docs/architecture.md draws the same picture.
FLOORS = {
    "base": 0,
    "clock": 1, "memory": 1, "threads": 1, "queue": 1,
    "log": 2, "kernels": 2, "net": 2, "feed": 2, "book": 2, "orders": 2,
    "strategy": 3, "risk": 3, "sim": 3,
    "engine": 4,
}  # fmt: skip
SAME_FLOOR = {("queue", "memory")}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]pyhft/(\w+)/', re.MULTILINE)
ROOM = re.compile(r"pyhft_room\((\w+)\s+FLOOR\s+(\d+)(.*?)\)", re.DOTALL)


def rooms() -> list[str]:
    return sorted(folder.name for folder in (CPP / "include" / "pyhft").iterdir() if any(folder.iterdir()))


def sources(room: str) -> list[Path]:
    folders = (CPP / "include" / "pyhft" / room, CPP / "src" / room)
    return [path for folder in folders for path in folder.rglob("*") if path.suffix in {".hpp", ".h", ".cpp", ".inl"}]


def may_use(room: str, other: str) -> bool:
    return room == other or FLOORS[other] < FLOORS[room] or (room, other) in SAME_FLOOR


def test_every_room_has_a_floor_and_every_floor_a_room() -> None:
    assert set(rooms()) == set(FLOORS)


@pytest.mark.parametrize("room", rooms())
def test_no_include_points_up_or_sideways(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} includes {other}/"
        for path in sources(room)
        for other in INCLUDE.findall(path.read_text())
        if not may_use(room, other)
    ]
    assert not wrong


@pytest.mark.parametrize("room", rooms())
def test_a_target_names_its_floor_and_every_room_that_it_includes(room: str) -> None:
    match = ROOM.search((CPP / "src" / room / "CMakeLists.txt").read_text())
    assert match is not None
    name, floor, rest = match.groups()
    depends = rest.partition("DEPENDS")[2].partition("SOURCES")[0].split()
    assert (name, int(floor)) == (room, FLOORS[room])
    assert all(may_use(room, other) for other in depends)
    included = {other for path in sources(room) for other in INCLUDE.findall(path.read_text())} - {room}
    assert included <= set(depends)


def test_the_walk_sees_a_wrong_arrow() -> None:
    assert INCLUDE.findall('#include "pyhft/engine/engine.hpp"\n') == ["engine"]
    assert not may_use("book", "engine")
    assert not may_use("book", "net")
    assert may_use("queue", "memory")
    assert not may_use("memory", "queue")


def test_the_core_knows_nothing_of_python() -> None:
    wrong = [
        path.relative_to(ROOT)
        for room in rooms()
        for path in sources(room)
        if re.search(r"Python\.h|pybind11", path.read_text())
    ]
    assert not wrong


def test_only_the_dpdk_port_knows_dpdk() -> None:
    knows = re.compile(r'^\s*#\s*include\s*[<"]rte_', re.MULTILINE)
    files = [path for kind in ("*.hpp", "*.cpp", "*.h", "*.inl") for path in (*CPP.rglob(kind), *BINDINGS.rglob(kind))]
    those = {path.relative_to(ROOT).as_posix() for path in files if knows.search(path.read_text())}
    assert those == {f"cpp/src/net/dpdk_{part}.cpp" for part in ("device", "eal", "port")}


def test_only_the_target_of_the_dpdk_port_has_dpdks_flags() -> None:
    uses = re.compile(r"^\s*\w+\((\w+) .*PYHFT_LIBDPDK_(?:INCLUDE|CFLAGS|LD)", re.MULTILINE)
    targets = set()
    for path in (ROOT / "CMakeLists.txt", *CPP.rglob("CMakeLists.txt"), *BINDINGS.rglob("CMakeLists.txt")):
        for line in uses.finditer(path.read_text()):
            targets.add(line[1])
            assert "PRIVATE" in line[0] or "FILTER" in line[0], line[0]
    assert targets == {"pyhft_dpdk", "FILTER"}


def test_every_header_starts_with_its_licence_and_pragma_once() -> None:
    wrong = [
        path.relative_to(ROOT)
        for path in (CPP / "include").rglob("*.hpp")
        if not path.read_text().startswith("// SPDX-License-Identifier: MIT\n#pragma once\n")
    ]
    assert not wrong

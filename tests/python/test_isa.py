"""The instruction sets: chosen as told, equal in their results, and confined to their own objects."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

import pyhft as ph

ROOT = Path(__file__).parents[2]
X86 = platform.machine() in ("x86_64", "AMD64")

# Prints the bytes of results of every kind: one series, tables of both layouts, float32, values that aren't finite.
RESULTS = """
import hashlib, json
import numpy as np, pyhft as ph

def digest(*arrays):
    clean = [np.where(np.isnan(a), 0, a).tobytes("C") + np.isnan(a).tobytes("C") for a in arrays]
    return hashlib.sha256(b"".join(clean)).hexdigest()

# Sums of small integers, because numpy's own functions may give other bits on another processor.
x = 100 + np.cumsum(np.random.default_rng(3).integers(-10, 11, 5000)) / 128
hole = x.copy(); hole[3000] = np.nan
table = x.reshape(-1, 50)
print(json.dumps({
    "isa": ph.isa(),
    "available": ph.available_isas(),
    "series": [digest(ph.ema(y, 12), *ph.macd(y)) for y in (x, hole, x.astype(np.float32), x[::-3])],
    "table": [digest(ph.ema(y, 12), *ph.macd(y)) for y in (table, table.T, np.asfortranarray(table), table[:, ::2])],
    "last": [ph.ema(x, 12)[-1], ph.macd(x).histogram[-1]],
}))
"""


def run(code: str, isa: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYHFT_ISA"}
    if isa is not None:
        environment["PYHFT_ISA"] = isa
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def results(isa: str | None) -> dict[str, object]:
    done = run(RESULTS, isa)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_fastest_one_is_taken_unless_another_is_named() -> None:
    assert results(None)["isa"] == ph.available_isas()[-1]
    assert results("")["isa"] == ph.available_isas()[-1]
    for isa in ph.available_isas():
        assert results(isa)["isa"] == isa


def test_tables_are_the_same_bits_on_every_one() -> None:
    assert len({json.dumps(results(isa)["table"]) for isa in ph.available_isas()}) == 1


def test_one_series_is_the_same_bits_wherever_there_is_a_fused_multiply_add() -> None:
    fused = [isa for isa in ph.available_isas() if not (X86 and isa == "scalar")]
    assert len({json.dumps(results(isa)["series"]) for isa in fused}) <= 1


def test_one_series_without_fused_multiply_add_stays_within_the_bound() -> None:
    last = [np.array(results(isa)["last"]) for isa in ph.available_isas()]
    for values in last:
        assert np.abs(values - last[0]).max() <= 2e-15 * 110


def test_an_unknown_choice_is_an_error_of_the_first_use() -> None:
    done = run("import pyhft; pyhft.ema([1.0, 2.0, 3.0, 4.0], 2)", "sse9")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1] == (
        "pyhft.ArgumentError: PYHFT_ISA is 'sse9', which is no instruction set that pyhft knows; this machine has "
        f"{', '.join(ph.available_isas())}: name one of them, or unset it for the fastest."
    )


# What follows looks at the objects that the installed module was linked from.


def build_tree() -> Path:
    """The build folder of the installed module, from the tag in its name."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    threads = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    platform_tag = sysconfig.get_platform().replace("-", "_")
    return ROOT / "build" / f"{tag}-{tag}{threads}-{platform_tag}"


def objects() -> list[Path]:
    return sorted(build_tree().glob("**/*.o"))


def isa_of(path: Path) -> str | None:
    """The instruction set that an object of the kernels was compiled for; None for all other objects."""
    match = re.search(r"pyhft_kernels_(scalar|avx2|avx512)\.dir", str(path))
    return match and match[1]


needs_build_tree = pytest.mark.skipif(
    not (X86 and shutil.which("nm") and shutil.which("objdump") and any(isa_of(path) for path in objects())),
    reason="needs an x86-64 build tree of the installed module, nm and objdump",
)


def output_of(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.build
@needs_build_tree
def test_the_objects_of_an_instruction_set_define_names_in_its_namespace_only() -> None:
    variants = [path for path in objects() if isa_of(path)]
    assert {isa_of(path) for path in variants} == {"scalar", "avx2", "avx512"}
    for path in variants:
        symbols = [line.split()[-2:] for line in output_of("nm", path).splitlines() if line.strip()]
        # Lower case is local, U is what other objects define. V, W and u would be weak or unique: shared with others.
        shared = [name for kind, name in symbols if (kind.isupper() and kind != "U") or kind in "uvw"]
        isa = isa_of(path)
        assert isa is not None
        assert shared, path
        assert all(f"pyhft7kernels{len(isa)}{isa}" in name for name in shared), (path, shared)
        assert not [line for line in output_of("nm", path).splitlines() if line.split()[-2] in "VWuvw"], path


def wide_registers(path: Path) -> set[str]:
    """Among ymm and zmm, those that the code of an object touches."""
    return set(re.findall(r"%(ymm|zmm)\d", output_of("objdump", "-d", "--no-show-raw-insn", path)))


@pytest.mark.build
@needs_build_tree
def test_wide_registers_are_used_in_the_objects_of_their_instruction_set_only() -> None:
    for path in objects():
        touched = wide_registers(path)
        if isa_of(path) == "avx512":
            assert "zmm" in touched, path
        elif isa_of(path) == "avx2":
            assert touched == {"ymm"}, path
        else:
            assert touched == set(), f"{path} would stop a processor without AVX"


# An old processor: the emulator has one without AVX (Nehalem), which still has all that numpy asks for.
EMULATOR = shutil.which("qemu-x86_64")
needs_emulator = pytest.mark.skipif(not (X86 and EMULATOR), reason="needs an x86-64 machine and qemu-user")


def on_an_old_processor(*command: str | Path, isa: str | None = None) -> subprocess.CompletedProcess[str]:
    assert EMULATOR is not None
    environment = {name: value for name, value in os.environ.items() if name != "PYHFT_ISA"}
    if isa is not None:
        environment["PYHFT_ISA"] = isa
    return subprocess.run(
        [EMULATOR, "-cpu", "Nehalem", *command], env=environment, capture_output=True, text=True, check=False
    )


@needs_emulator
def test_a_processor_without_avx_gets_the_baseline() -> None:
    done = on_an_old_processor(sys.executable, "-c", RESULTS)
    assert done.returncode == 0, done.stderr
    emulated = json.loads(done.stdout)
    assert emulated["isa"] == "scalar"
    assert emulated["available"] == ["scalar"]
    # fma in software there, in hardware here: the same bits.
    here = results("scalar")
    assert emulated["table"] == here["table"]
    assert emulated["series"] == here["series"]


@needs_emulator
def test_what_a_processor_lacks_is_an_error_of_the_first_use() -> None:
    done = on_an_old_processor(sys.executable, "-c", "import pyhft; pyhft.isa()", isa="avx2")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1] == (
        "pyhft.HostError: PYHFT_ISA is 'avx2', which this processor or its operating system can't run; this machine "
        "has scalar: name one of them, or unset it for the fastest."
    )


def is_plain_x86(program: Path) -> bool:
    """An x86-64 program without sanitizers, which the emulator can't run."""
    content = program.read_bytes()
    return content[18:20] == b"\x3e\x00" and b"__asan_init" not in content and b"__tsan_init" not in content


@pytest.mark.build
@needs_emulator
def test_the_kernels_pass_their_own_tests_on_a_processor_without_avx() -> None:
    programs = [p for p in ROOT.glob("build/*/tests/cpp/kernels/kernels_isa_test") if is_plain_x86(p)]
    if not programs:
        pytest.skip("needs a C++ test build for x86-64 (cmake --workflow --preset dev)")
    scalar = on_an_old_processor(programs[0], isa="scalar")
    assert scalar.returncode == 0, scalar.stdout + scalar.stderr
    states = on_an_old_processor(programs[0].with_name("kernels_state_test"))
    assert states.returncode == 0, states.stdout + states.stderr
    assert on_an_old_processor(programs[0], isa="avx2").returncode == 77, "there is no AVX2 to test"

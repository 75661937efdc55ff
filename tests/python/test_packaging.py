"""The package as a user installs it: built where there is only Python and a compiler, for one that has only numpy."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Builds ask for the compilers that Python itself was built with, which Debian calls by their target.
PYTHONS_COMPILERS = {str(sysconfig.get_config_var(name)).split()[0] for name in ("CC", "CXX", "AR")}
COMPILER_TOOLS = ("cc", "c++", "gcc", "g++", "as", "ld", "ar", "ranlib", "nm", "strip", "objcopy", "objdump", "readelf")
CACHE = shutil.which("ccache")  # what `make test` has compiled before needn't be compiled again

pytestmark = pytest.mark.slow


def run(*command: object, **settings: object) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git knows of, as it is in the working tree."""
    target = tmp_path_factory.mktemp("source")
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def cached(source: Path) -> dict[str, str]:
    """The environment in which a build of the copy finds what the compiler gave for the original."""
    if CACHE is None:
        return dict(os.environ)
    launchers = {f"CMAKE_{language}_COMPILER_LAUNCHER": CACHE for language in ("C", "CXX")}
    return {**os.environ, **launchers, "CCACHE_BASEDIR": str(source)}


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built where there is neither cmake nor ninja: pip has to bring them."""
    tools = tmp_path_factory.mktemp("bin")
    for name in {*COMPILER_TOOLS, *PYTHONS_COMPILERS, "sh", "uname", "env"}:
        if found := shutil.which(name, path="/usr/local/bin:/usr/bin:/bin"):
            (tools / name).symlink_to(found)
    environment = {**cached(source), "PATH": str(tools)}
    assert shutil.which("cmake", path=str(tools)) is None
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", out, source, env=environment)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder)
    interpreter = folder / "bin" / "python"
    run(interpreter, "-m", "pip", "install", "--only-binary", "numpy", wheel)
    return interpreter


def test_the_wheel_holds_the_package_its_stubs_and_its_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in ("pyhft/__init__.py", "pyhft/py.typed", "pyhft/_core/__init__.pyi", "pyhft/_core/engine.pyi"):
        assert name in names
    assert any(name.startswith("pyhft/_core.") and name.endswith(".so") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "cpp", "bench"))]


def test_numpy_is_all_that_is_installed_beside_it(python: Path) -> None:
    listed = run(python, "-m", "pip", "list", "--format", "freeze").split()
    assert {line.partition("==")[0] for line in listed} <= {"pyhft", "numpy", "pip", "setuptools"}


def test_the_installed_package_computes_and_runs(python: Path, tmp_path: Path) -> None:
    shown = run(python, "-c", "import pyhft as ph; print(ph.ema([1.0, 2.0, 3.0, 4.0], 2))", cwd=tmp_path)
    assert shown == "[nan 1.5 2.5 3.5]\n"
    command = python.with_name("pyhft")
    run(command, "generate", "--messages", 20_000, "day.pcap", cwd=tmp_path)
    shown = run(command, "run", "day.pcap", "--log", "none", "--orders", "orders.pcap", cwd=tmp_path)
    assert "tick_to_trade" in shown
    assert (tmp_path / "orders.pcap").stat().st_size > 24


def test_import_brings_numpy_and_nothing_else_from_outside(python: Path, tmp_path: Path) -> None:
    code = (
        "import sys; before = set(sys.modules); import pyhft; "
        "outside = {m.partition('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names); "
        "print(sorted(outside))"
    )
    assert set(ast.literal_eval(run(python, "-c", code, cwd=tmp_path))) <= {"numpy", "pyhft"}


def test_a_cpp_program_finds_the_installed_kernels(source: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    build = source / "build" / "dev"
    run("cmake", "--preset", "dev", cwd=source, env=cached(source))
    run("cmake", "--build", build, "--target", "pyhft_kernels", env=cached(source))
    run("cmake", "--install", build, "--component", "cpp", "--prefix", prefix)
    example = ROOT / "examples" / "cpp"
    run("cmake", "-S", example, "-B", tmp_path / "example", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path / "example")
    printed = run(tmp_path / "example" / "indicators")
    mean = re.search(r"sma\(20\) +([0-9.]+)", printed)
    streamed = re.search(r"streamed +([0-9.]+)", printed)
    assert mean is not None
    assert streamed is not None
    assert mean[1] == streamed[1]
    assert "bank       2.0 20.0 200.0" in printed
    assert "refused    sma: period is 0" in printed

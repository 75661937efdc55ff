"""The seeds of the fuzz targets are what their generator writes, and every target has some."""

import importlib.util
import re
from pathlib import Path

FUZZ = Path(__file__).parents[1] / "fuzz"


def generated() -> dict[str, dict[str, bytes]]:
    spec = importlib.util.spec_from_file_location("make_corpus", FUZZ / "make_corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    result: dict[str, dict[str, bytes]] = module.corpus()
    return result


def test_the_committed_seeds_are_those_that_are_made() -> None:
    committed: dict[str, dict[str, bytes]] = {}
    for path in (FUZZ / "corpus").rglob("*"):
        if path.is_file():
            committed.setdefault(path.parent.name, {})[path.name] = path.read_bytes()
    assert committed == generated()


def test_every_target_has_seeds_and_every_seed_a_target() -> None:
    sources = {path.stem for path in FUZZ.glob("*.cpp") if "run_target" in path.read_text()} - {"main"}
    listed = set(
        re.findall(
            r"\w+", " ".join(re.findall(r"IN ITEMS([^)]*)\)", re.sub("#.*", "", (FUZZ / "CMakeLists.txt").read_text())))
        )
    )
    assert sources == listed == set(generated())
    found = {path.name for path in (FUZZ / "found").glob("*") if path.is_dir()}
    assert found <= sources


def test_all_seeds_together_are_small() -> None:
    assert sum(len(content) for inputs in generated().values() for content in inputs.values()) < 200_000

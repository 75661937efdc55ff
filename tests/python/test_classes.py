"""What holds of every class of the compiled module."""

from __future__ import annotations

import subprocess
import sys
import textwrap


def test_an_object_that_no_constructor_made_is_refused_by_every_call() -> None:
    # In a process of its own, which is all that dies when it isn't so.
    code = """
        import types
        import pyhft as ph
        import pyhft._core

        special = {"__len__", "__repr__", "__iter__", "__next__", "__call__"}
        for room in vars(pyhft._core).values():
            for made in vars(room).values() if isinstance(room, types.ModuleType) else ():
                if type(made).__name__ != "pybind11_type":
                    continue
                classes = [made, *(base for base in made.__bases__ if base.__module__.startswith("pyhft"))]
                named = [(name, member) for one in classes for name, member in vars(one).items()]
                members = [(name, member) for name, member in named if name in special or name[0] != "_"]
                refused = 0
                for name, member in members:
                    thing = made.__new__(made)
                    try:
                        getattr(thing, name) if isinstance(member, property) else member.__get__(thing)()
                    except ph.ArgumentTypeError as error:
                        refused += "made by __new__ alone" in str(error)
                    except TypeError as error:
                        assert "incompatible function arguments" in str(error), (made, name, error)
                    else:
                        assert False, (made, name)
                print(made.__name__, refused)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    refusals = dict(line.split() for line in done.stdout.splitlines())
    assert {"Arena", "SpscQueue", "BytesQueue"} <= refusals.keys()
    assert [name for name, count in refusals.items() if count == "0"] == []

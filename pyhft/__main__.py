"""``python -m pyhft``: the command ``pyhft``."""

from pyhft.cli import main

raise SystemExit(main())

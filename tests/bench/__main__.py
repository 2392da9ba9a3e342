"""`python -m tests.bench NAME … [options of NAME]`: one measurement, or `all` of them."""

import importlib
import signal
import sys

# Each is a module of this package whose `main(arguments)` measures and prints; add yours here.
MODULES = (
    "loop",
    "size",
    "joining",
    "sockets",
    "documents",
    "forms",
    "zones",
    "folding",
    "turning",
    "tables",
    "steady",
    "cheats",
    "ranks",
    "exports",
    "bulk",
    "reads",
)


def main(arguments: list[str]) -> None:
    """Run the module named first (`loop` when none is), with what follows as its options."""
    name, *options = (
        arguments if arguments and not arguments[0].startswith("-") else ["loop", *arguments]
    )
    if name == "all":
        for each in MODULES:
            _run(each, [])
    elif name in MODULES:
        _run(name, options)
    else:
        sys.exit(f"There is no measurement “{name}”; there are: {', '.join(MODULES)}, all.")


def _run(name: str, options: list[str]) -> None:
    print(f"— {name}", flush=True)
    importlib.import_module(f"tests.bench.{name}").main(options)


if __name__ == "__main__":
    # Told to stop, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    main(sys.argv[1:])

"""Compile the translations: `python -m crowd.config.launch.messages`. Needs no GNU gettext."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from crowd.config import places


def compile_all(*, root: Path) -> list[Path]:
    """Compile every catalogue under `root` that changed since.

    Returns:
        The compiled files that were written.
    """
    sources = sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))
    return [_compiled(source) for source in sources if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _compiled(source: Path) -> Path:
    with source.open("rb") as catalogue:
        read = read_po(catalogue)
    # Renamed into place: a process that starts meanwhile reads the old one or the new one.
    unfinished = source.with_suffix(".mo.new")
    with unfinished.open("wb") as compiled:
        write_mo(compiled, read)
    return unfinished.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_all(root=places.root())

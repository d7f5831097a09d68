"""`make measure WHAT=…`: measure one thing about the app in a browser; `--help` behind the part tells more.

A part is a module of this package with a `main(words) -> int`; its first line is what the list says of it.
"""

import ast
import importlib
import os
import sys
from pathlib import Path

from ops import tools, venv
from ops.account import service_account
from ops.home import ROOT
from ops.say import Stop, line

HERE = Path(__file__).parent


def parts() -> dict[str, str]:
    """Every part and its first line. Read, not imported: the list shall not need what the parts need."""
    found = {}
    for path in sorted(HERE.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text())
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(words: list[str]) -> int:
    """0 when it was measured, whatever the figures say; 1 when it could not be; 2 for words not understood."""
    known = parts()
    name = words[0].replace("-", "_") if words else ""
    if name in known:
        if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
            return _in_the_venv(words)
        return int(importlib.import_module(f"ops.measure.{name}").main(words[1:]))
    line("usage: python -m ops.measure WHAT [--help]   (make measure WHAT=…)\n")
    for part, about in known.items():
        line(f"  {part:<12} {about}")
    return 0 if name in ("", "__help", "_h") else 2


def _in_the_venv(words: list[str]) -> int:
    """Bring what measuring needs, then start again with the libraries; returns only when that cannot be."""
    try:
        tools.check(ROOT, [tools.VENV, tools.POSTGIS, tools.CHROMIUM, tools.CJK])
        python = venv.ready(ROOT, service_account())
    except Stop as why:
        line(f"\n{why}")
        return 1
    sys.stdout.flush()
    os.execv(python, [str(python), "-m", "ops.measure", *words])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

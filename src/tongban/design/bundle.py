"""样式表: the parts, each in its cascade layer, as the one file that pages load. `python -m tongban.design.bundle`"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

STATIC = Path(__file__).parent / "static" / "design"
LAYERS = ("tokens", "base", "layout", "components", "portal", "desk", "editor", "care", "print")
"""Later layers win, whatever their selectors weigh."""
BUNDLE = STATIC / "tongban.css"


def bundle(parts: Mapping[str, str]) -> str:
    """One stylesheet: the order of the layers, then each part in its layer, without comments and spare blanks."""
    order = "@layer " + ",".join(parts) + ";\n"
    return order + "".join(f"@layer {name}{{{_small(css)}}}\n" for name, css in parts.items())


def read_parts() -> dict[str, str]:
    return {name: (STATIC / "parts" / f"{name}.css").read_text("utf-8") for name in LAYERS}


def _small(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    return re.sub(r":\s+(?=[^{}]*[;}])", ":", css).replace(";}", "}").strip()


if __name__ == "__main__":
    BUNDLE.write_text(bundle(read_parts()), "utf-8")
    sys.stdout.write(f"{BUNDLE} {BUNDLE.stat().st_size} bytes\n")

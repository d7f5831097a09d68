"""The README's pictures, made where the browser tests pass by: `XUNCHENG_PICTURES=1 make e2e` writes docs/pictures."""

import io
import os
from pathlib import Path

from PIL import Image

from ops.home import ROOT
from tests.e2e.actors import Actor

LARGEST = 200_000
"""Bytes: a README is read on a phone too."""


async def picture(actor: Actor, name: str) -> Path:
    """Keep what `actor` sees (made `sharp`: two dots per pixel) as docs/pictures/`name`.png, in few colours.

    Without XUNCHENG_PICTURES it goes to .local/pictures, so that a test run leaves the clone as it was.
    """
    folder = ROOT / ("docs/pictures" if os.environ.get("XUNCHENG_PICTURES") else ".local/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    path.write_bytes(small(await actor.page.screenshot(animations="disabled")))
    return path


def small(png: bytes) -> bytes:
    """The picture with as many colours as fit into LARGEST bytes."""
    full = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        few = full.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    assert out.tell() <= LARGEST, f"{out.tell()} bytes even with {colours} colours"
    return out.getvalue()

"""Street scenes for the demo's past cases: the same place before and after.

`draw` is the one door. The picture depends on its arguments alone, so a demo that is loaded twice holds
the same bytes.
"""

import io
from collections.abc import Callable
from random import Random

from PIL import Image

from demo.draw.canvas import WIDTH, Canvas
from demo.draw.label import label
from demo.draw.street import street
from demo.draw.things import ground, poles, trade, works

_ZOOM, _TOP = 1.22, 46.0  # as somebody would who wants the thing in the picture, not the road

Thing = Callable[[Canvas, Random, float, bool], None]

# By the words in the name of the class's (or condition's) icon; the first that begins one is drawn.
_BY_WORD: tuple[tuple[str, Thing], ...] = (
    ("cover", ground.cover),
    ("grate", ground.grate),
    ("bike", trade.bicycles),
    ("bin", poles.bin_),
    ("rubbish", ground.rubbish),
    ("banner", trade.banner),
    ("washing", trade.washing),
    ("trad", trade.stall),
    ("small-ads", trade.adverts),
    ("shop-outside", trade.goods),
    ("shop-noise", trade.speaker),
    ("shop-sign", poles.board),
    ("sign", poles.sign),
    ("dirty-road", ground.litter),
    ("kerb-ramp", works.ramp),
    ("dust", works.dust),
    ("lorry", works.lorry),
    ("spilled", works.muck),
    ("mud", works.muck),
    ("hoarding", works.hoarding),
    ("work-noise", works.noise),
    ("work", works.trench),
    ("food", ground.slops),
    ("building", works.shed),
    ("dirty-water", ground.slurry),
    ("barbecue", trade.grill),
    ("burn", trade.fire),
    ("pothole", ground.hole),
    ("collapse", ground.hole),
    ("standing-water", ground.water),
    ("cable", poles.wires),
    ("drain", ground.upwelling),
    ("green-waste", poles.cuttings),
    ("fence", poles.rail),
    ("green", poles.lawn),
    ("facade", works.facade),
    ("billboard", poles.board),
    ("ad-stand", poles.board),
    ("notice", poles.board),
    ("furniture", trade.sofa),
    ("light", poles.lamp),
    ("slab", ground.sunk),
    ("railing", poles.rail),
    ("shelter", poles.shelter),
    ("bollard", poles.bollards),
    ("pole", poles.pole),
    ("cabinet", poles.cabinet),
    ("fitness", poles.facility),
    ("toilet", poles.toilet),
    ("tree", poles.tree),
    ("goods", ground.heap),
    ("rubble", ground.heap),
    ("waste", ground.heap),
)
# A class that a district adds with an icon of its own: by the national group of its code.
_BY_GROUP: dict[str, Thing] = {
    "E01": ground.rubbish,
    "E02": trade.adverts,
    "E03": works.hoarding,
    "E04": trade.goods,
    "E05": ground.water,
    "C01": ground.cover,
    "C02": poles.rail,
    "C03": poles.bin_,
    "C04": poles.tree,
}


def thing_for(class_code: str, icon: str) -> Thing:
    """Return what is drawn for a class: by its icon's name, else by its group, else rubbish."""
    for word, thing in _BY_WORD:
        if f"-{word}" in f"-{icon}":
            return thing
    return _BY_GROUP.get(class_code[:3], ground.rubbish)


def picture(class_code: str, icon: str, seed: int, after: bool, width: int = 640) -> Image.Image:
    """Draw one scene, `width` pixels wide and three quarters of that high, RGB, labelled 示例."""
    c = Canvas(width)
    place = Random(f"{seed}:street")
    x = place.uniform(260, 380)
    c.look(x - WIDTH / _ZOOM / 2, _TOP, _ZOOM)
    street(c, place)
    # Its own generator: what a thing draws must not move the street behind it.
    thing_for(class_code, icon)(c, Random(f"{seed}:{class_code}:thing"), x, after)
    c.look(0, 0, 1)
    label(c)
    return c.finish()


def draw(class_code: str, icon: str, seed: int, after: bool) -> bytes:
    """Return a JPEG of 640 × 480 pixels: the street of `seed` with the problem, or with it solved."""
    out = io.BytesIO()
    picture(class_code, icon, seed, after).save(out, "JPEG", quality=78, optimize=True)
    return out.getvalue()

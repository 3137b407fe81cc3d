"""The sets: chooses one from the words of a scene, and assembles its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import cv2
import numpy as np

from talkshow.geometry import Size
from talkshow.render.cartoon.canvas import Drawing, Pixels, Shape, View
from talkshow.render.cartoon.layout import SEATINGS, Place, Table
from talkshow.render.cartoon.lens import Lens
from talkshow.render.cartoon.palette import rgb
from talkshow.render.cartoon.scenery import homes, outdoors, props, seats, stages, studios, tables
from talkshow.render.cartoon.sprite import Sprite, sprite_within

_FLOOR_Y = 352.0  # units under a head's origin at which the ground meets the wall
_MUGS = ("#ece4d6", "#e0a24a", "#7fa7a3", "#c66a54", "#8c86b8", "#d9c25f")
_BLUR = 1.5  # of backdrops, in units
_BACKDROP_ZOOM = 1.5  # by which they are painted larger at most; beyond it they are enlarged


@dataclass(frozen=True)
class SetDesign:
    """The parts of a place.

    words: that ask for it in a scene's heading or description; backdrop: paints (pixels, unit, row); seating: one of
    layout.SEATINGS; table: paints a table over the backdrop; behind, front: shapes in head units about the middle of
    a row, painted before and after its people; things: on the table, one after the other between the people; small:
    the same where people sit closer; before: on the table before every second of them; beside: about a seat, painted
    over the person on it.
    """

    words: tuple[str, ...]
    backdrop: Callable[[Pixels, float, int], None]
    seating: str = "table"
    table: Callable[[Pixels, Table], None] | None = None
    behind: Callable[[Table], list[Shape]] | None = None
    front: Callable[[Table], list[Shape]] | None = None
    things: tuple[Callable[[], list[Shape]], ...] = ()
    small: tuple[Callable[[], list[Shape]], ...] = ()
    before: Callable[[], list[Shape]] | None = None
    beside: Callable[[], list[Shape]] | None = None


def _mugs(*colors: str) -> tuple[Callable[[], list[Shape]], ...]:
    return tuple(partial(props.mug, rgb(color)) for color in colors)


def _desk_with_wave(pixels: Pixels, table: Table) -> None:
    tables.paint_desk(pixels, table, tables.DESK)
    tables.paint_emblem(pixels, table, rgb("#d69a64"))


def _dashboard(pixels: Pixels, table: Table) -> None:
    tables.paint_desk(pixels, table, tables.DASHBOARD)
    tables.paint_dials(pixels, table)


def _desk(style: tables.TableStyle) -> Callable[[Pixels, Table], None]:
    return partial(tables.paint_desk, style=style)


_CUP = partial(props.cup, rgb("#f4f1ea"))

# the first whose words are said is taken
DESIGNS: dict[str, SetDesign] = {
    "kitchen": SetDesign(
        ("kitchen", "cooking", "breakfast", "bakery", "dinner"),
        homes.kitchen,
        table=_desk(tables.COUNTER),
        things=(props.fruit_bowl, *_mugs("#c66a54"), props.bread_board, *_mugs("#7fa7a3"), props.pot),
        small=_mugs("#c66a54", "#7fa7a3"),
    ),
    "living room": SetDesign(
        ("sofa", "couch", "living", "home", "lounge", "apartment", "flat", "fireplace", "armchair"),
        homes.living_room,
        "sofa",
        behind=seats.sofa,
        front=seats.coffee_table,
    ),
    "office": SetDesign(
        ("office", "meeting", "boardroom", "work", "startup", "classroom", "school"),
        homes.office,
        table=_desk(tables.MEETING),
        things=(props.laptop, *_mugs("#7fa7a3"), props.pen_cup, *_mugs("#e0a24a"), props.laptop),
        small=_mugs("#7fa7a3", "#e0a24a"),
        before=props.papers,
    ),
    "newsroom": SetDesign(
        ("news", "newsroom", "headlines", "bulletin", "weather", "sports"),
        studios.newsroom,
        table=_desk(tables.NEWS_DESK),
        things=(props.glass, *_mugs("#e9edf2"), props.glass, *_mugs("#3d6fb2"), props.glass),
        small=(props.glass,),
        before=props.papers,
    ),
    "library": SetDesign(
        ("library", "books", "bookshop", "archive", "history", "study", "reading"),
        studios.library,
        table=_desk(tables.READING),
        things=(props.banker_lamp, props.books, *_mugs("#a8485a"), props.books, props.banker_lamp),
        small=_mugs("#a8485a", "#5f8f8b"),
        before=props.papers,
    ),
    "car": SetDesign(
        ("car", "driving", "drive", "road", "taxi", "traffic"), stages.car, table=_dashboard, behind=seats.car_seats
    ),
    "camp": SetDesign(
        ("camp", "campfire", "forest", "woods", "fire", "tent", "wilderness"),
        outdoors.camp,
        "bench",
        behind=seats.log,
        front=seats.fire,
    ),
    "park": SetDesign(
        ("park", "bench", "garden", "meadow", "lake", "pond", "nature"), outdoors.park, "bench", behind=seats.bench
    ),
    "street": SetDesign(
        ("street", "city", "outside", "outdoors", "cafe", "café", "terrace", "market", "town", "restaurant", "square"),
        outdoors.street,
        table=partial(tables.paint_round_table, style=tables.CAFE),
        behind=seats.chairs,
        things=(props.vase, _CUP, props.croissant, _CUP, props.vase),
        small=(_CUP, props.vase),
    ),
    "stage": SetDesign(
        ("stage", "theatre", "theater", "curtain", "audience", "concert", "comedy", "club", "show", "panel"),
        stages.stage,
        "stool",
        behind=seats.stools,
        front=seats.water_tables,
        beside=seats.mic_stand,
    ),
    "studio": SetDesign(
        ("studio", "desk", "podcast", "radio", "interview"),
        studios.studio,
        table=_desk_with_wave,
        things=_mugs(*_MUGS[:5]),
        small=_mugs(*_MUGS[:2]),
        beside=props.microphone,
    ),
}
SETS = tuple(DESIGNS)
_NIGHT = frozenset(("night", "evening", "midnight", "dusk", "moon", "moonlight", "stars"))
_BY_NIGHT = {"street": outdoors.street, "park": outdoors.park}


def choose_set(prompt: str) -> str:
    """The set that the words of a scene ask for; a studio if they ask for none."""
    said = set(re.findall(r"\w+", prompt.casefold()))
    return next((name for name, design in DESIGNS.items() if said & set(design.words)), "studio")


def seating_of(prompt: str) -> str:
    """How people sit on a scene's set: one of layout.SEATINGS."""
    return DESIGNS[choose_set(prompt)].seating


def paint_set(prompt: str, lens: Lens, rows: Sequence[Table]) -> Pixels:
    """Everything that never moves and is behind the people's arms, through a lens: (height, width, 3) of its frame.

    rows: in pixels of the whole set.
    """
    design = DESIGNS[choose_set(prompt)]
    soft = lens.at_most(_BACKDROP_ZOOM)  # it is out of focus: no need for more pixels
    pixels = soft.window(_paint_backdrop(prompt, soft.whole, [soft.table(table) for table in rows]))
    if pixels.shape[1::-1] != lens.size:
        pixels = cv2.resize(pixels, lens.size, interpolation=cv2.INTER_CUBIC)
    for number, table in enumerate(lens.framed(table) for table in rows):
        top, bottom = max(table.begin, 0), min(table.foot, lens.size[1])
        part = pixels[top:] if number == len(rows) - 1 else pixels[top : max(bottom, top)]
        local = table.moved_up(top)
        if len(part):
            _draw(part, design.behind(local) if design.behind else [], local)
            if design.table:
                design.table(part, local)
                _draw(part, _on_table(design, local), local)
    return pixels


def _paint_backdrop(prompt: str, size: Size, rows: Sequence[Table]) -> Pixels:
    """The far background, slightly out of focus, so that the people stand out."""
    name = choose_set(prompt)
    design = DESIGNS[name]
    backdrop: Callable[[Pixels, float, int], None] = design.backdrop
    if name in _BY_NIGHT and _NIGHT & set(re.findall(r"\w+", prompt.casefold())):
        backdrop = partial(_BY_NIGHT[name], night=True)
    width, height = size
    pixels: Pixels = np.zeros((height, width, 3), np.uint8)
    for table in rows:  # each row has a world of its own behind it
        part = np.ascontiguousarray(pixels[table.begin : table.foot])
        unit = float(np.sqrt(width * len(part))) / 960  # 1 at 1280x720 and at 720x1280
        ground = table.back if design.table else round(table.seats[0].y + _FLOOR_Y * table.scale)
        backdrop(part, unit, ground - table.begin)
        pixels[table.begin : table.foot] = cv2.GaussianBlur(part, (0, 0), _BLUR * unit)
    return pixels


def _draw(pixels: Pixels, shapes: Sequence[Shape], table: Table) -> None:
    """Shapes about the middle of a row."""
    if shapes:
        Drawing(list(shapes), table.scale).draw(pixels, _about(table))


def _about(table: Table) -> View:
    return View.flat(table.middle, table.seats[0].y, table.scale)


def _on_table(design: SetDesign, table: Table) -> list[Shape]:
    """Things between the people and before them, in head units about the middle of the row."""
    columns = [(seat.x - table.middle) / table.scale for seat in table.seats]
    pitch = columns[1] - columns[0] if len(columns) > 1 else 480.0
    shapes: list[Shape] = []
    if design.before:
        for x in columns[::2]:
            shapes += props.moved(design.before(), x, SEATINGS["table"].back + 26)
    places = [(a + b) / 2 for a, b in pairwise(columns)] if pitch >= 300 else []
    things = design.things if pitch >= 380 else design.small
    if pitch >= 380:
        places = [x + d for x in places for d in (-38, 40)]
    if table.beyond >= 225:
        places += [columns[0] - 182, columns[-1] + 182]
    for number, x in enumerate(places if things else ()):
        shapes += props.moved(things[number % len(things)](), x, SEATINGS["table"].back + 38)
    return shapes


def beside(prompt: str, seat: Place, num_in_row: int, size: Size) -> Sprite | None:
    """The thing in front of a person that is painted over them: a microphone, on the outer side.

    With four or more in a row there are none, because they would be crowded. size: of the frame, in whose pixels the
    seat is.
    """
    design = DESIGNS[choose_set(prompt)]
    if design.beside is None or num_in_row > 3:
        return None
    view = View.flat(seat.x, seat.y, seat.scale)
    shapes = design.beside()
    if seat.turn > 0:
        shapes = [Shape(shape.points * np.array([-1, 1]), shape.paint, shape.opacity) for shape in shapes]
    return sprite_within(shapes, view, size)


def front(prompt: str, table: Table, size: Size) -> Sprite | None:
    """The things in front of a whole row of people.  table: in pixels of the frame."""
    design = DESIGNS[choose_set(prompt)]
    return sprite_within(design.front(table), _about(table), size) if design.front else None

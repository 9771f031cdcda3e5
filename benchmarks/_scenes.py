"""Scenes that are too large for a file and are made by functions; the small ones are files in `scenes/`."""

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from unitdocs.units import Element, Extent, Position, Scale, Scene, Size, load_scene

SCENES = Path(__file__).parent / "scenes"
VIEWPORTS = 1_000
SLOT, GAP, PANEL_PADDING = 64, 8, 16
COLUMNS = 10
SETTING_HEIGHT, SETTING_INDENT, FORM_WIDTH = 64, 12, 960
ROW_HEIGHT, ROWS_ON_SCREEN, RECYCLED_ROWS = 24, 30, 32
CHAT_LINES, SCORES = 24, 16


@cache
def recorded_scene(name: str) -> Scene:
    """Return a scene of a file in `scenes/`; it is read once."""
    return load_scene(SCENES / f"{name}.json")


def viewports(first: Extent) -> Sequence[Extent]:
    """Return more different viewports than a cache of layouts holds; their widths are within 40 pixels."""
    return [Extent(first.width + i % 40, first.height + i // 40) for i in range(VIEWPORTS)]


def inventory(elements: int, seed: int) -> Scene:
    """Return an inventory: a panel, and slots of an icon, a frame and a count each; the counts' widths are random."""
    rng = random.Random(seed)
    slots = (elements - 1) // 4
    made = [_panel(slots)]
    for slot in range(slots):
        made += _slot(slot, rng)
    made += [Element(f"spare-{i}", parent="panel") for i in range(elements - len(made))]
    return Scene(f"Inventory of {elements}", tuple(made))


def settings_form(levels: int, seed: int) -> Scene:
    """Return a form of settings: groups in groups, each with a label, a control and a hint; the texts are random."""
    rng = random.Random(seed)
    made = [
        Element(
            "form",
            x=Position("scene-center-x", "center", "x", -FORM_WIDTH / 2),
            y=Position("pixel", 32, "y"),
            width=Size("viewport-width", "fill", "width", max=FORM_WIDTH),
            height=Size("viewport-height", "fill", "height", min=levels * SETTING_HEIGHT),
        )
    ]
    for level in range(levels):
        made += _setting(level, levels, rng)
    return Scene(f"Settings form, {levels} levels deep", tuple(made))


def battlefield(soldiers: int) -> Scene:
    """Return a field with soldiers of four elements each: soldier, figure, health bar and the health in it."""
    made = [
        Element("sky", width=Size("scene-width", "fill", "width"), height=Size("pixel", 120, "height")),
        Element(
            "field",
            y=Position("pixel", 120, "y"),
            width=Size("viewport-width", "fill", "width"),
            height=Size("viewport-height", "fill", "height", max=1080),
        ),
        Element("clock", x=Position("scene-center-x", "center", "x", -40), y=Position("pixel", 8, "y")),
        Element("menu", x=Position("scene-right", "right", "x", -108), y=Position("pixel", 8, "y")),
    ]
    for soldier in range(soldiers):
        made += _soldier(soldier)
    return Scene(f"Battlefield of {len(made)}", tuple(made))


def scrolling_list(rows: list[list[int]]) -> Scene:
    """Return a list in a window: as many rows as fit on a screen, and two more.

    Args:
        rows: the widths of name and price of each row; row n is in slot n modulo the number of slots.
    """
    made = [
        Element(
            "window",
            x=Position("scene-center-x", "center", "x", -240),
            y=Position("pixel", 80, "y"),
            width=Size("viewport-width", "fill", "width", max=480),
            height=Size("pixel", ROWS_ON_SCREEN * ROW_HEIGHT, "height"),
        ),
        Element("title", parent="window", y=Position("parent-top", "top", "y", -32), content=Extent(140.0, 24.0)),
        list_scrolled(0),
    ]
    for slot in range(RECYCLED_ROWS):
        made += list_row(slot, slot, rows[slot])
    return Scene(f"Scrolling list of {RECYCLED_ROWS} rows", tuple(made))


def list_scrolled(by: float) -> Element:
    """Return the container of the rows of the scrolling list, scrolled by a number of pixels."""
    return Element(
        "rows",
        parent="window",
        x=Position("parent-left", "left", "x"),
        y=Position("parent-top", "top", "y", -by),
        width=Size("parent-width", "fill", "width"),
        height=Size("parent-height", "fill", "height"),
    )


def list_row(slot: int, row: int, widths: list[int]) -> list[Element]:
    """Return the elements of a slot of the scrolling list that shows a row."""
    name, (title, price) = f"row-{slot}", widths
    return [
        Element(
            name,
            parent="rows",
            x=Position("parent-left", "left", "x"),
            y=Position("parent-top", "top", "y", row * ROW_HEIGHT),
            width=Size("parent-width", "fill", "width"),
            height=Size("pixel", ROW_HEIGHT, "height"),
        ),
        Element(
            f"{name}-icon",
            parent=name,
            x=Position("parent-left", "left", "x", 4),
            y=Position("parent-center-y", "center", "y", -10),
            width=Size("pixel", 20, "width"),
            height=Size("pixel", 20, "height"),
        ),
        Element(
            f"{name}-name",
            parent=name,
            x=Position("parent-left", "left", "x", 32),
            y=Position("parent-center-y", "center", "y", -9),
            width=Size("pixel", "auto", "width", max=240),
            height=Size("pixel", "auto", "height"),
            content=Extent(float(title), 18.0),
        ),
        Element(
            f"{name}-price",
            parent=name,
            x=Position("parent-right", "right", "x", -price - 8),
            y=Position("parent-center-y", "center", "y", -9),
            width=Size("pixel", "auto", "width"),
            height=Size("pixel", "auto", "height"),
            content=Extent(float(price), 18.0),
        ),
    ]


def chat(texts: list[list[int]]) -> Scene:
    """Return a chat and a table of scores; each line of the chat is below the previous one, whose height varies.

    Args:
        texts: width and height of each text: the chat's lines, the line being typed, and the scores.
    """
    width, height = Size("pixel", "auto", "width", max=320), Size("pixel", "auto", "height")
    made = [
        Element("chat", x=Position("pixel", 16, "x"), y=Position("scene-bottom", "bottom", "y", -900)),
        Element("scores", x=Position("scene-right", "right", "x", -240), y=Position("pixel", 16, "y")),
    ]
    contents = [Extent(float(across), float(down)) for across, down in texts]
    for line, content in enumerate(contents[: CHAT_LINES + 1]):
        name, above = f"line-{line}", f"line-{line - 1}" if line else "chat"
        x, y = Position("parent-left", "left", "x"), Position("parent-bottom", "bottom", "y", 4)
        made.append(
            Element(name, above, x, y if line else Position("parent-top", "top", "y"), width, height, None, content)
        )
        face = Position("parent-left", "left", "x", -14), Position("parent-center-y", "center", "y", -6)
        made.append(Element(f"{name}-face", name, *face, Size("pixel", 12, "width"), Size("pixel", 12, "height")))
    for score, content in enumerate(contents[CHAT_LINES + 1 :]):
        name, y = f"score-{score}", Position("parent-top", "top", "y", score * 24)
        made.append(Element(name, "scores", Position("parent-left", "left", "x"), y, width, height, None, content))
        place = Position("parent-right", "right", "x", 4), Position("parent-top", "top", "y")
        made.append(Element(f"{name}-unit", name, *place, content=Extent(20.0, 18.0)))
    return Scene("Chat and scores", tuple(made))


def text_names() -> list[str]:
    """Return the ids of the texts of `chat`, in their order."""
    return [*(f"line-{line}" for line in range(CHAT_LINES + 1)), *(f"score-{score}" for score in range(SCORES))]


def _panel(slots: int) -> Element:
    rows = -(-slots // COLUMNS)
    return Element(
        "panel",
        x=Position("scene-center-x", "center", "x", -COLUMNS * (SLOT + GAP) / 2),
        y=Position("pixel", PANEL_PADDING, "y"),
        width=Size("viewport-width", "fill", "width", max=COLUMNS * (SLOT + GAP)),
        height=Size("pixel", rows * (SLOT + GAP), "height"),
    )


def _slot(number: int, rng: random.Random) -> list[Element]:
    row, column = divmod(number, COLUMNS)
    name = f"slot-{number}"
    return [
        Element(
            name,
            parent="panel",
            x=Position("parent-left", "left", "x", column * (SLOT + GAP)),
            y=Position("parent-top", "top", "y", row * (SLOT + GAP)),
            width=Size("pixel", SLOT, "width"),
            height=Size("pixel", SLOT, "height"),
        ),
        Element(
            f"{name}-icon",
            parent=name,
            x=Position("parent-center-x", "center", "x", -24),
            y=Position("parent-center-y", "center", "y", -24),
            width=Size("pixel", 48, "width"),
            height=Size("pixel", 48, "height"),
        ),
        Element(
            f"{name}-frame",
            parent=name,
            x=Position("parent-left", "left", "x"),
            y=Position("parent-top", "top", "y"),
            width=Size("parent-width", "fill", "width"),
            height=Size("parent-height", "fill", "height"),
        ),
        Element(
            f"{name}-count",
            parent=name,
            x=Position("parent-right", "right", "x", -20),
            y=Position("parent-bottom", "bottom", "y", -16),
            width=Size("pixel", "auto", "width", max=32),
            height=Size("pixel", "auto", "height"),
            content=Extent(rng.choice((8, 16, 24)), 14),
        ),
    ]


def _setting(level: int, levels: int, rng: random.Random) -> list[Element]:
    name = f"group-{level}"
    room = FORM_WIDTH - 2 * SETTING_INDENT * (level + 1)
    return [
        Element(
            name,
            parent=f"group-{level - 1}" if level else "form",
            x=Position("parent-left", "left", "x", SETTING_INDENT),
            y=Position("parent-top", "top", "y", SETTING_HEIGHT if level else 0),
            width=Size("parent-width", "fill", "width", min=200, max=max(room, 200)),
            height=Size("pixel", (levels - level) * SETTING_HEIGHT, "height"),
        ),
        Element(
            f"{name}-label",
            parent=name,
            x=Position("parent-left", "left", "x", 8),
            y=Position("parent-top", "top", "y", 8),
            width=Size("pixel", "auto", "width", max=280),
            height=Size("pixel", "auto", "height"),
            content=Extent(8.0 * rng.randint(6, 40), 18.0),
        ),
        Element(
            f"{name}-control",
            parent=name,
            x=Position("parent-right", "right", "x", -rng.choice((24, 120, 160))),
            y=Position("parent-top", "top", "y", 6),
            width=Size("pixel", rng.choice((24, 120, 160)), "width"),
            height=Size("pixel", 24, "height"),
        ),
        Element(
            f"{name}-hint",
            parent=name,
            x=Position("parent-left", "left", "x", 8),
            y=Position("parent-top", "top", "y", 36),
            width=Size("pixel", "fit", "width"),
            height=Size("pixel", "fit", "height"),
            content=Extent(6.0 * rng.randint(20, 110), 14.0),
        ),
    ]


def _soldier(number: int) -> list[Element]:
    name = f"soldier-{number}"
    row, column = divmod(number, 30)
    return [
        Element(
            name,
            parent="field",
            x=Position("parent-left", "left", "x", column * 62),
            y=Position("parent-top", "top", "y", row * 58),
            width=Size("pixel", 48, "width"),
            height=Size("pixel", 56, "height"),
        ),
        Element(
            f"{name}-figure",
            parent=name,
            x=Position("parent-center-x", "center", "x", -16),
            y=Position("parent-center-y", "center", "y", -24),
            width=Size("pixel", 32, "width"),
            height=Size("pixel", 48, "height"),
        ),
        Element(
            f"{name}-bar",
            parent=name,
            x=Position("parent-center-x", "center", "x", -22),
            y=Position("parent-top", "top", "y", -10),
            width=Size("pixel", 44, "width"),
            height=Size("pixel", 6, "height"),
        ),
        Element(
            f"{name}-health",
            parent=f"{name}-bar",
            x=Position("parent-left", "left", "x", 1),
            y=Position("parent-top", "top", "y", 1),
            width=Size("parent-width", "fill", "width"),
            height=Size("pixel", 4, "height"),
        ),
    ]


def screen(elements: int, seed: int) -> Scene:
    """Return a unique screen: panels with up to five elements each; all numbers are random."""
    rng = random.Random(f"{elements}/{seed}")
    made = [Element("screen", width=Size("scene-width", "fill"), height=Size("scene-height", "fill", "height"))]
    while len(made) < elements:
        panel = f"panel-{len(made)}"
        made.append(_random_panel(panel, rng))
        made += [
            _random_element(f"{panel}-{i}", panel, rng) for i in range(min(rng.randint(2, 5), elements - len(made)))
        ]
    return Scene(f"Screen {seed}", tuple(made))


def _random_panel(name: str, rng: random.Random) -> Element:
    across, down = rng.choice(("left", "right", "center-x")), rng.choice(("top", "bottom", "center-y"))
    return Element(
        name,
        parent="screen",
        x=Position(f"parent-{across}", "center", "x", rng.randint(-400, 400)),
        y=Position(f"parent-{down}", "center", "y", rng.randint(-300, 300)),
        width=Size("parent-width", "fill", "width", max=rng.randint(120, 600)),
        height=Size("pixel", rng.randint(40, 400), "height"),
    )


def _random_element(name: str, parent: str, rng: random.Random) -> Element:
    return Element(
        name,
        parent,
        x=Position("parent-left", "left", "x", rng.randint(0, 200)),
        y=Position("parent-top", "top", "y", rng.randint(0, 100)),
        width=Size("pixel", rng.choice(("auto", "fit", rng.randint(16, 200))), "width", max=rng.choice((None, 240))),
        height=Size("pixel", rng.choice(("auto", rng.randint(16, 64))), "height"),
        scale=Scale("factor", "fit") if rng.random() < 0.2 else None,  # noqa: PLR2004 -- one in five
        content=Extent(float(rng.randint(8, 300)), float(rng.randint(8, 60))),
    )

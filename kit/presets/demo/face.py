"""Heads: hair, face, age and mask of a drawn person, from back to front."""

from __future__ import annotations

import numpy as np

from kit.presets.demo.mask import draw_mask
from kit.presets.demo.pen import INK, Colour, Pen, ellipse, mix, smooth
from kit.presets.demo.people import Person

_HAIRLINE = -0.9
_GREY_HAIR = np.array((198.0, 198.0, 202.0))


def draw_head(pen: Pen, person: Person, stem: str, generator: np.random.Generator) -> None:
    """Draw a person from the back of the hair to the glasses; `stem` says how the mask is worn."""
    skin, shade = person.skin, mix(person.skin, np.array((120, 60, 50.0)), 0.28)
    _back_hair(pen, person)
    _body(pen, person, shade)
    for side in (-1, 1):
        pen.fill(ellipse(side * (person.width + 0.02), 0.12, 0.15, 0.26), mix(skin, shade, 0.5), -0.5)
        if person.earring:
            pen.fill(ellipse(side * (person.width + 0.05), 0.42, 0.06, 0.07), np.array((240, 214, 120)), -0.5)
    outline = _outline(person)
    pen.fill(outline, mix(skin, shade, 0.35))
    pen.fill(outline * 0.95 + np.array((-0.02, -0.03)), skin, 0.1)
    for side in (-1, 1):
        pen.glaze(ellipse(side * 0.56, 0.42, 0.2, 0.13), np.array((240, 130, 120)), person.blush, 0.5)
    _wrinkles(pen, person, shade)
    _nose_and_mouth(pen, person, shade, generator)
    _eyes(pen, person, shade, generator)
    if stem != "normal":
        draw_mask(pen, person, stem, generator)
    _front_hair(pen, person)
    _brows(pen, person, generator)
    if person.glasses:
        _glasses(pen, person)


def face_box(pen: Pen, person: Person) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the face in the pen's picture, from the hairline to the chin."""
    outline = _outline(person)
    place = pen.pixels(np.concatenate([outline[outline[:, 1] > _HAIRLINE], ((0.0, _HAIRLINE),)]), 0)
    (left, top), (right, bottom) = place.min(axis=0).tolist(), place.max(axis=0).tolist()
    return left, top, right, bottom


def _outline(person: Person) -> np.ndarray:
    """A superellipse: round above, squarer below the more `jaw` there is."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    cos, sin = np.cos(angle), np.sin(angle)
    power = np.where(sin > 0, 2 / person.jaw, 2 / 2.2)
    x = np.sign(cos) * np.abs(cos) ** power * person.width
    taper = np.where(sin > 0, 1 - 0.24 * sin**2 * (2.9 - person.jaw), 1)
    y = np.sign(sin) * np.abs(sin) ** power * np.where(sin > 0, person.chin, 1.22)
    return np.stack([x * taper, y], axis=1)


def _back_hair(pen: Pen, person: Person) -> None:
    hair, length, volume = _hair(person, 0.16), person.hair_length, person.volume
    if length < 0.6:
        pen.fill(ellipse(0, -0.25, volume * person.width * 0.98, 0.9 * volume), hair, -0.4)
        return
    down, out = length - 0.1, volume * person.width
    wave = person.wave * np.array((1, -1, 1.0))
    side = np.array(
        ((out * 0.7, -0.95), (out * 0.92, -0.45), (out, 0.1), (out + 0.06, max(0.4, down * 0.7)), (out, down))
    )
    side[1:4, 0] += wave
    pen.fill(smooth(np.concatenate([side, side[::-1] * np.array((-1, 1))])), hair, -0.4)


def _body(pen: Pen, person: Person, shade: Colour) -> None:
    neck, bottom = person.neck, 3.4
    drop, broad = 1.62, 1.55 + 0.5 * neck
    pen.fill(
        np.array(((-neck, 0.7), (neck, 0.7), (neck + 0.1, 1.9), (-neck - 0.1, 1.9))), mix(person.skin, shade, 0.7), -0.3
    )
    shoulders = np.array(
        ((-neck - 0.04, drop), (-broad * 0.75, drop + 0.3), (-broad, drop + 0.75), (-broad - 0.1, bottom))
    )
    chest = np.concatenate([shoulders, shoulders[::-1] * np.array((-1, 1))])
    pen.fill(chest, person.clothes, -0.6)
    dip = (0.2, 0.55, 0.5, 0.15)[person.neckline]
    opening = np.array(((-neck - 0.06, drop - 0.04), (0, drop + dip), (neck + 0.06, drop - 0.04)))
    if person.neckline == 0:
        opening = ellipse(0, drop - 0.04, neck + 0.06, 0.28)[:15]
    pen.fill(opening, mix(person.skin, shade, 0.35), -0.5)
    edge = mix(person.clothes, INK, 0.35)
    if person.neckline == 2:
        for side in (-1, 1):
            flap = np.array(
                ((neck, drop - 0.16), (0.02, drop + 0.5), (neck * 0.75, drop + 0.62), (neck + 0.3, drop + 0.1))
            )
            pen.fill(flap * np.array((side, 1)), person.collar, -0.5)
            pen.line(flap * np.array((side, 1)), edge, 0.02, -0.5)
    elif person.neckline == 3:
        pen.fill(ellipse(0, drop + 0.02, neck + 0.14, 0.26), person.collar, -0.5)
        pen.line(ellipse(0, drop + 0.02, neck + 0.14, 0.26), edge, 0.025, -0.5, closed=True)
    else:
        pen.line(opening, edge, 0.04, -0.5)


def _wrinkles(pen: Pen, person: Person, shade: Colour) -> None:
    x = np.linspace(-1, 1, 9)
    for row, y in enumerate((-0.62, -0.76, -0.89)):
        depth = min(1.0, person.lines * 1.5 - 0.25 * row)
        if depth > 0:
            furrow = np.stack([x * (0.5 - 0.07 * row), y + 0.05 * x**2], axis=1)
            pen.line(furrow, mix(person.skin, shade, depth), 0.045, 0.3)
    crow = mix(person.skin, shade, min(1.0, person.lines * 1.3))
    dark = mix(person.skin, shade * 0.92, min(1.0, person.folds * 1.2))
    bags = mix(person.skin, shade, min(1.0, person.bags * 1.2))
    corner = np.array((person.eye_gap + person.eye + 0.05, 0.0))
    for side in np.array(((-1, 1), (1, 1))):
        if person.lines > 0:
            for angle in (-0.35, 0.05, 0.45):
                ray = np.outer(np.linspace(0, 0.2, 4), (np.cos(angle), np.sin(angle)))
                pen.line((ray + corner) * side, crow, 0.04, 0.2)
        if person.bags > 0:
            bag = np.stack([person.eye_gap + 0.2 * x, 0.2 + 0.06 * (1 - x**2)], axis=1)
            pen.line(bag * side, bags, 0.05, 0.3)
        if person.folds > 0:
            fold = np.stack([0.2 + 0.16 * (x + 1) ** 0.8, 0.5 + 0.17 * (x + 1)], axis=1)
            pen.line(fold * side, dark, 0.045, 0.5)
    for place in person.spots:
        pen.glaze(ellipse(place[0], place[1], 0.045, 0.035), shade * 0.85, 0.5, 0.3)


def _nose_and_mouth(pen: Pen, person: Person, shade: Colour, generator: np.random.Generator) -> None:
    tip = person.nose
    pen.fill(
        smooth(np.array(((-0.05, 0.0), (0.06, 0.0), (0.16, tip), (0.0, tip + 0.08), (-0.14, tip)))),
        mix(person.skin, shade, 0.22),
        0.9,
    )
    pen.fill(
        smooth(np.array(((-0.06, 0.0), (0.01, 0.0), (0.06, tip - 0.03), (0.0, tip + 0.02), (-0.1, tip - 0.03)))),
        mix(person.skin, np.array((255, 255, 255.0)), 0.18),
        0.95,
    )
    for side in (-1, 1):
        pen.fill(ellipse(side * 0.07, tip + 0.03, 0.035, 0.022), shade * 0.7, 0.9)
    if person.beard > 0:
        around = _outline(person)[4:33]
        inner = np.array(((-0.62, 0.5), (-0.3, 0.55), (0, 0.52), (0.3, 0.55), (0.62, 0.5)))
        pen.glaze(np.concatenate([around, inner]), _hair(person, 0), person.beard, 0.2)
    y = 0.73 + 0.01 * generator.normal()
    smile, gape = generator.normal(0.05, 0.035), max(0.0, generator.normal(-0.01, 0.05))
    x = np.linspace(-1, 1, 13)
    lips = mix(mix(person.skin, np.array((190, 92, 92.0)), 0.5), np.array((196, 48, 66.0)), person.lips * 0.8)
    middle = y - smile * x**2
    arch = 1 - x**2
    thick = 0.05 + 0.05 * person.lips
    upper = np.stack(
        [x * person.mouth, middle - arch * (thick + gape * 0.4) * (1 - 0.25 * np.exp(-((x / 0.15) ** 2)))], axis=1
    )
    lower = np.stack([x * person.mouth, middle + arch * (thick * 1.4 + gape)], axis=1)
    pen.fill(np.concatenate([upper, lower[::-1]]), lips, 0.6)
    if gape > 0.015:
        teeth = np.concatenate(
            [
                np.stack([x * 0.8, middle - arch * gape * 0.4], axis=1),
                np.stack([x * 0.8, middle + arch * gape], axis=1)[::-1],
            ]
        )
        pen.fill(teeth * np.array((person.mouth, 1)), np.array((250, 244, 238)), 0.6)
    else:
        pen.line(np.stack([x * person.mouth, middle], axis=1), lips * 0.6, 0.025, 0.6)


def _eyes(pen: Pen, person: Person, shade: Colour, generator: np.random.Generator) -> None:
    look = generator.normal(0, 0.04, 2) * np.array((1, 0.5))
    shut = generator.random() < 0.03
    x = np.linspace(-1, 1, 13)
    open_ = 0.46 - 0.1 * person.bags
    for side in (-1, 1):
        centre = np.array((side * person.eye_gap, 0.02))
        slope = person.tilt * side * x
        upper = centre + np.stack(
            [x * person.eye, slope - (1 - x**2) * person.eye * open_ * (0 if shut else 1.1)], axis=1
        )
        lower = centre + np.stack([x * person.eye, slope + (1 - x**2) * person.eye * open_], axis=1)
        if shut:
            pen.line(lower, INK, 0.03 + 0.03 * person.lashes, 0.5)
            continue
        white = np.concatenate([upper, lower[::-1]])
        pen.fill(white, np.array((252, 250, 248)), 0.5)
        iris = centre + look
        pen.fill(ellipse(iris[0], iris[1], person.eye * 0.47, person.eye * 0.47), np.array((84, 54, 38)), 0.5)
        pen.fill(ellipse(iris[0], iris[1], person.eye * 0.25, person.eye * 0.25), np.array((22, 16, 16)), 0.5)
        pen.fill(ellipse(iris[0] - 0.04, iris[1] - 0.045, 0.03, 0.03), np.array((255, 255, 255)), 0.5)
        pen.line(upper, INK, 0.03 + 0.035 * person.lashes, 0.5)
        pen.line(upper - np.array((0, 0.075)), mix(person.skin, shade, 0.6), 0.02, 0.5)
        flick = np.array((upper[-1 if side > 0 else 0], upper[-1 if side > 0 else 0] + (side * 0.09, -0.07)))
        if person.lashes > 0.4:
            pen.line(flick, INK, 0.02 + 0.02 * person.lashes, 0.5)


def _brows(pen: Pen, person: Person, generator: np.random.Generator) -> None:
    lift = generator.normal(0, 0.025)
    x = np.linspace(0, 1, 9)
    colour = mix(_hair(person, 0), person.skin, 0.15)
    for side in (-1, 1):
        middle = -0.3 - lift - 0.1 * np.sin(np.pi * (0.25 + 0.6 * x)) + 0.05
        half = person.brow * 0.5 * (1 - 0.75 * x**2)
        across = side * (0.17 + 0.53 * x)
        upper, lower = np.stack([across, middle - half], axis=1), np.stack([across, middle + half], axis=1)
        pen.fill(np.concatenate([upper, lower[::-1]]), colour, 0.45)


def _front_hair(pen: Pen, person: Person) -> None:
    base = _hair(person, 0)
    out, top = person.width * person.volume, -1.22 - (person.volume - 1) * 1.6
    angle = np.linspace(np.pi * 1.04, np.pi * 1.96, 25)
    outer = np.stack([np.cos(angle) * out, np.sin(angle) * -top * 1.02], axis=1)
    x = np.linspace(0.93, -0.93, 21)
    away = np.abs(x - person.part)
    line = person.hairline + 0.3 * away**1.6 + person.fringe * 0.62 * np.clip(away * 3, 0, 1) ** 0.5
    line = np.minimum(line, -0.36) + 0.9 * np.clip(np.abs(x) - 0.72, 0, 1)
    inner = np.concatenate([((out, -0.1),), np.stack([x * person.width, line], axis=1), ((-out, -0.1),)])
    pen.fill(np.concatenate([outer, inner]), base, 0.1)
    light = mix(base, np.array((255, 236, 214.0)), 0.16)
    for bend in (0.35, 0.6, 0.82):
        arc = np.stack([np.cos(angle[5:-5]) * out * bend, np.sin(angle[5:-5]) * -top * (0.86 + 0.13 * bend)], axis=1)
        pen.line(arc[:7] if person.part > 0 else arc[-7:], light, 0.035, 0.1)
    if person.hair_length > 0.6:
        down = min(person.hair_length - 0.2, 1.6)
        lock = np.array(
            (
                (0.84, -0.7),
                (out * 0.88, -0.6),
                (out * 0.98, -0.1),
                (out, 0.4),
                (out, down),
                (0.88, down + 0.12),
                (0.86, 0.3),
                (0.84, -0.1),
            )
        )
        lock[4:6, 0] += person.wave
        for side in (-1, 1):
            pen.fill(smooth(lock * np.array((side, 1))), base, 0.0)


def _glasses(pen: Pen, person: Person) -> None:
    frame = np.array(((40, 36, 40), (150, 110, 60))[person.glasses - 1])
    for side in (-1, 1):
        round_ = person.glasses == 2
        lens = ellipse(side * person.eye_gap, 0.04, 0.34, 0.29 if round_ else 0.24, 2.0 if round_ else 3.4)
        pen.glaze(lens, np.array((225, 238, 245)), 0.14, 0.6)
        pen.line(lens, frame, 0.03, 0.6, closed=True)
        pen.line(np.array(((side * (person.eye_gap + 0.34), 0.0), (side * person.width, -0.05))), frame, 0.03, 0.2)
    pen.line(np.array(((-0.1, 0.0), (0, -0.03), (0.1, 0.0))), frame, 0.03, 0.6)


def _hair(person: Person, dark: float) -> Colour:
    return mix(mix(person.hair, _GREY_HAIR, person.grey * 0.85), INK, dark)

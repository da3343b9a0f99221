"""People who do not exist: what makes one, and how gender and age show in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.presets.demo.pen import Colour, mix

_SKINS = ((250, 222, 200), (243, 208, 180), (234, 192, 160), (220, 174, 138), (198, 150, 112))
_HAIRS = ((28, 24, 26), (44, 33, 30), (66, 46, 36), (94, 62, 42), (128, 84, 52))
_CLOTHES = (
    (58, 84, 132), (176, 66, 72), (232, 226, 214), (66, 122, 104), (44, 46, 56), (214, 160, 70),
    (138, 96, 150), (232, 160, 168), (110, 160, 196), (150, 160, 110), (120, 84, 68), (90, 96, 106),
)  # fmt: skip
_WALLS = (
    (206, 216, 222), (222, 210, 190), (190, 206, 188), (214, 196, 206), (172, 190, 210),
    (236, 226, 202), (180, 176, 186), (150, 172, 176), (226, 186, 160),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """What stays the same in all photos of a person. Colours are RGB, lengths in half face widths, strengths 0 to 1."""

    gender: int
    age: int
    skin: Colour
    hair: Colour
    clothes: Colour
    collar: Colour
    wall: np.ndarray
    neckline: int
    jaw: float
    width: float
    chin: float
    neck: float
    eye: float
    eye_gap: float
    tilt: float
    brow: float
    lashes: float
    nose: float
    lips: float
    mouth: float
    beard: float
    hair_length: float
    hairline: float
    part: float
    fringe: float
    volume: float
    wave: float
    grey: float
    lines: float
    bags: float
    folds: float
    blush: float
    spots: np.ndarray
    earring: bool
    glasses: int


def make_person(gender: int, age: int, generator: np.random.Generator) -> Person:
    """Make up a person of a gender (0 male, 1 female) and an age in years.

    Nobody looks exactly as old as they are, and every sign of gender or age overlaps with those of others.
    """
    normal, random = generator.normal, generator.random
    male, female = 1 - gender, gender
    looks = age + normal(0, 1.5)

    def sign(start: float, full: float, spread: float) -> float:
        return float(np.clip((looks + normal(0, spread) - start) / (full - start), 0, 1))

    skin = np.array(_SKINS[generator.choice(5, p=(0.24, 0.3, 0.24, 0.14, 0.08))]) + normal(0, 4, 3)
    skin = mix(skin, np.array((196.0, 164.0, 150.0)), 0.5 * sign(46, 66, 4))
    hair = np.array(_HAIRS[generator.choice(5, p=(0.3, 0.28, 0.2, 0.14, 0.08))]) + normal(0, 4, 3)
    colour = np.array(_CLOTHES[generator.integers(len(_CLOTHES))]) + normal(0, 10, 3)
    colour = mix(colour, np.full(3, colour.mean()), 0.55 * sign(26, 44, 5))
    dyed = random() < 0.06 + 0.10 * female
    bald = male * sign(30, 75, 14)
    length = normal(1.6, 0.5) - 0.4 * sign(45, 65, 6) if female else normal(0.35, 0.3)
    return Person(
        gender=gender,
        age=age,
        skin=skin,
        hair=hair,
        clothes=colour.clip(20, 245),
        collar=mix(colour, np.array((250, 248, 244.0)), 0.3 + 0.6 * random()).clip(20, 250),
        wall=np.stack([np.array(_WALLS[i]) + normal(0, 8, 3) for i in generator.integers(len(_WALLS), size=3)]),
        neckline=int(generator.choice(4, p=(0.35, 0.3, 0.2, 0.15) if female else (0.35, 0.12, 0.33, 0.2))),
        jaw=float(np.clip(2.25 + 0.32 * male + normal(0, 0.16), 1.9, 3.0)),
        width=float(np.clip(0.96 + 0.03 * male + normal(0, 0.035), 0.86, 1.07)),
        chin=float(np.clip(1.24 + 0.04 * male + normal(0, 0.05), 1.1, 1.38)),
        neck=float(np.clip(0.47 + 0.12 * male + normal(0, 0.045), 0.36, 0.72)),
        eye=float(np.clip(0.235 + 0.015 * female - 0.0006 * (looks - 20) + normal(0, 0.014), 0.17, 0.28)),
        eye_gap=float(normal(0.43, 0.02)),
        tilt=float(normal(-0.015, 0.03)),
        brow=float(np.clip(0.085 + 0.04 * male + normal(0, 0.018), 0.04, 0.17)),
        lashes=float(np.clip(0.15 + 0.5 * female + normal(0, 0.18), 0, 1)),
        nose=float(np.clip(0.37 + 0.03 * male + normal(0, 0.035), 0.28, 0.5)),
        lips=float(np.clip(0.15 + 0.45 * female + normal(0, 0.2), 0, 1)),
        mouth=float(np.clip(0.36 + normal(0, 0.035), 0.28, 0.46)),
        beard=float(np.clip(random() * 1.1 - 0.4, 0, 0.6)) * male,
        hair_length=float(np.clip(length, 0, 2.3)),
        hairline=float(np.clip(-0.86 - 0.35 * bald + normal(0, 0.05), -1.2, -0.72)),
        part=float(np.clip(normal(0, 0.4), -0.7, 0.7)),
        fringe=float(np.clip(random() * 1.3 - 0.45 - 0.5 * bald, 0, 0.8)),
        volume=float(np.clip(1.14 + 0.04 * female - 0.06 * bald + normal(0, 0.035), 1.05, 1.3)),
        wave=float(np.clip(random() * 0.12 - 0.03, 0, 0.08)),
        grey=0.0 if dyed else sign(44, 63, 3),
        lines=sign(28, 54, 3),
        bags=sign(26, 42, 3),
        folds=sign(25, 40, 3),
        blush=0.36 - 0.32 * sign(25, 38, 3),
        spots=generator.uniform((-0.75, -0.8), (0.75, 0.6), (round(9 * sign(52, 66, 4)), 2)),
        earring=bool(random() < 0.03 + 0.3 * female),
        glasses=int(generator.choice(3, p=(0.76, 0.12, 0.12) if looks < 45 else (0.62, 0.2, 0.18))),
    )

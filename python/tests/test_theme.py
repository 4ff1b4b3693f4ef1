"""The colours: told apart by those who see some alike, readable on both papers, the same in the report."""

import itertools
import re

import pytest

import commonweal as cw
from commonweal.exceptions import OptionError
from commonweal.plot._theme import HEAT, LEAN, SERIES

RGB = tuple[float, float, float]

# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
SEEN = {
    "all": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
LIGHT_TO_DARK = {colour: cw.plot.DARK[name] for name, colour in cw.plot.PALETTE.items()}


def linear(colour: str) -> RGB:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def seen(colour: str, by: str) -> RGB:
    light = linear(colour)
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in SEEN[by])
    return red, green, blue


def oklab(light: RGB) -> RGB:
    r, g, b = light
    x = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    y = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    z = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * x + 0.793617785 * y - 0.0040720468 * z,
        1.9779984951 * x - 2.428592205 * y + 0.4505937099 * z,
        0.0259040371 * x + 0.7827717662 * y - 0.808675766 * z,
    )


def apart(one: str, other: str, by: str) -> float:
    pair = zip(oklab(seen(one, by)), oklab(seen(other, by)), strict=True)
    return 100 * float(sum((a - b) ** 2 for a, b in pair)) ** 0.5


def contrast(one: str, other: str) -> float:
    lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def papers() -> list[tuple[str, dict[str, str]]]:
    return [("light", cw.plot.PALETTE), ("dark", cw.plot.DARK)]


@pytest.mark.parametrize("by", SEEN)
@pytest.mark.parametrize(("paper", "colours"), papers())
def test_series_are_told_apart(by: str, paper: str, colours: dict[str, str]) -> None:
    series = [colour if paper == "light" else LIGHT_TO_DARK[colour] for colour in SERIES]
    assert len(set(series)) == 7
    closest = min(apart(one, other, by) for one, other in itertools.combinations(series, 2))
    assert closest > 7, closest


@pytest.mark.parametrize(("paper", "colours"), papers())
def test_text_can_be_read(paper: str, colours: dict[str, str]) -> None:
    assert contrast(colours["ink"], colours["paper"]) > 7
    assert contrast(colours["soft"], colours["paper"]) > 4.5
    # The numbers in cells: on the weak half in ink, on the strong half in the colour of the paper.
    for step in range(5):
        assert contrast(colours["ink"], colours[f"heat-{step}"]) > 4.5, step
    for step in range(5, 9):
        assert contrast(colours["paper"], colours[f"heat-{step}"]) > 4.5, step
    for step in range(9):
        assert contrast(colours["ink"], colours[f"lean-{step}"]) > 3, step


@pytest.mark.parametrize("by", SEEN)
@pytest.mark.parametrize("steps", [HEAT, LEAN], ids=["heat", "lean"])
def test_steps_are_steps(by: str, steps: tuple[str, ...]) -> None:
    for colours in (steps, [LIGHT_TO_DARK[step] for step in steps]):
        assert min(apart(one, other, by) for one, other in itertools.pairwise(colours)) > 2.5
    if steps is HEAT:
        for colours in (steps, [LIGHT_TO_DARK[step] for step in steps]):
            levels = [oklab(linear(colour))[0] for colour in colours]
            assert levels in (sorted(levels), sorted(levels, reverse=True))


def test_every_colour_has_its_like_in_the_dark(community: cw.Community) -> None:
    assert set(cw.plot.PALETTE) == set(cw.plot.DARK)
    assert len(set(cw.plot.PALETTE.values())) == len(cw.plot.PALETTE)
    chart = cw.plot.heatmap(community.engagement.rhythm())
    drawn = cw.plot.svg(chart, theme="dark")
    known = set(cw.plot.DARK.values())
    used = set(re.findall(r"#[0-9a-f]{6}", drawn))
    assert used <= known
    assert cw.plot.DARK["paper"] in used
    assert cw.plot.svg(cw.plot.dark(chart)) == drawn
    assert cw.plot.png(chart, theme="dark") != cw.plot.png(chart)


def test_a_picture_follows_the_screen(community: cw.Community) -> None:
    chart = cw.plot.growth(community.adoption.growth(every="1mo"))
    light, auto = cw.plot.svg(chart), cw.plot.svg(chart, theme="auto")
    style = re.search(r"<style>(.*?)</style>", auto)
    assert style is not None
    assert auto.replace(style[0], "") == light
    for used in set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', light)):
        assert f'[fill="{used}"]{{fill:{LIGHT_TO_DARK[used]}}}' in style[1]


def test_a_theme_is_one_of_three(community: cw.Community) -> None:
    chart = cw.plot.growth(community.adoption.growth(every="1mo"))
    with pytest.raises(OptionError, match=r"^theme must be one of 'light', 'dark', 'auto', got 'blue'"):
        cw.plot.svg(chart, theme="blue")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"^theme must be one of 'light', 'dark', got 'auto'"):
        cw.plot.png(chart, theme="auto")  # type: ignore[arg-type]

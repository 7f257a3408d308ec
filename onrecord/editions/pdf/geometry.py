"""The page: trim sizes and margins, in one place for layout and stamping."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Trim

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """Millimetres. `inner` is the binding side: left on a right-hand page, right on a left-hand one."""

    width: float
    height: float
    top: float
    bottom: float
    inner: float
    outer: float
    text_pt: float
    leading_pt: float

    @property
    def measure_pt(self) -> float:
        """The length of a line."""
        return (self.width - self.inner - self.outer) * POINTS_PER_MM

    def css(self) -> str:
        """The `@page` rules and the body size."""
        sides = {"right": (self.outer, self.inner), "left": (self.inner, self.outer)}
        rules = [f"@page {{ size: {self.width}mm {self.height}mm }}"]
        for side, (right, left) in sides.items():
            rules.append(f"@page :{side} {{ margin: {self.top}mm {right}mm {self.bottom}mm {left}mm }}")
            name = "recto" if side == "right" else "verso"
            rules.append(f"@page head-{name} {{ margin: {self.top}mm {right}mm 0 {left}mm }}")
        rules.append(f"html {{ font-size: {self.text_pt}pt; line-height: {self.leading_pt}pt }}")
        return "\n".join(rules)


# Measures of 60 to 72 characters; the outer margin has room for the turn's address.
_GEOMETRY = {
    Trim.A5: PageGeometry(148, 210, 20, 23, 18, 20, 10.75, 14.25),
    Trim.SIX_BY_NINE: PageGeometry(152.4, 228.6, 21, 25, 19, 20, 11, 14.75),
    Trim.A4: PageGeometry(210, 297, 27, 34, 30, 45, 12, 16.5),
    Trim.LETTER: PageGeometry(215.9, 279.4, 26, 32, 32, 46, 12, 16.5),
}


def geometry(trim: Trim) -> PageGeometry:
    return _GEOMETRY[trim]

"""A file for the print shop: trim and bleed boxes, crop marks, and PDF/X-4 (ISO 15930-7) where a profile is given.

For printing only, like the booklet: no tags, no links. With the printer's profile (CMYK) text and rules in neutral
greys are printed with black ink alone, and pictures stay sRGB, named as such, for the printer to convert.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream, String
from PIL import ImageCms

from onrecord.finishing.finished_file import (
    POINTS_PER_MM,
    About,
    box,
    describe,
    drawing,
    name_of_document,
    numbers,
    opened,
    saved,
    size_of,
)
from onrecord.model import Place
from onrecord.model.problems import Problem, Refused
from onrecord.wording import translations

BLEED_MM = 3.0
_GAP_MM, _MARK_MM, _MARGIN_MM = 4.0, 5.0, 10.0  # from the trim: where marks begin, their length, where the paper ends
_HAIRLINE_PT = 0.25
_COMPONENTS = {"CMYK": 4, "RGB": 3, "GRAY": 1}
_GREY_OF = {"rg": "g", "RG": "G"}


@dataclass(frozen=True, slots=True)
class Profile:
    """The printing condition: an ICC profile of an output device. `space` is CMYK, RGB or GRAY."""

    name: str
    space: str
    data: bytes


def printer_profile(data: bytes, place: Place) -> Profile:
    """The profile in an ICC file; Refused where it is none of a printing press. `place` is where it is named."""
    hint = "ask the printer for the ICC profile of the paper, for instance PSO Uncoated v3"
    try:
        if int.from_bytes(data[:4], "big") != len(data):  # cut short; Little CMS opens it all the same
            raise ValueError("not as long as it says")
        found = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
        kind, space, name = found.device_class.strip(), found.xcolor_space.strip(), found.profile_description or ""
    except (OSError, ImageCms.PyCMSError, ValueError, TypeError):
        raise Refused([Problem(place, "profile-is-readable", "this is no ICC profile", hint)]) from None
    if kind != "prtr" or space not in _COMPONENTS:
        sentence = f"this profile is not of a press (class “{kind}”, colours “{space}”)"
        raise Refused([Problem(place, "profile-is-of-a-press", sentence, hint)])
    if found.version >= 4.3:  # PDF/X-4 stands on ICC.1:2004-10, which is version 4.2
        sentence = f"this profile is of ICC version {found.version:.1f}; PDF/X-4 knows versions up to 4.2"
        raise Refused([Problem(place, "profile-is-known-to-pdf-x", sentence, hint)])
    return Profile(" ".join(name.split()) or "unnamed", space, data)


def print_shop(data: bytes, profile: Profile | None = None) -> bytes:
    """The bound file with 3 mm bleed and crop marks; with a profile it claims PDF/X-4.

    What is painted beyond the edge of the bound page shows in the bleed; all else is white there.
    """
    return _Press(opened(data), profile).made()


class _Press:
    def __init__(self, source: Pdf, profile: Profile | None) -> None:
        self.source, self.profile = source, profile
        self.about = About.of(source)
        self.pdf = Pdf.new()
        self.marks = self.pdf.make_indirect(_registration())

    def made(self) -> bytes:
        pages = [self._page(page.obj) for page in self.source.pages]
        if self.profile:
            _prepare(self.pdf, pages, self._srgb(), black_alone=self.profile.space == "CMYK")
        for page in pages:
            self.pdf.pages.append(Page(page))
        if "/PageLabels" in self.source.Root:
            self.pdf.Root.PageLabels = self.pdf.copy_foreign(self.source.make_indirect(self.source.Root.PageLabels))
        title = translations.words(self.about.language)["print_shop"].format(self.about.title)
        self._describe(replace(self.about, title=title))
        # Version 1.6 and plain objects: what ISO 15930-7 builds on, and what old preflight programs read.
        return saved(self.pdf, version="1.6", packed=False)

    def _page(self, page: Dictionary) -> Dictionary:
        width, height = size_of(page)
        margin, bleed = _MARGIN_MM * POINTS_PER_MM, BLEED_MM * POINTS_PER_MM
        clip = numbers(margin - bleed, margin - bleed, width + 2 * bleed, height + 2 * bleed)
        before = f"q {clip} re W n {numbers(1, 0, 0, 1, margin, margin)} cm\n"
        after = f"\nQ\n{_crop_marks(margin, width, height)}"
        resources = page.get("/Resources", Dictionary())
        resources = self.pdf.copy_foreign(
            self.source.make_indirect(resources) if resources.objgen == (0, 0) else resources
        )
        if "/ColorSpace" not in resources:
            resources.ColorSpace = Dictionary()
        resources.ColorSpace.CropMarks = self.marks
        return Dictionary(
            Type=Name.Page,
            MediaBox=box(0, 0, width + 2 * margin, height + 2 * margin),
            BleedBox=box(margin - bleed, margin - bleed, margin + width + bleed, margin + height + bleed),
            TrimBox=box(margin, margin, margin + width, margin + height),
            Resources=resources,
            Contents=self.pdf.make_stream(before.encode() + drawing(page) + after.encode()),
        )

    def _srgb(self) -> Array:
        """The colours the bound file was made in, by its own archive profile."""
        found = self.source.Root.OutputIntents[0].DestOutputProfile
        icc = self.pdf.make_stream(found.read_bytes(), N=3, Alternate=Name.DeviceRGB)
        return Array([Name.ICCBased, icc])

    def _describe(self, about: About) -> None:
        profile = self.profile
        if not profile:
            describe(self.pdf, about)
            return
        icc = self.pdf.make_stream(profile.data, N=_COMPONENTS[profile.space])
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFX,
            OutputConditionIdentifier=String(profile.name),
            Info=String(profile.name),
            DestOutputProfile=icc,
        )
        more = (
            "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion><pdf:Trapped>False</pdf:Trapped>"
            f"<xmpMM:DocumentID>{name_of_document(about)}</xmpMM:DocumentID>"
            "<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>\n"
        )
        describe(self.pdf, about, info={"/GTS_PDFXVersion": "PDF/X-4"}, more=more)
        self.pdf.docinfo.Trapped = Name("/False")
        self.pdf.Root.OutputIntents = Array([self.pdf.make_indirect(intent)])


def _crop_marks(margin: float, width: float, height: float) -> str:
    """Two hairlines at each corner, in line with the trim and outside the bleed, on every plate."""
    near, far = _GAP_MM * POINTS_PER_MM, (_GAP_MM + _MARK_MM) * POINTS_PER_MM
    lines = []
    for x in (margin, margin + width):
        for edge, away in ((margin, -1), (margin + height, 1)):
            lines.append((x, edge + away * near, x, edge + away * far))
    for y in (margin, margin + height):
        for edge, away in ((margin, -1), (margin + width, 1)):
            lines.append((edge + away * near, y, edge + away * far, y))
    drawn = "\n".join(f"{numbers(x, y)} m {numbers(to_x, to_y)} l S" for x, y, to_x, to_y in lines)
    return f"q /CropMarks CS 1 SCN {_HAIRLINE_PT} w\n{drawn}\nQ"


def _registration() -> Array:
    """The colour of all plates at once (ISO 32000-1 §8.6.6.4)."""
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
    return Array([Name.Separation, Name("/All"), Name.DeviceGray, tint])


# --- colours ------------------------------------------------------------------------------------------


def _prepare(pdf: Pdf, pages: list[Dictionary], srgb: Array, *, black_alone: bool) -> None:
    """Every RGB of the pages and of all they draw is sRGB by name (ISO 32000-1 §8.6.5.6)."""
    colours = pdf.make_indirect(srgb)
    seen: set[tuple[int, int]] = set()
    for page in pages:
        _name_colours(page.Resources, colours, seen)  # type: ignore[arg-type]
        if black_alone:
            _with_black_alone(page.Contents)  # type: ignore[arg-type]
    for form in _forms([page.Resources for page in pages], set()):  # type: ignore[misc]
        if "/Resources" in form:
            _name_colours(form.Resources, colours, seen)  # type: ignore[arg-type]
        if "/Group" in form and form.Group.get("/CS") == Name.DeviceRGB:
            form.Group.CS = colours
        if black_alone:
            _with_black_alone(form)


def _name_colours(resources: Dictionary, colours: pikepdf.Object, seen: set[tuple[int, int]]) -> None:
    if resources.objgen != (0, 0) and resources.objgen in seen:
        return
    seen.add(resources.objgen)
    if "/ColorSpace" not in resources:
        resources.ColorSpace = Dictionary()
    resources.ColorSpace.DefaultRGB = colours


def _forms(resources: list[Dictionary], seen: set[tuple[int, int]]) -> Iterator[Stream]:
    """Every form and tiling pattern that the resources name, and those that these draw; each once."""
    for one in resources:
        for kind in ("/XObject", "/Pattern"):
            for drawn in one.get(kind, Dictionary()).values():
                if not isinstance(drawn, Stream) or drawn.objgen in seen or drawn.get("/Subtype") == Name.Image:
                    continue
                seen.add(drawn.objgen)
                yield drawn
                yield from _forms([drawn.get("/Resources", Dictionary())], seen)  # type: ignore[list-item]


def _with_black_alone(stream: Stream) -> None:
    """Neutral RGB is grey: on a press it is black ink, not a mixture of four that must meet on thin letters."""
    instructions: list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage] = []
    for one in pikepdf.parse_content_stream(stream):
        grey = _GREY_OF.get(str(one.operator))
        if grey and len({float(value) for value in one.operands}) == 1:
            one = pikepdf.ContentStreamInstruction([one.operands[0]], pikepdf.Operator(grey))
        instructions.append(one)
    stream.write(pikepdf.unparse_content_stream(instructions))

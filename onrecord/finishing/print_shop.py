"""A file for the print shop: trim and bleed boxes, crop marks, and PDF/X-4 (ISO 15930-7) where a profile is given.

For printing only, like the booklet: no tags, no links. With a CMYK profile, text and rules in neutral greys are printed
with black ink alone. Pictures stay sRGB, and are named so, for the printer to convert.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String
from PIL import ImageCms

from onrecord.finishing.finished_file import (
    POINTS_PER_MM,
    FileMetadata,
    build_document_id,
    format_numbers,
    make_rectangle,
    measure_page,
    open_pdf,
    read_page_content,
    save_pdf,
    write_metadata,
)
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.wording import translations

BLEED_MM = 3.0
_GAP_MM, _MARK_MM, _MARGIN_MM = 4.0, 5.0, 10.0  # trim to crop mark, its length, trim to the edge of the paper
_HAIRLINE_PT = 0.25
_COMPONENTS = {"CMYK": 4, "RGB": 3, "GRAY": 1}
_GREY_OF = {"rg": "g", "RG": "G"}


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """The ICC profile of an output device. `space` is CMYK, RGB or GRAY."""

    name: str
    space: str
    data: bytes


def read_printer_profile(data: bytes, place: SourceLocation) -> PrinterProfile:
    """Return the profile in an ICC file; problems are placed at `place`, which names the file.

    Raises Refused if it is not the profile of a printing press that PDF/X-4 allows.
    """
    hint = "ask the printer for the ICC profile of the paper, for instance PSO Uncoated v3"
    try:
        if int.from_bytes(data[:4], "big") != len(data):  # cut short; Little CMS opens it nevertheless
            raise ValueError("not as long as it says")
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
        kind, space = profile.device_class.strip(), profile.xcolor_space.strip()
        name = profile.profile_description or ""
    except (OSError, ImageCms.PyCMSError, ValueError, TypeError):
        raise Refused([Problem(place, Rule.PROFILE_IS_READABLE, "this is no ICC profile", hint)]) from None
    if kind != "prtr" or space not in _COMPONENTS:
        sentence = f"this profile is not of a press (class “{kind}”, colours “{space}”)"
        raise Refused([Problem(place, Rule.PROFILE_IS_OF_A_PRESS, sentence, hint)])
    if profile.version >= 4.3:  # PDF/X-4 is based on ICC.1:2004-10, which is version 4.2
        sentence = f"this profile is of ICC version {profile.version:.1f}; PDF/X-4 knows versions up to 4.2"
        raise Refused([Problem(place, Rule.PROFILE_IS_KNOWN_TO_PDF_X, sentence, hint)])
    return PrinterProfile(" ".join(name.split()) or "unnamed", space, data)


def make_print_shop_file(
    data: bytes, profile: PrinterProfile | None = None, folds_mm: tuple[float, ...] = (), *, is_cover: bool = False
) -> bytes:
    """Return the bound file with 3 mm bleed and crop marks, as PDF/X-4 if there is a profile.

    The bleed shows what the bound page paints beyond its edge. `folds_mm` are marked at head and foot, counted from the
    left edge of the trim. A cover is one sheet, without its back, and keeps its title.
    """
    return _PrintShopFile(open_pdf(data), profile, folds_mm, is_cover=is_cover).build()


class _PrintShopFile:
    """The file for the print shop, built from the pages of the bound file."""

    def __init__(
        self, source: Pdf, profile: PrinterProfile | None, folds_mm: tuple[float, ...], *, is_cover: bool
    ) -> None:
        self.source, self.profile, self.folds_mm, self.is_cover = source, profile, folds_mm, is_cover
        self.about = FileMetadata.read_from(source)
        self.pdf = Pdf.new()
        self.mark_colour = self.pdf.make_indirect(_build_registration_colour())

    def build(self) -> bytes:
        """Return the bytes of the file for the print shop."""
        sources = [page.obj for page in self.source.pages]
        pages = [self._build_page(page) for page in (sources[:1] if self.is_cover else sources)]
        if self.profile:
            _prepare_colours(self.pdf, pages, self._copy_srgb_profile(), black_only=self.profile.space == "CMYK")
        for page in pages:
            self.pdf.pages.append(Page(page))
        if "/PageLabels" in self.source.Root and not self.is_cover:
            self.pdf.Root.PageLabels = self.pdf.copy_foreign(self.source.make_indirect(self.source.Root.PageLabels))
        texts = translations.get_interface_texts(self.about.language)
        title = self.about.title if self.is_cover else texts["print_shop"].format(self.about.title)
        self._add_metadata(replace(self.about, title=title))
        # Version 1.6 is the base of ISO 15930-7, and old preflight programs do not read object streams.
        return save_pdf(self.pdf, version="1.6", packed=False)

    def _build_page(self, page: Dictionary) -> Dictionary:
        """Return the page on larger paper, clipped at the bleed, with crop marks."""
        width, height = measure_page(page)
        margin, bleed = _MARGIN_MM * POINTS_PER_MM, BLEED_MM * POINTS_PER_MM
        clip = format_numbers(margin - bleed, margin - bleed, width + 2 * bleed, height + 2 * bleed)
        before = f"q {clip} re W n {format_numbers(1, 0, 0, 1, margin, margin)} cm\n"
        folds = [fold * POINTS_PER_MM for fold in self.folds_mm]
        after = f"\nQ\n{_draw_crop_marks(margin, width, height, folds)}"
        resources = page.get("/Resources", Dictionary())
        resources = self.pdf.copy_foreign(
            self.source.make_indirect(resources) if resources.objgen == (0, 0) else resources
        )
        if "/ColorSpace" not in resources:
            resources.ColorSpace = Dictionary()
        resources.ColorSpace.CropMarks = self.mark_colour
        return Dictionary(
            Type=Name.Page,
            MediaBox=make_rectangle(0, 0, width + 2 * margin, height + 2 * margin),
            BleedBox=make_rectangle(margin - bleed, margin - bleed, margin + width + bleed, margin + height + bleed),
            TrimBox=make_rectangle(margin, margin, margin + width, margin + height),
            Resources=resources,
            Contents=self.pdf.make_stream(before.encode() + read_page_content(page) + after.encode()),
        )

    def _copy_srgb_profile(self) -> Array:
        """Return the bound PDF's sRGB profile, from its output intent, as a colour space for the print-shop file."""
        profile = self.source.Root.OutputIntents[0].DestOutputProfile
        icc = self.pdf.make_stream(profile.read_bytes(), N=3, Alternate=Name.DeviceRGB)
        return Array([Name.ICCBased, icc])

    def _add_metadata(self, about: FileMetadata) -> None:
        """Write the metadata; if there is a profile, add it as output intent and claim PDF/X-4."""
        profile = self.profile
        if not profile:
            write_metadata(self.pdf, about)
            return
        icc = self.pdf.make_stream(profile.data, N=_COMPONENTS[profile.space])
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFX,
            OutputConditionIdentifier=String(profile.name),
            Info=String(profile.name),
            DestOutputProfile=icc,
        )
        claims = (
            "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion><pdf:Trapped>False</pdf:Trapped>"
            f"<xmpMM:DocumentID>{build_document_id(about)}</xmpMM:DocumentID>"
            "<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>\n"
        )
        write_metadata(self.pdf, about, info={"/GTS_PDFXVersion": "PDF/X-4"}, claims=claims)
        self.pdf.docinfo.Trapped = Name("/False")
        self.pdf.Root.OutputIntents = Array([self.pdf.make_indirect(intent)])


def _draw_crop_marks(margin: float, width: float, height: float, folds: Iterable[float] = ()) -> str:
    """Return the operators that draw two hairlines at each corner, and at the ends of each fold, on every plate.

    They are in line with the trim and outside of the bleed.
    """
    near, far = _GAP_MM * POINTS_PER_MM, (_GAP_MM + _MARK_MM) * POINTS_PER_MM
    lines = []
    for x in (margin, *(margin + fold for fold in folds), margin + width):
        for edge, direction in ((margin, -1), (margin + height, 1)):
            lines.append((x, edge + direction * near, x, edge + direction * far))
    for y in (margin, margin + height):
        for edge, direction in ((margin, -1), (margin + width, 1)):
            lines.append((edge + direction * near, y, edge + direction * far, y))
    operators = "\n".join(f"{format_numbers(x, y)} m {format_numbers(to_x, to_y)} l S" for x, y, to_x, to_y in lines)
    return f"q /CropMarks CS 1 SCN {_HAIRLINE_PT} w\n{operators}\nQ"


def _build_registration_colour() -> Array:
    """Return the colour space that prints on all plates (ISO 32000-1 §8.6.6.4)."""
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
    return Array([Name.Separation, Name("/All"), Name.DeviceGray, tint])


# --- colours ------------------------------------------------------------------------------------------


def _prepare_colours(pdf: Pdf, pages: list[Dictionary], srgb: Array, *, black_only: bool) -> None:
    """Make sRGB the meaning of RGB in the pages and in all they draw (ISO 32000-1 §8.6.5.6).

    `black_only`: print neutral greys with black ink.
    """
    colours = pdf.make_indirect(srgb)
    visited: set[tuple[int, int]] = set()
    for page in pages:
        _set_default_rgb(page.Resources, colours, visited)
        if black_only:
            _convert_neutral_rgb(page.Contents)
    for form in _iterate_forms([page.Resources for page in pages], set()):
        if "/Resources" in form:
            _set_default_rgb(form.Resources, colours, visited)
        if "/Group" in form and form.Group.get("/CS") == Name.DeviceRGB:
            form.Group.CS = colours
        if black_only:
            _convert_neutral_rgb(form)


def _set_default_rgb(resources: Object, colours: Object, visited: set[tuple[int, int]]) -> None:
    """Set `colours` as DefaultRGB in the resources, unless they are in `visited`; add them to it."""
    if resources.objgen != (0, 0) and resources.objgen in visited:
        return
    visited.add(resources.objgen)
    if "/ColorSpace" not in resources:
        resources.ColorSpace = Dictionary()
    resources.ColorSpace.DefaultRGB = colours


def _iterate_forms(resources: list[Object], visited: set[tuple[int, int]]) -> Iterator[Stream]:
    """Yield each form and tiling pattern used by the resources, directly or not, once."""
    for dictionary in resources:
        for kind in ("/XObject", "/Pattern"):
            for drawn in dictionary.get(kind, Dictionary()).values():
                if not isinstance(drawn, Stream) or drawn.objgen in visited or drawn.get("/Subtype") == Name.Image:
                    continue
                visited.add(drawn.objgen)
                yield drawn
                yield from _iterate_forms([drawn.get("/Resources", Dictionary())], visited)


def _convert_neutral_rgb(stream: Object) -> None:
    """Replace RGB colours with three equal parts by grey, which is printed in black.

    As a mixture of four inks, thin letters would blur where the plates do not meet exactly.
    """
    instructions: list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage] = []
    for instruction in pikepdf.parse_content_stream(stream):
        grey = _GREY_OF.get(str(instruction.operator))
        if grey and len({float(operand) for operand in instruction.operands}) == 1:
            instruction = pikepdf.ContentStreamInstruction([instruction.operands[0]], pikepdf.Operator(grey))
        instructions.append(instruction)
    stream.write(pikepdf.unparse_content_stream(instructions))

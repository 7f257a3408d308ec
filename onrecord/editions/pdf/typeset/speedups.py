"""Speed WeasyPrint 70 up: share a Pango context and a font description for each style instead of one for each line.

Also free lists of font features, which WeasyPrint never frees (0.1 MB for each interview), and draw the dots of a
leader as one text instead of one text for each dot.

Private names used: `text.line_break.Layout.setup`, `layout.inline.handle_leader` and the names they work with. What a
layout draws is the same; with `build_identity.PLAIN_LAYOUT` WeasyPrint stays as it is.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from onrecord.editions.pdf.typeset import (
    box_speedups,
    drawn_words,
    html_trees,
    line_breaks,
    line_drafts,
    style_sharing,
    text_speedups,
)
from onrecord.editions.pdf.typeset.box_speedups import apply_replacements
from onrecord.runtime import build_identity

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox, _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.text.ffi import _CData
    from weasyprint.text.line_break import Layout

_MODULES = (html_trees, box_speedups, style_sharing, line_breaks, line_drafts, text_speedups, drawn_words)
# The properties that determine a context, a font description and a language.
_PROPERTIES = (
    "direction",
    "font_language_override",
    "lang",
    "font_family",
    "font_style",
    "font_stretch",
    "font_weight",
    "font_size",
    "font_variant_caps",
    "font_variation_settings",
)
# The properties that determine font features: small capitals, old-style figures …
_FEATURES = (
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)

_WIDTH_TOLERANCE_PX = 0.05


@cache
def apply_speedups() -> None:
    """Patch WeasyPrint in this process to lay out faster, unless PLAIN_LAYOUT is set; do so once."""
    if os.environ.get(build_identity.PLAIN_LAYOUT) != "1":
        _share_contexts()
        _join_leaders()
        apply_replacements(speedup for module in _MODULES for speedup in module.SPEEDUPS)


def _create_context(style: _Style) -> tuple[_CData, _CData]:
    """Return a Pango context for the style, and its language."""
    from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
    from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p

    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    if not name:
        return context, pango.pango_language_get_default()
    letters, buffer = unicode_to_char_p(name)
    language = pango.pango_language_from_string(letters)
    del buffer  # Pango has copied it
    pango.pango_context_set_language(context, language)
    return context, language


def _share_contexts() -> None:
    """Make the texts of one style share a Pango context, a font description and features."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi, gobject, pango
    from weasyprint.text.fonts import font_features

    original = line_break.Layout.setup
    cache: dict[tuple[object, ...], tuple[_CData, _CData, _CData, bytes]] = {}

    def get_shared(style: _Style) -> tuple[_CData, _CData, _CData, bytes] | None:
        """Return context, description, language and font features of the style; None for a decorated text."""
        if style["text_decoration_line"] != "none":
            return None
        key = (id(style.font_config), *(_freeze(style[name]) for name in (*_PROPERTIES, *_FEATURES)))
        if key not in cache:
            context, language = _create_context(style)
            description = line_break.get_font_description(style)
            features = font_features(*(style[name] for name in _FEATURES))
            settings = ",".join(f"{name} {value}" for name, value in features.items())
            cache[key] = context, description, language, settings.encode()
        return cache[key]

    def setup(self: Layout, style: Any) -> None:
        """Set up a text layout from the objects that its style shares; decorated text shares none."""
        try:
            shared = style._shared_by_onrecord
        except AttributeError:
            shared = style._shared_by_onrecord = get_shared(style)
        if shared is None:
            original(self, style)
            return
        context, description, self.language, features = shared
        self.style = style
        self.first_line_direction = 0
        self.ascent = self.underline_position = self.strikethrough_position = None
        self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, description)
        if features:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
            pango.pango_attr_list_insert(
                attributes, pango.pango_attr_font_features_new(features)
            )  # the list owns it now
            pango.pango_layout_set_attributes(self.layout, attributes)

    line_break.Layout.setup = setup


def _join_leaders() -> None:
    """Draw a leader as one box of text instead of one box for each repetition of its text."""
    from weasyprint.layout import inline
    from weasyprint.layout.leader import leader_index

    original = inline.handle_leader

    def handle_leader(context: LayoutContext, line: LineBox, containing_block: Box) -> None:
        """Lay out a leader, then join its boxes into one if that has the same width."""
        original(context, line, containing_block)
        _, leader = leader_index(line)
        if leader is None or len(leader.children) < 2:
            return
        dots = leader.children
        first = dots[-1]  # they are laid out from the right
        text = first.text * len(dots)
        layout, _, resume_index, width, _, _ = inline.split_first_line(
            text, first.style, context, None, first.justification_spacing
        )
        if resume_index is None and abs(width - sum(dot.width for dot in dots)) < _WIDTH_TOLERANCE_PX:
            whole = first.copy()
            whole.text, whole.width, whole.pango_layout = text, width, layout
            leader.children = (whole,)

    inline.handle_leader = handle_leader


def _freeze(value: object) -> object:
    """Return a list as a tuple, and any other value as it is."""
    return tuple(value) if isinstance(value, list) else value

from weasyprint.text.ffi import _CData

PANGO_VARIANT: dict[str, int]

class FontConfiguration:
    font_map: _CData
    def __init__(self) -> None: ...

def font_features(
    font_kerning: object = "normal",
    font_variant_ligatures: object = "normal",
    font_variant_position: object = "normal",
    font_variant_caps: object = "normal",
    font_variant_numeric: object = "normal",
    font_variant_alternates: object = "normal",
    font_variant_east_asian: object = "normal",
    font_feature_settings: object = "normal",
) -> dict[str, int]: ...

def get_pango_font_key(pango_font: _CData) -> tuple[int, _CData, float]: ...

from weasyprint.formatting_structure.boxes import _Style

class _Color:
    alpha: float

def get_color(style: _Style, key: str) -> _Color: ...

from collections.abc import Sequence

from weasyprint.formatting_structure.boxes import LineBox, ParentBox, TextBox

class _Leader(ParentBox):
    children: Sequence[TextBox]

def leader_index(box: LineBox) -> tuple[int, _Leader | None]: ...

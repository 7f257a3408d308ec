from weasyprint.formatting_structure.boxes import Box, PageBox, _Style

def layout_box_backgrounds(
    page: PageBox, box: Box, get_image_from_uri: object, layout_children: bool = True, style: _Style | None = None
) -> None: ...

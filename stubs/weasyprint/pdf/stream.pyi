import pydyf
from weasyprint.formatting_structure.boxes import Box

class Stream(pydyf.Stream):
    _tags: dict[Box, dict[str, int]]

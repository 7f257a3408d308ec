"""What an interview book is: frozen, hashable, picklable values that know where they came from.

`Book > Part > Interview`. An interview holds what was printed with it (title, standfirst, byline,
disclaimer), who takes part, and the conversation: questions and answers made of blocks, blocks made
of inlines. All text is in its printed form (quotation marks and dashes already set by language);
bylines and disclaimers are to the letter.

A pack is a book too (`model.packs`); what it brings after an earlier one is told in `model.changes`.
"""

from __future__ import annotations

from onrecord.model.book import Book, Part, Release, Trim
from onrecord.model.interview import (
    Answer,
    Clearance,
    Disclaimer,
    Division,
    EditorNote,
    Extract,
    Footnote,
    Interview,
    Inventory,
    Item,
    Person,
    Question,
    Role,
    Source,
    Status,
)
from onrecord.model.passages import (
    CrossReference,
    Passage,
    all_blocks,
    block_passages,
    blocks_of,
    cross_references,
    footnotes_in,
    inventory,
    links_in,
    notes_of,
    passages,
    plain,
    printed,
    reference_of,
    texts_in,
    walk_blocks,
    word_count,
)
from onrecord.model.text import (
    Asset,
    Block,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    ListBlock,
    NoteReference,
    Paragraph,
    Place,
    PullQuote,
    Quotation,
    Rule,
    Span,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Table,
    TableCell,
    Text,
    Words,
    list_number,
)

__all__ = [
    "Answer", "Asset", "Block", "Book", "Clearance", "Code", "CodeBlock", "CrossReference", "Definition",
    "DefinitionList", "Disclaimer", "Division", "EditorNote", "Emphasis", "Extract", "Figure", "Footnote",
    "Heading", "Inline", "Interview", "Inventory", "Item", "LineBlock", "LineBreak", "Link", "ListBlock", "NoteReference",
    "Paragraph", "Part", "Passage", "Person", "Place", "PullQuote", "Question", "Quotation", "Release", "Role",
    "Rule", "Source", "Span", "Status", "Strong", "StruckOut", "Subscript", "Superscript", "Table", "TableCell",
    "Text", "Trim", "Words", "all_blocks", "block_passages", "blocks_of", "cross_references", "footnotes_in", "inventory",
    "links_in", "list_number", "notes_of", "passages", "plain", "printed", "reference_of", "texts_in", "walk_blocks",
    "word_count",
]  # fmt: skip

"""The keys of `book.yaml`."""

from __future__ import annotations

from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.manuscript.shared_keys import MORE, ROLES
from onrecord.model import Openings, Trim, slugs
from onrecord.model.design import Theme
from onrecord.model.interview_style import InterviewStyle

SITE_PATTERN = r"https?://[^\s/?#]+(?:/[^\s?#]*)?"  # of a folder, without query and fragment
_PART = KeyTable(
    "an entry of `parts`",
    (
        Key("title", Kind.TEXT, "The title of the part.", "Voices from the Harbour", "the part has no title"),
        Key("interviews", Kind.TEXTS, "Its interviews, by file name, in order.", "[pilot, keeper]", "none"),
    ),
)
_PRINT_SHOP = KeyTable(
    "`print_shop`",
    (
        Key(
            "profile",
            Kind.TEXT,
            "The printer's ICC profile, a file in the book's folder.",
            "profiles/printer.icc",
            is_required=True,
        ),
    ),
)
_TYPOGRAPHY = KeyTable(
    "`typography`",
    (
        Key("quotes", Kind.FLAG, "Whether straight quotation marks become those of the language.", "no", "yes"),
        Key("apostrophes", Kind.FLAG, "Whether a straight apostrophe becomes ’, also in ’em and ’60s.", "no", "yes"),
        Key("primes", Kind.FLAG, "Whether straight marks after figures become primes: 6′ 2″.", "no", "yes"),
        Key(
            "dashes",
            Kind.FLAG,
            "Whether two or three hyphens, and a hyphen with spaces between words, become dashes.",
            "no",
            "yes",
        ),
        Key("ellipses", Kind.FLAG, "Whether three full stops become one sign, ….", "no", "yes"),
        Key("multiplication", Kind.FLAG, "Whether an x with spaces between figures becomes ×.", "no", "yes"),
        Key("spaces", Kind.FLAG, "Whether French text gets no-break spaces at ; : ? ! and « ».", "no", "yes"),
    ),
)
_BRAND = KeyTable(
    "`brand`",
    (
        Key("accent", Kind.TEXT, "The colour of questions, rules and names.", '"#14532d"', "that of the theme"),
        Key(
            "text_face",
            Kind.TEXT,
            "The font family of the text: one of On Record’s, or one in `fonts/`.",
            "Source Serif 4",
            "that of the theme",
        ),
        Key("heading_face", Kind.TEXT, "The font family of titles and headings.", "Source Sans 3", "`text_face`"),
        Key("logo", Kind.TEXT, "A PNG or JPEG picture for the covers.", "images/logo.png", "none"),
    ),
)
BOOK_KEYS = KeyTable(
    "`book.yaml`",
    (
        Key("title", Kind.TEXT, "The title of the book.", "Voices from the Harbour", is_required=True),
        Key(
            "slug",
            Kind.TEXT,
            "The name of the finished files: lower-case Latin letters, digits and hyphens.",
            "harbour-voices",
            "made from the title",
            pattern=slugs.SLUG_PATTERN.pattern,
            longest=slugs.LONGEST_SLUG,
        ),
        Key("language", Kind.LANGUAGE, "The language of the book, a BCP 47 tag.", "de", "en"),
        Key("editors", Kind.TEXTS, "The people who edited the book.", "[First Editor, Second Editor]", "none"),
        Key(
            "date",
            Kind.ANY_DATE,
            "The date of the book. It is printed on the imprint page.",
            "2026-01-31",
            "`SOURCE_DATE_EPOCH`, or the date of the newest interview",
        ),
        Key(
            "trim",
            Kind.TEXT,
            "The size of the cut page: `A5`, `A4`, `Letter`, `6x9`, or a width and a height.",
            "130 x 200 mm",
            Trim.A5.value,
            pattern=(
                r"\s*(?:[aA][45]|[lL][eE][tT][tT][eE][rR]|6[xX]9"
                r"|[0-9.]{1,7}\s*(?:mm|cm|in|MM|CM|IN)?\s*[xX×]\s*[0-9.]{1,7}\s*(?:mm|cm|in|MM|CM|IN))\s*"
            ),
        ),
        Key("theme", Kind.CHOICE, "How the book looks, in all editions.", "review", Theme.OCTAVO.value, choices=Theme),
        Key(
            "cover",
            Kind.TEXT,
            "The design of the cover (`band`, `plate`, `initials`), or a PNG or JPEG picture of it.",
            "images/cover.jpg",
            "band",
        ),
        Key(
            "brand",
            Kind.SECTION,
            "The house style, in all editions.",
            '{accent: "#14532d", text_face: Source Serif 4}',
            "that of the theme",
            section=_BRAND,
        ),
        Key(
            "style",
            Kind.CHOICE,
            "The style of the interviews that have none of their own.",
            "letters",
            "that of the theme where the questions carry labels, else `bold`",
            choices=InterviewStyle,
        ),
        Key(
            "openings",
            Kind.CHOICE,
            "The pages on which interviews may begin: right-hand pages, or any.",
            "any",
            "any in a short book, else recto",
            choices=Openings,
        ),
        Key("embed_fonts", Kind.FLAG, "Whether the e-book carries its fonts.", "no", "yes"),
        Key(
            "facing",
            Kind.FLAG,
            "Whether print has originals on left-hand pages and their translations on right-hand pages.",
            "yes",
            "no",
        ),
        Key("subtitle", Kind.TEXT, "The subtitle of the book.", "Ten Conversations", "none"),
        Key(
            "short_title",
            Kind.TEXT,
            "A shorter title, for the running heads and the spine of the cover.",
            "Harbour Voices",
            "the title",
        ),
        Key("publisher", Kind.TEXT, "The publisher, as the title page names it.", "The Publications Desk", "none"),
        Key("edition", Kind.TEXT, "The edition. It is printed on the imprint page.", "Second edition", "none"),
        Key("rights", Kind.TEXT, "Who holds the rights to the book.", '"© 2026 The Publications Desk"', "none"),
        Key(
            "description",
            Kind.TEXT,
            "What the book is about, for catalogues and search engines.",
            '"Ten interviews about the harbour at night."',
            "none",
        ),
        Key(
            "identifier",
            Kind.TEXT,
            "The ISBN of the book, or a URN or web address. `new` writes a URN that no other book has.",
            "978-3-16-148410-0",
            "a URN made from the slug",
            pattern=(
                r"(?:[uU][rR][nN]:)?(?:[iI][sS][bB][nN][: ]*)?"
                r"[- ]*(?:[0-9][- ]*){9}(?:[0-9xX]|(?:[0-9][- ]*){3}[0-9])[- ]*"
                r"|[uU][rR][nN]:[a-zA-Z0-9][a-zA-Z0-9-]+:.+|[hH][tT][tT][pP][sS]?://.+"
            ),
        ),
        Key(
            "url",
            Kind.TEXT,
            "Where the web edition will be published: the address of its folder.",
            "https://example.org/harbour/",
            "none",
            pattern=SITE_PATTERN,
        ),
        Key(
            "disclaimers",
            Kind.NAMED_TEXTS,
            "Disclaimers that interviews can name.",
            '{views: "The views are those of the people interviewed."}',
            "none",
        ),
        Key(
            "disclaimer",
            Kind.TEXT,
            "The disclaimer of interviews without one of their own: a name from `disclaimers`, or `none`.",
            "views",
            "each interview needs its own",
        ),
        Key(
            "parts",
            Kind.SECTIONS,
            "The parts of the book, in order.",
            "[{title: The First Part, interviews: [pilot]}]",
            "all interviews, by file name",
            section=_PART,
        ),
        Key(
            "print_shop",
            Kind.SECTION,
            "What `--print-shop` needs.",
            "{profile: profiles/printer.icc}",
            "none",
            section=_PRINT_SHOP,
        ),
        Key(
            "paper_thickness_mm",
            Kind.TEXT,
            "How thick one sheet of the paper is, in millimetres. It gives the width of the spine of `--cover`.",
            "0.11",
            "none",
            pattern=r"\s*[0-9]{0,4}[.,]?[0-9]{1,4}\s*(?:[mM][mM])?\s*",
        ),
        Key(
            "back_text",
            Kind.TEXT,
            "The text on the back of the cover that `--cover` makes. An empty line divides paragraphs.",
            '"Ten people who work while others sleep."',
            "`description`",
        ),
        Key(
            "typography",
            Kind.SECTION,
            "What On Record changes in the text of interviews, each with `no` to turn it off.",
            "{dashes: no}",
            "everything",
            section=_TYPOGRAPHY,
        ),
        Key(
            "offprints",
            Kind.FLAG,
            "Whether the web edition offers each interview as a PDF of its own, with the book's page numbers.",
            "yes",
            "no",
        ),
        Key(
            "redirects",
            Kind.NAMED_TEXTS,
            "Old web addresses, each with the one to which it leads now: `old-slug: new-slug`, `slug#a3: slug#a4`.",
            "{lamp: light}",
            "none",
        ),
        Key(
            "downloads",
            Kind.FLAG,
            "Whether the web edition offers the PDF and the e-book that are built in the same command.",
            "no",
            "yes",
        ),
        Key(
            "needs_approval",
            Kind.FLAG,
            "Whether an interview goes out only if somebody approved it, as it is now. See `approve`.",
            "yes",
            "no",
        ),
        Key(
            "printed_more",
            Kind.NAMED_TEXTS,
            "Keys of `more` to print at the end of each interview that has them, with the words before their texts.",
            "{accession: Accession number}",
            "`more` is not printed",
        ),
        Key(
            "changes_since",
            Kind.TEXT,
            "The record of an earlier edition's proof, a file of the book. A page says what has changed since.",
            "records/first-edition.proof.json",
            "no such page",
        ),
        ROLES,
        MORE,
    ),
)

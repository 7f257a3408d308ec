"""The rules: what must hold in a manuscript, a pack, an import and a finished file, each with its severity and cure.

A `Problem` names its rule; the manual lists all of them (`onrecord.model.rule.Rule`). A rule is named after the good
state that it guards. To add one, add a member here, a folder in `tests/broken/` (or a proof test), and use it.
"""

from __future__ import annotations

from enum import StrEnum

_PROOF_HINT = "Build again; if it stays, this is a fault of On Record: please report it."


class Severity(StrEnum):
    """Whether a problem stops the work."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """A rule by its id; `severity` is the usual one, `sentence` what is wrong, `hint` what to do."""

    severity: Severity
    sentence: str
    hint: str

    def __new__(cls, rule_id: str, severity: Severity, sentence: str, hint: str) -> Rule:
        rule = str.__new__(cls, rule_id)
        rule._value_ = rule_id
        rule.severity, rule.sentence, rule.hint = severity, sentence, hint
        return rule

    # Files and settings
    BOOK_IS_THERE = (
        "book-is-there",
        Severity.ERROR,
        "The folder holds no book.yaml.",
        "Name the book's folder with --book, or make a book: new DIR.",
    )
    BOOK_HAS_INTERVIEWS = (
        "book-has-interviews",
        Severity.ERROR,
        "There is no interview in interviews/, or in a part of the book.",
        "Put the first interview there as a .md file. List an interview in each part, or delete the part.",
    )
    INTERVIEW_FILES_END_IN_MD = (
        "interview-files-end-in-md",
        Severity.ERROR,
        "A file in interviews/ nearly has the name of an interview, and is not read.",
        "Let its name end in .md.",
    )
    INTERVIEWS_HOLD_INTERVIEWS = (
        "interviews-hold-interviews",
        Severity.WARNING,
        "Another file or a folder in interviews/ is not read.",
        "Move it out of interviews/.",
    )
    YAML_IS_READABLE = (
        "yaml-is-readable",
        Severity.ERROR,
        "The settings are not valid YAML.",
        "Look at the line for a missing quotation mark, colon or bracket.",
    )
    YAML_IS_SMALL = (
        "yaml-is-small",
        Severity.ERROR,
        "The settings are longer than any real ones.",
        "Move long text into the interview.",
    )
    YAML_IS_SHALLOW = (
        "yaml-is-shallow",
        Severity.ERROR,
        "The settings are nested too deeply.",
        "Take brackets away; put text that begins with [ or { in quotes.",
    )
    YAML_HAS_NO_ALIASES = (
        "yaml-has-no-aliases",
        Severity.ERROR,
        "YAML anchors and aliases (&name, *name) are not read.",
        "Write the text out, or put it in quotes.",
    )
    YAML_HAS_NO_TAGS = (
        "yaml-has-no-tags",
        Severity.ERROR,
        "YAML tags (!name) are not read.",
        "Put the text in quotes.",
    )
    KEY_IS_KNOWN = (
        "key-is-known",
        Severity.ERROR,
        "A key is not one that On Record knows.",
        "Take the suggestion in the message, or delete the line.",
    )
    KEY_STANDS_ONCE = (
        "key-stands-once",
        Severity.ERROR,
        "A key is written twice.",
        "Keep one of the two lines.",
    )
    VALUE_IS_TEXT = (
        "value-is-text",
        Severity.ERROR,
        "A key needs one text and has something else.",
        "Write one text, in quotes if it contains a colon.",
    )
    VALUE_IS_A_LIST = (
        "value-is-a-list",
        Severity.ERROR,
        "A key needs a list.",
        "Write one entry per line, each after a hyphen.",
    )
    VALUE_IS_A_SECTION = (
        "value-is-a-section",
        Severity.ERROR,
        "A key needs names with values below it.",
        "Write the names below it, indented by two spaces.",
    )
    TEXT_IS_WHOLE = (
        "text-is-whole",
        Severity.ERROR,
        'YAML reads the rest of a text after " #" as a comment, so it would be lost.',
        "Put the whole text in quotation marks; `fix` does it unless a comment may be meant.",
    )
    TEXT_IS_PLAIN = (
        "text-is-plain",
        Severity.ERROR,
        "Markdown stands in a byline or disclaimer, which are printed to the letter.",
        "Type the text without the marks, as the message shows it.",
    )
    FLAG_IS_YES_OR_NO = (
        "flag-is-yes-or-no",
        Severity.ERROR,
        "A switch is neither yes nor no.",
        "Write yes or no.",
    )
    NUMBER_IS_WHOLE = (
        "number-is-whole",
        Severity.ERROR,
        "A number is not a whole number in its range.",
        "Write a whole number.",
    )
    DATE_IS_ISO = (
        "date-is-iso",
        Severity.ERROR,
        "A date is not written as year-month-day.",
        "Write for example 2026-05-03.",
    )
    MOMENT_IS_ISO = (
        "moment-is-iso",
        Severity.ERROR,
        "A date with a time is not written as such.",
        "Write for example 2026-05-03 09:00 +02:00.",
    )
    TIME_HAS_A_ZONE = (
        "time-has-a-zone",
        Severity.ERROR,
        "A time has no time zone.",
        "Add the zone, for example +02:00.",
    )
    LANGUAGE_IS_BCP47 = (
        "language-is-bcp47",
        Severity.ERROR,
        "A language is not a language tag.",
        "Write for example en, de or pt-BR.",
    )
    LANGUAGE_HAS_TEXTS = (
        "language-has-texts",
        Severity.WARNING,
        "What the editions say by themselves is not translated into a language of the book, and is in English there.",
        "Leave it so, or translate the texts: CONTRIBUTING.md of On Record has the recipe.",
    )
    SCRIPTS_RUN_IN_LINES = (
        "scripts-run-in-lines",
        Severity.WARNING,
        "The book has words in a script that is written in columns; the editions show them in lines.",
        "Leave it so, or write the words in a script that runs in lines.",
    )
    IDENTIFIER_IS_TRUE = (
        "identifier-is-true",
        Severity.ERROR,
        "The identifier is neither a valid ISBN nor a URN.",
        "Correct the number, or leave the line out.",
    )
    URL_IS_COMPLETE = (
        "url-is-complete",
        Severity.ERROR,
        "The address of the site, or of a recording, is not a complete web address, or nothing can follow it.",
        "Write it with https://, as the hint does.",
    )
    SLUG_IS_PLAIN = (
        "slug-is-plain",
        Severity.ERROR,
        "A slug or file name cannot be part of a web address.",
        "Use Latin letters, digits and hyphens.",
    )
    SLUGS_ARE_UNIQUE = (
        "slugs-are-unique",
        Severity.ERROR,
        "Two files would have the same name.",
        "Rename one of them.",
    )
    NAME_IS_THERE = (
        "name-is-there",
        Severity.ERROR,
        "One of the people has no name.",
        "Add the name under people.",
    )
    ROLE_IS_THERE = (
        "role-is-there",
        Severity.ERROR,
        "One of the people has no role.",
        "Add role: interviewee, or another role.",
    )
    TITLE_IS_THERE = (
        "title-is-there",
        Severity.ERROR,
        "There is no title.",
        "Add a line title: with the title.",
    )
    OPENINGS_IS_KNOWN = (
        "openings-is-known",
        Severity.ERROR,
        "The pages on which interviews begin are neither right-hand pages nor any.",
        "Write openings: recto or openings: any.",
    )
    TRIM_IS_KNOWN = (
        "trim-is-known",
        Severity.ERROR,
        "The paper size is not one that On Record knows.",
        "Write A5, A4, Letter, 6x9, or a size as 130 x 200 mm.",
    )
    PAPER_IS_KNOWN = (
        "paper-is-known",
        Severity.ERROR,
        "The paper size of a pack is not one that On Record knows.",
        "Write A5, A4, Letter or 6x9.",
    )
    ACCENT_IS_A_COLOUR = (
        "accent-is-a-colour",
        Severity.ERROR,
        "The accent of the brand is no colour.",
        "Write it as # and six digits, in quotation marks.",
    )
    COVER_IS_THERE = (
        "cover-is-there",
        Severity.ERROR,
        "The cover is neither a design nor a PNG or JPEG picture in the book's folder.",
        "Write band, plate or initials, or put the picture into images/.",
    )
    LOGO_IS_THERE = (
        "logo-is-there",
        Severity.ERROR,
        "The logo is not in the book's folder, or is no PNG or JPEG picture.",
        "Put the picture into images/, and name it as it is there.",
    )
    THEME_IS_KNOWN = (
        "theme-is-known",
        Severity.ERROR,
        "The theme of a book is not one that On Record knows.",
        "Write octavo, review or brief.",
    )
    STYLE_IS_KNOWN = (
        "style-is-known",
        Severity.ERROR,
        "The style of an interview is not one that On Record knows.",
        "Write bold, letters, initials, names, hanging or stacked.",
    )
    STYLE_HAS_NAMES = (
        "style-has-names",
        Severity.WARNING,
        "The style of an interview prints who speaks, and nobody is named for some turns.",
        "Add the person under people, or choose the style bold or letters.",
    )
    TRANSLATION_HAS_AN_ORIGINAL = (
        "translation-has-an-original",
        Severity.ERROR,
        "`translation_of` names no other interview that is an original.",
        "Name the interview that was translated, by the name of its file without .md.",
    )
    TRANSLATION_HAS_ITS_LANGUAGE = (
        "translation-has-its-language",
        Severity.ERROR,
        "A translation has the language of its original, or of another translation of it.",
        "Write the language of the translation under `language:`.",
    )
    PAIRS_NAME_TURNS = (
        "pairs-name-turns",
        Severity.ERROR,
        "`pairs` names a turn that the translation or its original does not have.",
        "Take the suggestion in the message.",
    )
    PAIRS_KEEP_ORDER = (
        "pairs-keep-order",
        Severity.ERROR,
        "Pairs of a translation and its original cross.",
        "Bring the turns into the order of the original, or take an id or a pair away.",
    )
    PAIRS_ARE_CERTAIN = (
        "pairs-are-certain",
        Severity.ERROR,
        "Questions and answers of a translation do not follow each other as in its original, so no pair is certain.",
        "Say under `pairs` which turns belong together, and which have no pair.",
    )
    PAIRS_AGREE = (
        "pairs-agree",
        Severity.ERROR,
        "Two turns that are paired by their order have different speakers, times or names of the question.",
        "Say under `pairs` which turns belong together.",
    )
    TURNS_HAVE_PAIRS = (
        "turns-have-pairs",
        Severity.WARNING,
        "A turn of a translation or of its original has no pair.",
        "Translate it, or say under `pairs` that it has none.",
    )
    FACING_TEXTS_FOLLOW = (
        "facing-texts-follow",
        Severity.ERROR,
        "A translation that print is to have beside its original does not stand directly after it.",
        "List both one after the other in book.yaml, or write `facing: no`.",
    )
    TRANSLATION_IS_RECORDED = (
        "translation-is-recorded",
        Severity.WARNING,
        "It is not recorded which text of the original was translated, so nobody sees when it changes.",
        "Run `fix`, which writes a digest of each turn into `translations/`.",
    )
    TRANSLATION_IS_CURRENT = (
        "translation-is-current",
        Severity.WARNING,
        "The original changed since it was translated.",
        "Bring the translation up to date, then say so: `fix --translated SLUG`.",
    )
    STATUS_IS_KNOWN = (
        "status-is-known",
        Severity.ERROR,
        "The status of an interview is not one that On Record knows.",
        "Take the suggestion in the message.",
    )
    ROLE_IS_KNOWN = (
        "role-is-known",
        Severity.ERROR,
        "The role of a person is not one that On Record knows.",
        "Take one of the roles that the manual lists, or name yours under `roles:`.",
    )
    ORDER_IS_KNOWN = (
        "order-is-known",
        Severity.ERROR,
        "The order of interviews is not one that On Record knows.",
        "Take the suggestion in the message.",
    )
    ATTRIBUTION_IS_KNOWN = (
        "attribution-is-known",
        Severity.ERROR,
        "The attribution rule is not one that On Record knows.",
        "Take the suggestion in the message.",
    )
    DISTRIBUTION_IS_KNOWN = (
        "distribution-is-known",
        Severity.ERROR,
        "The distribution is not one that On Record knows.",
        "Take the suggestion in the message.",
    )
    DISCLAIMER_IS_DECIDED = (
        "disclaimer-is-decided",
        Severity.ERROR,
        "An interview has no disclaimer, and the book has no default.",
        "Name one, or write disclaimer: none.",
    )
    DISCLAIMER_IS_NAMED = (
        "disclaimer-is-named",
        Severity.ERROR,
        "The name of a disclaimer is not in book.yaml.",
        "Take the suggestion in the message, or add the disclaimer to book.yaml.",
    )
    BYLINE_IS_THERE = (
        "byline-is-there",
        Severity.WARNING,
        "An interview has no byline.",
        "Add the byline as it was printed.",
    )
    WORDS_LOOK_AS_THEY_ARE = (
        "words-look-as-they-are",
        Severity.WARNING,
        "A word of a name, byline or disclaimer holds an invisible character, or letters of several scripts.",
        "Type the word again; if it is right as it is, leave it.",
    )
    GUESTS_ARE_NAMED = (
        "guests-are-named",
        Severity.WARNING,
        "Nobody among the people is an interviewee.",
        "Add the person with the role interviewee.",
    )
    LABELS_NAME_ONE_PERSON = (
        "labels-name-one-person",
        Severity.ERROR,
        "Two people have the same label.",
        "Give one of them another label.",
    )
    INTERVIEW_EXISTS = (
        "interview-exists",
        Severity.ERROR,
        "book.yaml or a pack names an interview that does not exist.",
        "Take the suggestion in the message, or write the file.",
    )
    INTERVIEW_STANDS_ONCE = (
        "interview-stands-once",
        Severity.ERROR,
        "An interview is named twice.",
        "Take one of the two away.",
    )
    READER_TAKES_THE_SIZE = (
        "reader-takes-the-size",
        Severity.WARNING,
        "The e-book, or a picture in it, is larger than the e-reader takes (`check --reader`).",
        "Make the pictures smaller.",
    )
    READER_KNOWS_THE_LANGUAGE = (
        "reader-knows-the-language",
        Severity.WARNING,
        "The e-reader does not know a language of the book (`check --reader`).",
        "Send the e-book to yourself first, or give such readers the PDF.",
    )
    READER_KNOWS_THE_STYLES = (
        "reader-knows-the-styles",
        Severity.ERROR,
        "The style sheet of the e-book uses variables, which the e-reader does not read (`check --reader`).",
        "Write the values themselves.",
    )
    READER_SHOWS_THE_COVER = (
        "reader-shows-the-cover",
        Severity.WARNING,
        "The cover has fewer pixels than the e-reader wants (`check --reader`).",
        "Give a larger picture as cover.",
    )
    REDIRECTS_LEAD_SOMEWHERE = (
        "redirects-lead-somewhere",
        Severity.ERROR,
        "A redirect leads from an address that is used, to one that is not there, or in a circle.",
        "Name an address that is gone, and one that is there.",
    )
    WITHDRAWAL_HAS_A_DATE = (
        "withdrawal-has-a-date",
        Severity.ERROR,
        "The notice of a withdrawn interview has no date.",
        "Write when it was withdrawn, as the hint does.",
    )
    INTERVIEW_IS_LISTED = (
        "interview-is-listed",
        Severity.WARNING,
        "An interview is in no part of the book and will not be printed.",
        "Add it to a part in book.yaml.",
    )
    ORIGINAL_IS_KEPT = (
        "original-is-kept",
        Severity.ERROR,
        "The original that an interview names does not exist.",
        "Put the file into originals/.",
    )
    ORIGINAL_IS_UNCHANGED = (
        "original-is-unchanged",
        Severity.ERROR,
        "The original is not the file that was recorded.",
        "Restore it, or write the new SHA-256 if the change is meant.",
    )
    RECORDING_IS_NAMED = (
        "recording-is-named",
        Severity.ERROR,
        "A recording has neither a file nor an address.",
        "Write file: recordings/name.mp3, or url: https://….",
    )
    RECORDINGS_ARE_IN_THE_BOOK = (
        "recordings-are-in-the-book",
        Severity.ERROR,
        "A recording is not inside the book's folder.",
        "Copy it into recordings/, or write its web address as url.",
    )
    RECORDINGS_EXIST = (
        "recordings-exist",
        Severity.ERROR,
        "A recording does not exist. If it has a url, this is a warning: its digest is not compared.",
        "Put the file there, or correct the name.",
    )
    RECORDING_IS_UNCHANGED = (
        "recording-is-unchanged",
        Severity.ERROR,
        "A recording has no SHA-256, or is not the file that was recorded.",
        "Restore the file, or write its SHA-256.",
    )
    RECORDINGS_ARE_PLAYABLE = (
        "recordings-are-playable",
        Severity.ERROR,
        "A recording is of no kind that browsers play, or is not what its name says.",
        "Convert it to MP3, M4A, OGG, Opus, WAV, FLAC, MP4 or WebM.",
    )
    TYPE_IS_KNOWN = (
        "type-is-known",
        Severity.ERROR,
        "The media type of a recording is unknown.",
        "Use one that the message lists.",
    )
    RECORDINGS_ARE_SMALL = (
        "recordings-are-small",
        Severity.ERROR,
        "A recording, or all that the web edition would copy, is too large.",
        "Publish it elsewhere and add its address as url, or save a smaller copy.",
    )
    RECORDINGS_ARE_IN_ORDER = (
        "recordings-are-in-order",
        Severity.ERROR,
        "A recording begins before the end of the one before it.",
        "Write as offset what the time marks say where it begins.",
    )
    QR_CODES_HAVE_AN_ADDRESS = (
        "qr-codes-have-an-address",
        Severity.ERROR,
        "A QR code is wanted for a recording without url, or with one that is too long for it.",
        "Add its address as url, or take qr away.",
    )
    TIMES_ARE_IN_THE_RECORDING = (
        "times-are-in-the-recording",
        Severity.ERROR,
        "A turn has a time at which no recording plays.",
        "Correct the time, or offset and duration of the recording.",
    )
    PROFILE_IS_THERE = (
        "profile-is-there",
        Severity.ERROR,
        "The printer's profile that book.yaml names does not exist.",
        "Put the file into the book's folder.",
    )
    PROFILE_IS_READABLE = (
        "profile-is-readable",
        Severity.ERROR,
        "The printer's profile is not an ICC profile.",
        "Ask the printer for an ICC file.",
    )
    PROFILE_IS_OF_A_PRESS = (
        "profile-is-of-a-press",
        Severity.ERROR,
        "The profile is not that of a printing press.",
        "Ask the printer for an output profile.",
    )
    PROFILE_IS_KNOWN_TO_PDF_X = (
        "profile-is-known-to-pdf-x",
        Severity.ERROR,
        "PDF/X-4 does not allow a profile of this version.",
        "Ask the printer for a profile of ICC version 2 or 4.",
    )
    PAPER_IS_MEASURED = (
        "paper-is-measured",
        Severity.ERROR,
        "A cover is asked for, and how thick the paper is, is not known or cannot be right.",
        "Ask the printer, and write: paper_thickness_mm: 0.11",
    )
    COVER_HAS_ROOM = (
        "cover-has-room",
        Severity.ERROR,
        "The text for the back of the cover, or a word of it, does not fit.",
        "Shorten back_text.",
    )
    COVER_PICTURE_FITS = (
        "cover-picture-fits",
        Severity.WARNING,
        "The picture of the cover is too small to print, or loses much at its edges.",
        "Save it larger, or in the proportions of the page with 3 mm more on three sides.",
    )
    SPINE_HAS_ROOM = (
        "spine-has-room",
        Severity.WARNING,
        "The spine is too narrow for a text, or too short for this one, so it has none.",
        "Leave it so; or take thicker paper or a shorter title.",
    )
    # The text of an interview
    FRONT_MATTER_IS_THERE = (
        "front-matter-is-there",
        Severity.ERROR,
        "The file does not begin with front matter.",
        "Begin it with --- and the settings.",
    )
    FRONT_MATTER_IS_CLOSED = (
        "front-matter-is-closed",
        Severity.ERROR,
        "The front matter has no end.",
        "Put a line --- below the last setting.",
    )
    TEXT_IS_UTF_8 = (
        "text-is-utf-8",
        Severity.ERROR,
        "The file is not UTF-8.",
        "Save it again as UTF-8.",
    )
    CHARACTERS_ARE_PRINTABLE = (
        "characters-are-printable",
        Severity.ERROR,
        "The text holds control characters or other signs that cannot be printed.",
        "Delete them.",
    )
    DIRECTIONS_ARE_CLOSED = (
        "directions-are-closed",
        Severity.ERROR,
        "A bidirectional control character is not closed, or overrides the order of letters.",
        "Delete it, or add its closing character.",
    )
    WORDS_HAVE_AN_END = (
        "words-have-an-end",
        Severity.ERROR,
        "A word is longer than any line.",
        "Put spaces into it.",
    )
    PARAGRAPHS_HAVE_AN_END = (
        "paragraphs-have-an-end",
        Severity.ERROR,
        "A paragraph is longer than any real one.",
        "Divide it.",
    )
    NESTING_IS_SHALLOW = (
        "nesting-is-shallow",
        Severity.ERROR,
        "Lists, quotations or elements are nested too deeply.",
        "Take levels away.",
    )
    MARKS_ARE_SPARSE = (
        "marks-are-sparse",
        Severity.ERROR,
        "A line holds thousands of marks.",
        "Delete them, or put spaces between them.",
    )
    COMMENTS_ARE_CLOSED = (
        "comments-are-closed",
        Severity.ERROR,
        "A comment, <!-- like this -->, has no end.",
        "Write --> after it.",
    )
    BLOCKS_ARE_CLOSED = (
        "blocks-are-closed",
        Severity.ERROR,
        "A block that begins with ::: or ``` has no end, or a line of colons ends no block.",
        "Type the same signs on a line of their own after the block; delete a line that ends no block.",
    )
    THERE_IS_NO_RAW_HTML = (
        "there-is-no-raw-html",
        Severity.ERROR,
        "HTML in the text is not printed.",
        "Write it in Markdown, or put a backslash before the <.",
    )
    MARKUP_IS_KNOWN = (
        "markup-is-known",
        Severity.ERROR,
        "The text uses markup that On Record does not print.",
        "Write what the message suggests.",
    )
    BOLD_IS_CLOSED = (
        "bold-is-closed",
        Severity.ERROR,
        "A paragraph begins with ** that is not closed.",
        "Close it, without a space before the last **.",
    )
    HEADINGS_BEGIN_AT_TWO = (
        "headings-begin-at-two",
        Severity.ERROR,
        "A level-1 heading is in the text.",
        "Write ## for a division, ### for a question.",
    )
    HEADINGS_HAVE_WORDS = (
        "headings-have-words",
        Severity.ERROR,
        "A heading has no words.",
        "Write the heading, or delete the line.",
    )
    IDS_ARE_PLAIN = (
        "ids-are-plain",
        Severity.ERROR,
        "An id cannot be an address.",
        "Use Latin letters, digits and hyphens, a letter first.",
    )
    IDS_ARE_UNIQUE = (
        "ids-are-unique",
        Severity.ERROR,
        "Two passages have the same id, or one that On Record uses itself.",
        "Change one of them.",
    )
    TIMES_ARE_WHOLE = (
        "times-are-whole",
        Severity.ERROR,
        "A time in the recording is not written as hours, minutes and seconds.",
        "Write for example {t=00:12:41}.",
    )
    IDS_STAND_ON_TURNS = (
        "ids-stand-on-turns",
        Severity.ERROR,
        "An id is written where no turn begins.",
        "Move it to the first paragraph of the turn.",
    )
    INTERVIEW_HAS_TURNS = (
        "interview-has-turns",
        Severity.ERROR,
        "An interview has no question or no answer.",
        "Mark the questions in bold or with ###.",
    )
    TURNS_HAVE_WORDS = (
        "turns-have-words",
        Severity.ERROR,
        "A speaker has a label but no words.",
        "Write the words after the label.",
    )
    SPEAKER_IS_CAST = (
        "speaker-is-cast",
        Severity.ERROR,
        "A label names nobody among the people of the interview.",
        "Add the label to a person, or correct it.",
    )
    NOTES_ARE_DEFINED = (
        "notes-are-defined",
        Severity.ERROR,
        "A footnote is called but not written.",
        "Add the paragraph that the message shows, with the note.",
    )
    NOTES_ARE_PARAGRAPHS = (
        "notes-are-paragraphs",
        Severity.ERROR,
        "A footnote holds more than paragraphs, lists and quotations.",
        "Move tables, pictures and headings from the note into the text.",
    )
    NOTES_CALL_NO_NOTES = (
        "notes-call-no-notes",
        Severity.ERROR,
        "A footnote calls a footnote.",
        "Write the second note into the text.",
    )
    NOTES_STAND_BETWEEN_TURNS = (
        "notes-stand-between-turns",
        Severity.ERROR,
        "An editor's note is inside another block.",
        "Move the ::: note lines out of the list or quotation.",
    )
    CAPTIONS_CALL_NOTES_BELOW = (
        "captions-call-notes-below",
        Severity.ERROR,
        "A caption in quotation marks calls a footnote, which Markdown cannot read there.",
        "Write the caption below the picture, as a paragraph that begins with a colon.",
    )
    PULL_QUOTES_REPEAT = (
        "pull-quotes-repeat",
        Severity.ERROR,
        "A pull quote does not repeat words of the interview.",
        "Copy the words from the answer.",
    )
    TURNS_ARE_MARKED = (
        "turns-are-marked",
        Severity.ERROR,
        "A label or a question is typed so that it opens no turn and would be printed as text.",
        "Type the line as the message shows it, or a backslash before it; `fix` does it where one spelling is right.",
    )
    LIST_NUMBERS_FOLLOW = (
        "list-numbers-follow",
        Severity.WARNING,
        "The numbers of a list do not follow each other; they are printed as they are typed.",
        "Type the numbers that the message names if the list is to count, or a backslash before the mark of a text.",
    )
    DASHES_ARE_DECIDED = (
        "dashes-are-decided",
        Severity.WARNING,
        "A paragraph begins with a hyphen: it could be a list of one entry, or speech after a dash.",
        "Type * for a list of one entry, – for a dash, or a backslash before the hyphen.",
    )
    LINKS_ARE_SAFE = (
        "links-are-safe",
        Severity.ERROR,
        "A link leads to an address that is not safe.",
        "Write an https:// address or an id of this book.",
    )
    LINKS_GO_SOMEWHERE = (
        "links-go-somewhere",
        Severity.ERROR,
        "A link leads nowhere in this book.",
        "Take the suggestion in the message.",
    )
    LINKS_HAVE_WORDS = (
        "links-have-words",
        Severity.ERROR,
        "A link has no words, or only those that every edition adds: the address of the turn.",
        "Write [words](address).",
    )
    TABLES_FIT_THE_PAGE = (
        "tables-fit-the-page",
        Severity.ERROR,
        "A table has more columns than a page has room for.",
        "Make several tables, or turn rows and columns round.",
    )
    NOTHING_IS_LOST_IN_READING = (
        "nothing-is-lost-in-reading",
        Severity.ERROR,
        "Markdown would drop words of this line.",
        "Write what the message suggests.",
    )
    DOUBTS_ARE_SETTLED = (
        "doubts-are-settled",
        Severity.ERROR,
        "An import left a doubt here.",
        "Correct the passage if it is wrong, then delete both ::: lines.",
    )
    # The index
    INDEX_HAS_HEADINGS = (
        "index-has-headings",
        Severity.ERROR,
        "index.yaml has no headings.",
        "Add headings, or delete the file.",
    )
    KIND_IS_KNOWN = (
        "kind-is-known",
        Severity.ERROR,
        "The kind of a heading is not known.",
        "Write one of the kinds in the hint.",
    )
    INDEX_ALIASES_ARE_WORDS = (
        "index-aliases-are-words",
        Severity.ERROR,
        "An alias has a * inside, or has no letters.",
        "Write * at an end of a word.",
    )
    INDEX_HEADINGS_DIFFER = (
        "index-headings-differ",
        Severity.ERROR,
        "A heading or an alias stands twice in the index.",
        "Take one of the two away.",
    )
    INDEX_HEADING_EXISTS = (
        "index-heading-exists",
        Severity.ERROR,
        "A mark or a reference names a heading that is not in index.yaml.",
        "Correct the name, or add the heading.",
    )
    INDEX_REFERENCES_ARRIVE = (
        "index-references-arrive",
        Severity.ERROR,
        "A reference of the index leads to a heading that only refers on, or to itself.",
        "Refer to the heading that has the places.",
    )
    INDEX_REFERENCES_STAND_ALONE = (
        "index-references-stand-alone",
        Severity.ERROR,
        "A heading that only refers to another one has places, aliases or sub-headings.",
        "Move them to the other heading, or write see_also.",
    )
    INDEX_MARKS_ARE_WHOLE = (
        "index-marks-are-whole",
        Severity.ERROR,
        "A mark for the index does not say what it marks, or stands where no index looks.",
        "Mark words of the text, and name a heading of the index.",
    )
    INDEX_RANGES_ARE_CLOSED = (
        "index-ranges-are-closed",
        Severity.ERROR,
        "A range of the index begins and does not end, or ends and does not begin.",
        "Write the other end, in the same interview.",
    )
    INDEX_ALIASES_FIND_WORDS = (
        "index-aliases-find-words",
        Severity.WARNING,
        "An alias finds no words in the book.",
        "Look at its spelling, or take it away.",
    )

    # Pictures, fonts, styles and templates
    PICTURES_EXIST = (
        "pictures-exist",
        Severity.ERROR,
        "A picture does not exist.",
        "Correct the path, or put the file there.",
    )
    PICTURES_ARE_IN_THE_BOOK = (
        "pictures-are-in-the-book",
        Severity.ERROR,
        "A picture is not inside the book's folder.",
        "Copy it into images/.",
    )
    PICTURES_ARE_READABLE = (
        "pictures-are-readable",
        Severity.ERROR,
        "A picture cannot be read.",
        "Save it again as PNG or JPEG.",
    )
    PICTURES_STAND_STILL = (
        "pictures-stand-still",
        Severity.WARNING,
        "A file holds several pictures, as an animation; only the first one is published.",
        "Save the picture that is meant as PNG or JPEG.",
    )
    PEOPLE_HAVE_ONE_PICTURE = (
        "people-have-one-picture",
        Severity.WARNING,
        "A person has two pictures; only the first one is published.",
        "Keep one of them.",
    )
    PICTURES_ARE_SMALL = (
        "pictures-are-small",
        Severity.ERROR,
        "A picture is too large.",
        "Save a smaller copy.",
    )
    PICTURES_HAVE_WORDS = (
        "pictures-have-words",
        Severity.ERROR,
        "A picture has no alternative text.",
        "Say in the square brackets what it shows.",
    )
    PICTURES_STAND_ALONE = (
        "pictures-stand-alone",
        Severity.ERROR,
        "A picture is inside a paragraph.",
        "Put empty lines before and after it.",
    )
    FILE_IS_IN_THE_BOOK = (
        "file-is-in-the-book",
        Severity.ERROR,
        "A file is a link that leads out of the book.",
        "Copy the file itself.",
    )
    GLYPHS_EXIST = (
        "glyphs-exist",
        Severity.ERROR,
        "No font has a character of the text.",
        "Put a font that has it into fonts/, or write another character.",
    )
    STYLES_ARE_IN_THE_BOOK = (
        "styles-are-in-the-book",
        Severity.ERROR,
        "A style sheet is a link that leads out of the book.",
        "Copy the file into styles/.",
    )
    STYLES_ARE_MODERATE = (
        "styles-are-moderate",
        Severity.ERROR,
        "A style sheet asks for more than any page needs: a huge number, thousands of columns, a token that grows.",
        "Write a smaller number, or read fewer tokens.",
    )
    STYLES_ARE_SHALLOW = (
        "styles-are-shallow",
        Severity.ERROR,
        "A style sheet nests brackets too deeply.",
        "Nest fewer brackets.",
    )
    WORDS_ARE_SHOWN = (
        "words-are-shown",
        Severity.ERROR,
        "A style sheet for print hides words of the book.",
        "Take the declaration away, or let it name other elements.",
    )
    STYLES_FETCH_NOTHING = (
        "styles-fetch-nothing",
        Severity.ERROR,
        "A style sheet would fetch a file.",
        "Take the address away.",
    )
    TOKENS_ARE_DEFINED = (
        "tokens-are-defined",
        Severity.ERROR,
        "A style sheet uses a design token that is not defined.",
        "Define it in tokens.css.",
    )
    ACCENT_CAN_BE_READ = (
        "accent-can-be-read",
        Severity.WARNING,
        "Text in the accent of a book has too little contrast with its paper.",
        "Give the accent a darker colour, or a lighter one for dark screens.",
    )
    STYLES_ARE_UNDERSTOOD = (
        "styles-are-understood",
        Severity.ERROR,
        "A style sheet of the book has a property, value, selector or rule that an edition ignores.",
        "Take the suggestion in the message, or delete the line.",
    )
    STYLES_HAVE_AN_EDITION = (
        "styles-have-an-edition",
        Severity.ERROR,
        "A file in styles/ has a name that no edition reads.",
        "Rename the file as the message says.",
    )
    PAGES_FOLLOW_THE_TRIM = (
        "pages-follow-the-trim",
        Severity.ERROR,
        "A style sheet of the book sets the size or the margins of the page.",
        "Delete the rule, and write trim: in book.yaml.",
    )
    FONTS_ARE_READABLE = (
        "fonts-are-readable",
        Severity.ERROR,
        "A file in fonts/ is not a font that can be used.",
        "Copy the font there again as .ttf or .otf.",
    )
    FONTS_ARE_THERE = (
        "fonts-are-there",
        Severity.ERROR,
        "A style sheet names a font that is not installed.",
        "Put the font file into fonts/, or choose another font.",
    )
    BOOKMARKS_GO_SOMEWHERE = (
        "bookmarks-go-somewhere",
        Severity.ERROR,
        "A template of the book leaves out an id that the bookmarks of the PDF lead to.",
        "Give the id to the section.",
    )
    TEMPLATES_ARE_IN_THE_BOOK = (
        "templates-are-in-the-book",
        Severity.ERROR,
        "A template is a link that leads out of the book.",
        "Copy the file into templates/.",
    )
    TEMPLATES_ARE_WELL_FORMED = (
        "templates-are-well-formed",
        Severity.ERROR,
        "A template of the e-book does not give well-formed XHTML.",
        "Close every element.",
    )
    TEMPLATES_HAVE_AN_EDITION = (
        "templates-have-an-edition",
        Severity.WARNING,
        "No edition and no other template reads a file in templates/.",
        "Give it the name and the folder of the template that it replaces: templates/print/opening.html.",
    )
    TEMPLATES_CAN_BE_FILLED = (
        "templates-can-be-filled",
        Severity.ERROR,
        "A template has a mistake.",
        "Correct the line that the message names.",
    )
    LAYOUT_IS_CLEAN = (
        "layout-is-clean",
        Severity.ERROR,
        "WeasyPrint complains about a style, or fails with it.",
        "Correct the style sheet of this book.",
    )
    INTERVIEWS_ARE_SET = (
        "interviews-are-set",
        Severity.ERROR,
        "An interview could not be laid out.",
        "Do what the message says.",
    )
    PAGES_ARE_NUMBERED = (
        "pages-are-numbered",
        Severity.WARNING,
        "The book cannot be printed, so e-book and web edition have no page numbers.",
        "See all problems with check.",
    )
    # Packs and recipients
    PACK_EXISTS = (
        "pack-exists",
        Severity.ERROR,
        "There is no pack of this name.",
        "Take the suggestion in the message.",
    )
    PACK_HAS_INTERVIEWS = (
        "pack-has-interviews",
        Severity.ERROR,
        "A pack names no interview.",
        "Add interviews: to an item of the agenda.",
    )
    AGENDA_IS_THERE = (
        "agenda-is-there",
        Severity.ERROR,
        "A pack has no agenda.",
        "Add agenda: with at least one item.",
    )
    DATE_IS_THERE = (
        "date-is-there",
        Severity.ERROR,
        "A pack does not say when the meeting begins.",
        "Add date: with date, time and zone.",
    )
    DAYS_ARE_IN_ORDER = (
        "days-are-in-order",
        Severity.ERROR,
        "A range of dates ends before it begins.",
        "Exchange the two dates.",
    )
    CHOICE_IS_ONE = (
        "choice-is-one",
        Severity.ERROR,
        "An entry chooses interviews in two ways at once.",
        "Keep one of them.",
    )
    CHOICE_FINDS_SOMETHING = (
        "choice-finds-something",
        Severity.ERROR,
        "A choice finds no interview.",
        "Change its conditions, or take it away.",
    )
    PERSON_IS_KNOWN = (
        "person-is-known",
        Severity.ERROR,
        "No interview has this person.",
        "Take the suggestion in the message.",
    )
    TAG_IS_KNOWN = (
        "tag-is-known",
        Severity.ERROR,
        "No interview has this tag.",
        "Take the suggestion in the message.",
    )
    EXTRACT_EXISTS = (
        "extract-exists",
        Severity.ERROR,
        "An extract names turns that do not exist.",
        "Name turns that the message lists.",
    )
    TITLE_FITS_THE_HEAD = (
        "title-fits-the-head",
        Severity.ERROR,
        "The title of a pack does not fit into the running head.",
        "Move a part of it into meeting:.",
    )
    VERSION_IS_PLAIN = (
        "version-is-plain",
        Severity.ERROR,
        "The version of a pack is not a number with at most a letter.",
        "Write for example 2 or 2b.",
    )
    EMBARGO_IS_KEPT = (
        "embargo-is-kept",
        Severity.ERROR,
        "An interview is held back until a date.",
        "Wait, or name it with --release.",
    )
    CORRECTION_IS_WHOLE = (
        "correction-is-whole",
        Severity.ERROR,
        "A correction of an interview has no date or no text.",
        "Write both, as the hint does.",
    )
    CORRECTIONS_ARE_PRINTED = (
        "corrections-are-printed",
        Severity.ERROR,
        "A correction is not printed as it should be.",
        "Please report it: this is a fault of On Record.",
    )
    SENT_TEXT_IS_KNOWN = (
        "sent-text-is-known",
        Severity.ERROR,
        "Nobody knows what was sent for approval.",
        "Take the file that came back of this book, and keep the folder approval/.",
    )
    CHANGES_ARE_WRITTEN = (
        "changes-are-written",
        Severity.ERROR,
        "A change of a file that came back for approval cannot be written into the manuscript.",
        "Read the change and type it yourself.",
    )
    CHANGES_ARE_TRACKED = (
        "changes-are-tracked",
        Severity.WARNING,
        "Somebody changed the text that was sent for approval without recording it.",
        "Read each such change; ask who made it.",
    )
    APPROVED_TEXT_IS_UNCHANGED = (
        "approved-text-is-unchanged",
        Severity.WARNING,
        "The text of an interview changed after it was approved.",
        "Send it again, or bring the approved words back.",
    )
    RELEASE_IS_NEEDED = (
        "release-is-needed",
        Severity.WARNING,
        "--release names an interview that is not held back.",
        "Take the option away.",
    )
    MERGED_IS_A_SUPPLEMENT = (
        "merged-is-a-supplement",
        Severity.ERROR,
        "merged is only for a supplement.",
        "Take it away, or name the earlier pack: supplement_of.",
    )
    EARLIER_DELIVERY_IS_KNOWN = (
        "earlier-delivery-is-known",
        Severity.ERROR,
        "The earlier delivery of a supplement is not known.",
        "Put its .proof.json into the out folder.",
    )
    EARLIER_MARKINGS_ARE_KNOWN = (
        "earlier-markings-are-known",
        Severity.ERROR,
        "A supplement lacks a marking, and the file of the earlier pack is gone or has errors.",
        "Write distribution and attribution, and the embargo if there was one.",
    )
    SUPPLEMENT_IS_AS_STRICT = (
        "supplement-is-as-strict",
        Severity.WARNING,
        "A marking of a supplement is less strict than that of the earlier pack.",
        "Delete the line, or leave it if it is meant.",
    )
    EARLIER_PAGES_ARE_KNOWN = (
        "earlier-pages-are-known",
        Severity.ERROR,
        "The earlier delivery has no page numbers.",
        "Build it again as PDF.",
    )
    SUPPLEMENT_HAS_CHANGES = (
        "supplement-has-changes",
        Severity.ERROR,
        "Nothing changed since the earlier delivery.",
        "There is nothing to send.",
    )
    RECORD_IS_WHOLE = (
        "record-is-whole",
        Severity.ERROR,
        "A file is not the record of an earlier delivery.",
        "Bring the right .proof.json.",
    )
    RECIPIENTS_ARE_THERE = (
        "recipients-are-there",
        Severity.ERROR,
        "A pack names no readable list of recipients, or it is empty.",
        "Write packs/recipients.csv, a line for each recipient.",
    )
    RECIPIENTS_ARE_FEW = (
        "recipients-are-few",
        Severity.ERROR,
        "The list of recipients is too long.",
        "Check whether this is the right file.",
    )
    RECIPIENTS_ARE_NAMED = (
        "recipients-are-named",
        Severity.ERROR,
        "A row has no name.",
        "Write whose copy it is.",
    )
    RECIPIENTS_STAND_ONCE = (
        "recipients-stand-once",
        Severity.ERROR,
        "A recipient is listed twice.",
        "Keep one row with the sum of the copies.",
    )
    COLUMNS_ARE_NAMED = (
        "columns-are-named",
        Severity.ERROR,
        "The first line of the table does not name its columns.",
        "Write name,organisation,copies,large_print above the rows.",
    )
    COLUMNS_ARE_KNOWN = (
        "columns-are-known",
        Severity.ERROR,
        "A column is not known.",
        "Take the suggestion in the message.",
    )
    COLUMNS_STAND_ONCE = (
        "columns-stand-once",
        Severity.ERROR,
        "A column is there twice.",
        "Take one of them away.",
    )
    ROWS_ARE_WHOLE = (
        "rows-are-whole",
        Severity.ERROR,
        "A row has more or fewer cells than the first line.",
        "Put a cell that contains the separator in quotes.",
    )
    CELLS_ARE_ONE_LINE = (
        "cells-are-one-line",
        Severity.ERROR,
        "A cell goes over several lines.",
        "Write it in one line.",
    )
    TABLE_IS_READABLE = (
        "table-is-readable",
        Severity.ERROR,
        "A row of the table cannot be read.",
        "Close the quotation mark.",
    )
    COPIES_ARE_A_NUMBER = (
        "copies-are-a-number",
        Severity.ERROR,
        "A number of copies is not a number.",
        "Write a number from 1.",
    )
    COPIES_CAN_BE_COUNTED = (
        "copies-can-be-counted",
        Severity.ERROR,
        "There are too many copies for one pack.",
        "Check the numbers, or make two packs.",
    )
    AGENDA_RUNS_FORWARD = (
        "agenda-runs-forward",
        Severity.ERROR,
        "The time of an agenda item is no time, or is before that of the item above it.",
        "Write it as 09:15, or 09:15–09:35, and put the items in order.",
    )
    COPIES_ARE_WANTED = (
        "copies-are-wanted",
        Severity.ERROR,
        "A print file is asked for, but the pack has no numbered copies.",
        "Add recipients: to the pack.",
    )
    NAMES_ARE_SHORT = (
        "names-are-short",
        Severity.ERROR,
        "A name is too long.",
        "Shorten it.",
    )
    NAMES_FIT_THE_FOOT = (
        "names-fit-the-foot",
        Severity.ERROR,
        "A name does not fit into the foot of a page.",
        "Shorten it; a part can go into organisation.",
    )
    RECEIPTS_CAN_BE_SET = (
        "receipts-can-be-set",
        Severity.ERROR,
        "The receipt sheet could not be laid out.",
        "Check the names.",
    )
    # Import
    FORMAT_IS_KNOWN = (
        "format-is-known",
        Severity.ERROR,
        "Files of this kind cannot be imported.",
        "Do what the message says, for example save it as .docx.",
    )
    FILES_ARE_ORDINARY = (
        "files-are-ordinary",
        Severity.WARNING,
        "A pipe, socket or device lies in the book's folder, or a link that leads out of it or nowhere.",
        "Delete it, or copy the file itself there.",
    )
    FILE_IS_READABLE = (
        "file-is-readable",
        Severity.ERROR,
        "The file cannot be read.",
        "Check its name and permissions.",
    )
    FILE_HAS_WORDS = (
        "file-has-words",
        Severity.ERROR,
        "The file is empty.",
        "Choose the file that holds the text.",
    )
    FILE_IS_SMALL = (
        "file-is-small",
        Severity.ERROR,
        "The file is too large.",
        "Split it, or export only the text of the interview.",
    )
    FILE_IS_TEXT = (
        "file-is-text",
        Severity.ERROR,
        "The file is not text.",
        "Export it as text, DOCX or HTML.",
    )
    FILE_IS_OPEN = (
        "file-is-open",
        Severity.ERROR,
        "The file has a password.",
        "Save it without one.",
    )
    FILE_IS_PLAIN = (
        "file-is-plain",
        Severity.ERROR,
        "A part of the file declares XML entities.",
        "Save it again, or in another format.",
    )
    FILE_IS_WHOLE = (
        "file-is-whole",
        Severity.ERROR,
        "The file is damaged.",
        "Save it again, or in another format.",
    )
    TEXT_IS_READABLE = (
        "text-is-readable",
        Severity.ERROR,
        "The encoding of the text is not certain.",
        "Save it as UTF-8.",
    )
    PAGE_IS_READABLE = (
        "page-is-readable",
        Severity.ERROR,
        "The page holds no text.",
        "Copy the text into a .txt file.",
    )
    PAGE_IS_SMALL = (
        "page-is-small",
        Severity.ERROR,
        "The page has too many elements.",
        "Copy the text into a .txt file.",
    )
    TIMES_ARE_OF_THE_RECORDING = (
        "times-are-of-the-recording",
        Severity.WARNING,
        "The times of an imported transcript are times of day.",
        "Nothing need be done; write {t=00:12:41} where you know the time in the recording.",
    )
    CAPTIONS_HAVE_CUES = (
        "captions-have-cues",
        Severity.ERROR,
        "The caption file has no cue.",
        "Export it again.",
    )
    SPEECH_IS_KEPT = (
        "speech-is-kept",
        Severity.WARNING,
        "An import set words aside inside the conversation that may be speech.",
        "Compare them with the original, in the report of the import; import the text from a .txt file.",
    )
    LETTERS_ARE_RIGHT = (
        "letters-are-right",
        Severity.WARNING,
        "It is not sure in which encoding an imported file is.",
        "Save the original as “UTF-8”, or correct the letters and settle the doubt.",
    )
    CUE_TIMES_ARE_WHOLE = (
        "cue-times-are-whole",
        Severity.WARNING,
        "The time of a cue or a turn in a transcript is damaged or missing.",
        "Compare the times of these turns with the recording.",
    )
    WORDS_END = (
        "words-end",
        Severity.ERROR,
        "A word is thousands of characters long.",
        "Delete it, or divide it by spaces.",
    )
    CHANGES_ARE_SETTLED = (
        "changes-are-settled",
        Severity.ERROR,
        "The Word file has tracked changes.",
        "Accept or reject them.",
    )
    COMMENTS_ARE_SETTLED = (
        "comments-are-settled",
        Severity.ERROR,
        "The Word file has comments.",
        "Delete them.",
    )
    WORDS_ARE_VISIBLE = (
        "words-are-visible",
        Severity.ERROR,
        "The file holds words that nobody sees: formatted as hidden, tiny, or in the colour of their background.",
        "Delete them, or format them visibly.",
    )
    CHAPTERS_ARE_INTERVIEWS = (
        "chapters-are-interviews",
        Severity.WARNING,
        "Chapters of an e-book without a conversation were left out.",
        "Copy what you need into an introduction.",
    )
    SPEAKERS_ARE_NAMED = (
        "speakers-are-named",
        Severity.WARNING,
        "Nothing in the file says who speaks.",
        "Read every turn; a version with names would be better.",
    )
    PEOPLE_HAVE_NAMES = (
        "people-have-names",
        Severity.WARNING,
        "A speaker has a role but no name.",
        "Write the name among the people.",
    )
    READING_ENDS = (
        "reading-ends",
        Severity.ERROR,
        "pandoc could not read the text.",
        "Copy the text into a .txt file, or take the unusual markup out.",
    )
    IMPORT_LOSES_NOTHING = (
        "import-loses-nothing",
        Severity.ERROR,
        "Words of the original are not in the result.",
        "Save the file in another format, or send it to us.",
    )
    # Folders, cache and delivery
    LINKS_STAY_INSIDE = (
        "links-stay-inside",
        Severity.ERROR,
        "A link leads out of the book's folder.",
        "Delete the link, or name the place with an option.",
    )
    CACHE_IS_OURS = (
        "cache-is-ours",
        Severity.ERROR,
        "The folder holds files and is no cache of On Record.",
        "Name a new or empty folder: --cache DIR.",
    )
    SCHEDULER_IS_THERE = (
        "scheduler-is-there",
        Severity.ERROR,
        "The Dask scheduler cannot be used.",
        "Start it, or install the same version on its workers.",
    )
    DELIVERY_IS_OURS = (
        "delivery-is-ours",
        Severity.WARNING,
        "A folder .delivery does not come from an interrupted build; it was ignored.",
        "Delete it.",
    )
    OUT_NAME_IS_FREE = (
        "out-name-is-free",
        Severity.ERROR,
        "A file is where a folder must go, or the reverse; or a folder that would be replaced holds files that no build"
        " put there.",
        "Move them away, or give another folder: --out DIR.",
    )
    NEW_FOLDER_IS_EMPTY = (
        "new-folder-is-empty",
        Severity.ERROR,
        "The folder for a new book is not empty.",
        "Name a folder that does not exist yet.",
    )
    COPY_EXISTS = (
        "copy-exists",
        Severity.ERROR,
        "There is no finished copy to prove.",
        "Build one first, or name the file.",
    )
    COPY_CAN_BE_READ = (
        "copy-can-be-read",
        Severity.ERROR,
        "A finished file cannot be opened.",
        "Check its name; if it is damaged, build again.",
    )
    COPY_IS_AN_EDITION = (
        "copy-is-an-edition",
        Severity.ERROR,
        "The file is neither a PDF nor an EPUB nor a web edition.",
        "Name a file that a build delivered.",
    )
    COPY_IS_OF_THIS_BOOK = (
        "copy-is-of-this-book",
        Severity.ERROR,
        "A finished file belongs to nothing that is made now.",
        "Name its pack, or bring back its list of recipients.",
    )
    LINKS_ARE_TRUE = (
        "links-are-true",
        Severity.ERROR,
        "A link of a finished file leads elsewhere than in the manuscript, or is not on its words.",
        _PROOF_HINT,
    )
    NOTHING_ACTS = (
        "nothing-acts",
        Severity.ERROR,
        "A file has a script, a form, an action or an address to load from that no edition has.",
        _PROOF_HINT,
    )
    FILES_ARE_KNOWN = (
        "files-are-known",
        Severity.ERROR,
        "An edition holds a file that is not part of it, or lacks one.",
        _PROOF_HINT,
    )
    MARKUP_IS_TRUE = (
        "markup-is-true",
        Severity.ERROR,
        "A page shows or announces words otherwise than the manuscript has them: emphasis, a link, a role, a language.",
        _PROOF_HINT,
    )
    FILE_IS_THE_DELIVERED_ONE = (
        "file-is-the-delivered-one",
        Severity.WARNING,
        "The bytes of a finished file are not those in the record beside it.",
        "Take the file that was delivered, or build again.",
    )
    RECORD_CAN_BE_READ = (
        "record-can-be-read",
        Severity.ERROR,
        "The record of a proof cannot be read.",
        "Name the file that ends in .proof.json, as it was delivered.",
    )
    SIGNATURE_IS_TRUE = (
        "signature-is-true",
        Severity.ERROR,
        "A record is not signed with this key, or the key cannot be used.",
        "Ask the publisher for record, signature and public key.",
    )
    COPIES_ARE_OF_THIS_EDITION = (
        "copies-are-of-this-edition",
        Severity.WARNING,
        "A file beside the new edition was made of an earlier one.",
        "Build it again, or delete it.",
    )
    ON_RECORD_WORKS = (
        "on-record-works",
        Severity.ERROR,
        "On Record made a mistake while it showed a preview.",
        "Undo the last change and report it.",
    )
    # What the proof finds in finished files
    EVERY_INTERVIEW_IS_THERE = (
        "every-interview-is-there",
        Severity.ERROR,
        "An interview is missing.",
        _PROOF_HINT,
    )
    EVERY_WORD_IS_THERE = (
        "every-word-is-there",
        Severity.ERROR,
        "Words are missing.",
        _PROOF_HINT,
    )
    EVERY_WORD_IS_SEEN = (
        "every-word-is-seen",
        Severity.ERROR,
        "Words are in the file but cannot be seen.",
        _PROOF_HINT,
    )
    WORDS_STAND_IN_THE_TEXT_BLOCK = (
        "words-stand-in-the-text-block",
        Severity.ERROR,
        "Words of an interview are printed in a margin of the page.",
        _PROOF_HINT,
    )
    NOTHING_IS_ADDED = (
        "nothing-is-added",
        Severity.ERROR,
        "The file holds words that the manuscript does not.",
        _PROOF_HINT,
    )
    ORDER_IS_KEPT = (
        "order-is-kept",
        Severity.ERROR,
        "Passages are in another order than in the manuscript.",
        _PROOF_HINT,
    )
    BYLINE_TO_THE_LETTER = (
        "byline-to-the-letter",
        Severity.ERROR,
        "A byline differs from the manuscript.",
        _PROOF_HINT,
    )
    DISCLAIMER_TO_THE_LETTER = (
        "disclaimer-to-the-letter",
        Severity.ERROR,
        "A disclaimer differs from the manuscript, or is not there exactly once.",
        _PROOF_HINT,
    )
    RIGHTS_TO_THE_LETTER = (
        "rights-to-the-letter",
        Severity.ERROR,
        "A line of rights differs from the manuscript, or is not there exactly once.",
        _PROOF_HINT,
    )
    PULL_QUOTES_REPEAT_THE_INTERVIEW = (
        "pull-quotes-repeat-the-interview",
        Severity.ERROR,
        "A pull quote differs from the manuscript.",
        _PROOF_HINT,
    )
    LIST_NUMBERS_ARE_KEPT = (
        "list-numbers-are-kept",
        Severity.ERROR,
        "A list item has another number than in the manuscript.",
        _PROOF_HINT,
    )
    ADDRESSES_ARE_RIGHT = (
        "addresses-are-right",
        Severity.ERROR,
        "A turn has another address than it should.",
        _PROOF_HINT,
    )
    FOOTNOTES_ARE_LINKED = (
        "footnotes-are-linked",
        Severity.ERROR,
        "A footnote and its call are not linked.",
        _PROOF_HINT,
    )
    REFERENCES_ARE_RIGHT = (
        "references-are-right",
        Severity.ERROR,
        "A cross-reference names another address or page.",
        _PROOF_HINT,
    )
    CITATIONS_ARE_TRUE = (
        "citations-are-true",
        Severity.ERROR,
        "A citation says something else than the interview.",
        _PROOF_HINT,
    )
    SEARCH_IS_TRUE = (
        "search-is-true",
        Severity.ERROR,
        "The search of the web edition knows other words, pages or speakers than the turns have.",
        _PROOF_HINT,
    )
    PICTURES_ARE_THERE = (
        "pictures-are-there",
        Severity.ERROR,
        "A picture is missing or another one.",
        _PROOF_HINT,
    )
    RECORDINGS_ARE_KEPT = (
        "recordings-are-kept",
        Severity.ERROR,
        "A recording in the web edition is not the one that the front matter declares.",
        _PROOF_HINT,
    )
    TIME_MARKS_ARE_TRUE = (
        "time-marks-are-true",
        Severity.ERROR,
        "A turn shows another time than its own, or another recording or moment plays.",
        _PROOF_HINT,
    )
    QR_CODES_ARE_TRUE = (
        "qr-codes-are-true",
        Severity.ERROR,
        "A QR code in print is missing, cannot be read, or says another address than the front matter.",
        _PROOF_HINT,
    )
    TITLE_PAGE_IS_TRUE = (
        "title-page-is-true",
        Severity.ERROR,
        "The title page differs from the manuscript.",
        _PROOF_HINT,
    )
    IMPRINT_IS_TRUE = (
        "imprint-is-true",
        Severity.ERROR,
        "The imprint differs from the manuscript.",
        _PROOF_HINT,
    )
    CONTENTS_ARE_WHOLE = (
        "contents-are-whole",
        Severity.ERROR,
        "The contents differ from the book.",
        _PROOF_HINT,
    )
    INDEX_IS_TRUE = (
        "index-is-true",
        Severity.ERROR,
        "The index of an edition lacks an entry or a place, has one too many, or leads elsewhere.",
        _PROOF_HINT,
    )
    CONTRIBUTORS_ARE_NAMED = (
        "contributors-are-named",
        Severity.ERROR,
        "A contributor is missing.",
        _PROOF_HINT,
    )
    RUNNING_HEADS_ARE_THERE = (
        "running-heads-are-there",
        Severity.ERROR,
        "A printed page has lost its running head.",
        _PROOF_HINT,
    )
    FOLIOS_ARE_RIGHT = (
        "folios-are-right",
        Severity.ERROR,
        "A page has another number than it should.",
        _PROOF_HINT,
    )
    EVERY_PAGE_IS_MARKED = (
        "every-page-is-marked",
        Severity.ERROR,
        "A page lacks a marking of the pack.",
        _PROOF_HINT,
    )
    MEETING_IS_TOLD = (
        "meeting-is-told",
        Severity.ERROR,
        "Facts of the meeting are missing.",
        _PROOF_HINT,
    )
    CHANGES_ARE_TOLD = (
        "changes-are-told",
        Severity.ERROR,
        "The change sheet differs from the changes.",
        _PROOF_HINT,
    )
    INSERTS_ARE_NUMBERED = (
        "inserts-are-numbered",
        Severity.ERROR,
        "An inserted page has another number than it should.",
        _PROOF_HINT,
    )
    EXTRACTS_ARE_TRUE = (
        "extracts-are-true",
        Severity.ERROR,
        "An extract is not what the manuscript says.",
        _PROOF_HINT,
    )
    FACING_PAGES_FACE = (
        "facing-pages-face",
        Severity.ERROR,
        "An original and its translation do not stand side by side in print, turn by turn.",
        _PROOF_HINT,
    )
    CREDITS_ARE_TRUE = (
        "credits-are-true",
        Severity.ERROR,
        "The line below the byline of a translation does not say from which language it is, and who translated it.",
        _PROOF_HINT,
    )
    POINTERS_ARE_TRUE = (
        "pointers-are-true",
        Severity.ERROR,
        "A pack names other pages of the book than those of the interview.",
        _PROOF_HINT,
    )
    NORMAL_PAGES_ARE_MARKED = (
        "normal-pages-are-marked",
        Severity.ERROR,
        "Large print does not mark where pages of the normal edition begin.",
        _PROOF_HINT,
    )
    OFFPRINT_KEEPS_ITS_PAGES = (
        "offprint-keeps-its-pages",
        Severity.ERROR,
        "An off-print has other page numbers than its interview has in the book.",
        "Please report it: this is a fault of On Record.",
    )
    PAGES_ARE_TWINS = (
        "pages-are-twins",
        Severity.ERROR,
        "A page of the e-book or the web edition begins at another word than in print.",
        _PROOF_HINT,
    )
    PAGE_LIST_IS_WHOLE = (
        "page-list-is-whole",
        Severity.ERROR,
        "The page list differs from the printed pages.",
        _PROOF_HINT,
    )
    PAGE_SOURCE_IS_NAMED = (
        "page-source-is-named",
        Severity.ERROR,
        "The e-book does not name the print edition.",
        _PROOF_HINT,
    )
    FEATURES_ARE_DECLARED = (
        "features-are-declared",
        Severity.ERROR,
        "The e-book does not declare a feature that it has.",
        _PROOF_HINT,
    )
    CLAIMS_ARE_TRUE = (
        "claims-are-true",
        Severity.ERROR,
        "A file says of itself what is not so, or lacks a claim: title, people, rights, language, a standard.",
        _PROOF_HINT,
    )
    PAGES_FOLD_INTO_ORDER = (
        "pages-fold-into-order",
        Severity.ERROR,
        "The pages of a booklet are not in order when it is folded.",
        _PROOF_HINT,
    )
    PAGES_KEEP_TO_THEIR_HALF = (
        "pages-keep-to-their-half",
        Severity.ERROR,
        "A page of a booklet crosses the fold.",
        _PROOF_HINT,
    )
    BOOKLET_SAYS_HOW_TO_PRINT = (
        "booklet-says-how-to-print",
        Severity.ERROR,
        "A booklet does not say how to print it.",
        _PROOF_HINT,
    )
    PAGES_ARE_UNCHANGED = (
        "pages-are-unchanged",
        Severity.ERROR,
        "A page of a copy differs from the proved edition.",
        _PROOF_HINT,
    )
    STRUCTURE_IS_UNCHANGED = (
        "structure-is-unchanged",
        Severity.ERROR,
        "The tag tree of a copy differs from the proved edition.",
        _PROOF_HINT,
    )
    SHEETS_ARE_COMPLETE = (
        "sheets-are-complete",
        Severity.ERROR,
        "A finished file has more or fewer pages.",
        _PROOF_HINT,
    )
    COPIES_ARE_STAMPED = (
        "copies-are-stamped",
        Severity.ERROR,
        "A copy does not say its number and name on every page.",
        _PROOF_HINT,
    )
    COPIES_ARE_NAMED_IN_METADATA = (
        "copies-are-named-in-metadata",
        Severity.ERROR,
        "The metadata of a copy do not say its number and name.",
        _PROOF_HINT,
    )
    COPIES_HAVE_THEIR_OWN_IDENTIFIER = (
        "copies-have-their-own-identifier",
        Severity.ERROR,
        "Two copies have the same identifier.",
        _PROOF_HINT,
    )
    COPIES_ARE_REGISTERED = (
        "copies-are-registered",
        Severity.ERROR,
        "The register differs from the copies.",
        _PROOF_HINT,
    )
    COPIES_ARE_SIGNED_FOR = (
        "copies-are-signed-for",
        Severity.ERROR,
        "The receipt sheet differs from the copies.",
        _PROOF_HINT,
    )
    LAST_LINES_ARE_LONG = (
        "last-lines-are-long",
        Severity.WARNING,
        "The last line of a printed paragraph is shorter than two and a half times the type size (`check --page`).",
        "Leave it so; or change a word of the paragraph.",
    )
    HYPHENS_ARE_FEW = (
        "hyphens-are-few",
        Severity.WARNING,
        "More than two printed lines in a row end with a hyphen (`check --page`).",
        "Leave it so; or change a word of the paragraph.",
    )
    PAGES_END_WITH_WORDS = (
        "pages-end-with-words",
        Severity.WARNING,
        "A word is divided at the foot of a right-hand page (`check --page`).",
        "Leave it so; or change a word of the paragraph.",
    )
    WORDS_ARE_NOT_STACKED = (
        "words-are-not-stacked",
        Severity.WARNING,
        "Two printed lines in a row begin or end with the same word (`check --page`).",
        "Leave it so; or change a word of the paragraph.",
    )
    PAGES_ARE_FULL = (
        "pages-are-full",
        Severity.WARNING,
        "A page inside an interview ends four lines or more above its foot (`check --page`).",
        "Leave it so; or move a picture or a table, or shorten a question.",
    )
    FEET_ARE_EVEN = (
        "feet-are-even",
        Severity.WARNING,
        "Two full facing pages end more than a line apart (`check --page`).",
        "Leave it so; or change the text so that a paragraph is a line longer or shorter.",
    )
    RUNNING_HEADS_ARE_WHOLE = (
        "running-heads-are-whole",
        Severity.WARNING,
        "A running head is too long for its line and is cut between words (`check --page`).",
        "Write a shorter title for it: `short_title: …`.",
    )
    SINGLE_FILE_IS_THE_SITE = (
        "single-file-is-the-site",
        Severity.ERROR,
        "The web edition in one file differs from the proved site.",
        _PROOF_HINT,
    )
    SINGLE_FILE_CAN_BE_OPENED = (
        "single-file-can-be-opened",
        Severity.ERROR,
        "The web edition in one file would be so large that browsers cannot open it.",
        "Publish the site, or take --single away.",
    )
    SINGLE_FILE_CAN_BE_SENT = (
        "single-file-can-be-sent",
        Severity.WARNING,
        "The web edition in one file is larger than most mail servers take.",
        "Send a link to it, or make the pictures smaller.",
    )
    COVER_SAYS_THE_WORDS = (
        "cover-says-the-words",
        Severity.ERROR,
        "A word of the cover for the print shop is missing, added, hidden or in the wrong place.",
        _PROOF_HINT,
    )
    SPINE_FITS_THE_PAGES = (
        "spine-fits-the-pages",
        Severity.ERROR,
        "The spine of the cover is not as wide as the pages of the book are thick.",
        "Build the cover again, with the book.",
    )
    BARCODE_IS_THE_ISBN = (
        "barcode-is-the-isbn",
        Severity.ERROR,
        "The barcode cannot be read, or is not that of the book's ISBN.",
        _PROOF_HINT,
    )
    BLEED_IS_3_MM = (
        "bleed-is-3-mm",
        Severity.ERROR,
        "The bleed is not 3 mm.",
        _PROOF_HINT,
    )
    TRIM_IS_THE_PAGE = (
        "trim-is-the-page",
        Severity.ERROR,
        "The trim box is not the page.",
        _PROOF_HINT,
    )
    CROP_MARKS_STAND_AT_THE_CORNERS = (
        "crop-marks-stand-at-the-corners",
        Severity.ERROR,
        "Crop marks are missing or elsewhere.",
        _PROOF_HINT,
    )
    PAGES_HAVE_NO_LINKS = (
        "pages-have-no-links",
        Severity.ERROR,
        "A file for the print shop has links.",
        _PROOF_HINT,
    )


_RULES = {rule.value: rule for rule in Rule}


def find_rule(rule_id: str) -> Rule:
    """Return the rule with this id; raise KeyError if there is none."""
    return _RULES[rule_id]

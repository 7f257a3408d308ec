"""Scripts whose letters change with their neighbours or are read in another order: their lines are shaped anew."""

from __future__ import annotations

import re

SHAPED_SCRIPTS = (  # for a class of characters in a regular expression
    "\u0590-\u109f\u1100-\u11ff\u1700-\u18af\u1900-\u1cff\ua800-\uaaff\uabc0-\uabff\ufb1d-\ufdcf"
    "\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00011fff\U0001e800-\U0001efff"
)
SHAPED = re.compile(f"[{SHAPED_SCRIPTS}]")

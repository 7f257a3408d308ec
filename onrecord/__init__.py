"""On Record: interviews as books and briefing packs, with every word accounted for."""

from onrecord.runtime.late_methods import compile_methods_later

__version__ = "0.1.0"

compile_methods_later()

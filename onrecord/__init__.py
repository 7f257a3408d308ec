"""On Record: interviews as books and briefing packs, with every word accounted for."""

__version__ = "0.1.0"

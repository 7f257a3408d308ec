"""The values of a pack by their old address: import them from `onrecord.model`."""

from onrecord.model.agenda import AgendaItem, Attribution, Choice, Distribution, InterviewOrder, Markings
from onrecord.model.book import Pack

__all__ = ["AgendaItem", "Attribution", "Choice", "Distribution", "Markings", "InterviewOrder", "Pack"]

"""Helpers of several test modules: sample books, spoiled copies, a browser."""

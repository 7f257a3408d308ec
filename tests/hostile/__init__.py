"""Hostile inputs, each with the command that reads it and the outcome that is right."""

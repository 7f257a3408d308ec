"""A corpus of single sabotages of finished files: the proof must notice each of them, whatever their bytes are."""

"""What happens to a bound and proved PDF: booklets, files for the print shop, numbered copies. The home of pikepdf.

Each deed goes from bytes to bytes; `proof` reads the result back with another library.
"""

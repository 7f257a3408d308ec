"""Files made from a bound and proved PDF: booklets, files for the print shop, numbered copies. The home of pikepdf.

Each function takes bytes and returns bytes; `proof` reads the result back with another library.
"""

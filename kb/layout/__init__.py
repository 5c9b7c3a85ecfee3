"""Lines as they are printed → paragraphs and table rows: wrapped lines, torn rows, tables drawn with spaces. kb/cleaning.py puts these together."""

"""Where the documents of a file begin and end, and what each says of itself. kb/documents.py puts these together."""

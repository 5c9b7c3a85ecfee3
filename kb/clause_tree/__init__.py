"""Ordinals → the tree of clauses of one document, with their texts and places. kb/clauses.py puts these together."""

"""Names of units: the tables, the parts of a name, lists of names. kb/units.py resolves names with these."""

"""A matter asked about → the clauses, figures and cells that state it."""

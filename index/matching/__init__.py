"""A query → hits: what must match, what ranks, what is shown. index/search.py puts these together."""

"""Knowledge bases on disk: made whole or not at all, changed in a copy, sealed and checked. index/library.py puts these together."""

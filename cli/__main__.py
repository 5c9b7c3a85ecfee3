"""`python -m cli` is `policykb`."""

from cli.entry import main

main()

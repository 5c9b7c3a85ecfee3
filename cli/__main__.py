"""`python -m cli` is `policykb`."""

from cli.main import main

main()

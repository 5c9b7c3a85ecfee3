"""Long trials, each a command that prints its figure and can be replayed by its seed; `make test` runs a few of each."""

"""The command line: one short module for each group of commands."""

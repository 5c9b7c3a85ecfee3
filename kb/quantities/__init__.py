"""Figures and dates in a text, what they measure, tables of indicators. kb/targets.py makes aims of them."""

"""What a clause draws on in other documents and what was changed on the way. kb/tracing.py puts these together."""

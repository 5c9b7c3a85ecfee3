"""Full-text search, exact look-ups and answers over a knowledge base."""

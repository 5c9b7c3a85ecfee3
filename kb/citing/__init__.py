"""《titles》, 发文字号 and 第N条 in a text, and which documents and clauses they mean. kb/citations.py puts these together."""

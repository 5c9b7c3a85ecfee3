"""One reader for each file format: bytes in, plain lines with tab-separated table rows out."""

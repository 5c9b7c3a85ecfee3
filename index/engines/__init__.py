"""Search engines behind one protocol: whoosh everywhere, tantivy where it installs."""

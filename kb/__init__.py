"""policykb: from policy files to records with exact places in the source."""

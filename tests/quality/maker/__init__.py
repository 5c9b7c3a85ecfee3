"""Makes the sample corpus and its labels from the manuscripts: both come from what was composed, neither from the parser."""

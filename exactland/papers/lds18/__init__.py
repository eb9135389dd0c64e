"""Li, Ding and Sun, no strict local minima for any continuous activation (2018)."""

"""Claims: formulas of one language, from text and from data, decided with evidence."""

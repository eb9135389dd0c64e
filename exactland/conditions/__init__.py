"""The papers' assumptions and the ranks of their matrices, decided on an instance with evidence."""

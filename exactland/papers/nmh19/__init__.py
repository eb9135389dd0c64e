"""Nguyen, Mukkamala and Hein, networks with no bad local valleys (poster, ICLR 2019)."""

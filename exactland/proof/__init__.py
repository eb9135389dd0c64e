"""Statements and proofs as objects: what a paper claims, on what it rests, what is known of it.

``statements`` has the dataclasses and the dependency graph, ``instance`` the conditions on widths
and layers that hypotheses ask for. The statements themselves are in ``exactland.papers``.
"""

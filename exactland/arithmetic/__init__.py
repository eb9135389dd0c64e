"""Numbers and matrices: one network, several arithmetics.

=================  ====================  ========================================================
module             arithmetic            what its values are
=================  ====================  ========================================================
``rationals``      ``RATIONALS``         exact rationals (fmpq)
``balls``          ``Balls(bits)``       midpoint and radius at a stated precision (arb)
``enclosures``     ``ENCLOSURES``        arrays of intervals of doubles, outward rounded
``residues``       ``Residues(prime)``   arrays of rationals modulo a prime, with their signs
``symbols``        ``SYMBOLS``           SymPy expressions: to look at, never to decide
``formal``         ``FORMAL``            polynomials over Q whose zero is a proof
=================  ====================  ========================================================

``exact`` is the only door for numbers, ``comparison`` the only place where values are compared,
``modular`` goes over to a prime field. Nothing is imported here, so that a user of one module pays
for that module only.
"""

"""The independent checker of certificates: the standard library and these files, nothing else.

Read it from the ground up: ``outcome`` and ``limits``; ``canonical`` (bytes to numbers);
``expression``, ``properties``, ``activations`` (what sigma is); ``elementary``, ``intervals``,
``rationals``, ``formal``, ``jets``, ``exponential`` (the numbers sigma is evaluated over);
``problem`` and ``forward`` (the network); ``rank``, ``bounds``, ``claims``, ``assumptions``,
``local_minimum`` (what is proved); ``verify`` (the verdict). The folder ``proofs`` is for
certificates of proofs only.
"""

"""Where the checker stops and declines. No soundness depends on these numbers."""

MIB = 1 << 20
DOCUMENT_BYTES = 512 * MIB
#: Longest text of a single number.
NUMBER_LETTERS = 1 << 20
#: Largest integer that an operation may build, in bits.
NUMBER_BITS = 1 << 23
#: Neurons in a layer.
WIDTH = 1 << 22
#: log2 of the largest argument of exp, sinh, cosh.
EXPONENT_BITS = 16
#: log2 of the largest argument of sin and cos.
ANGLE_BITS = 4096
#: Terms of one formal value or one polynomial.
TERMS = 100_000
#: Derivatives of one function at one point.
ORDER = 1000

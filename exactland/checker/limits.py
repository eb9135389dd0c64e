"""Where the checker stops and declines. No soundness depends on these numbers."""

MIB = 1 << 20
DOCUMENT_BYTES = 512 * MIB
#: Units of work (``work.py``) for a document: so many, and so many for each of its bytes.
WORK = 6 * 10**9
WORK_OF_A_BYTE = 4000
#: Longest text of a single number.
NUMBER_LETTERS = 1 << 20
#: Largest integer that an operation may build, in bits.
NUMBER_BITS = 1 << 23
#: Largest number that is written in decimal, which takes quadratic time.
DECIMAL_BITS = 14_000
#: Neurons in a layer.
WIDTH = 1 << 22
#: Fractional bits to which the precision inside a function may grow, if more are not asked for.
WORKING_BITS = 1 << 15
#: log2 of the largest argument of exp, sinh, cosh.
EXPONENT_BITS = 16
#: log2 of the largest argument of sin and cos.
ANGLE_BITS = 4096
#: Terms of one formal value or one polynomial.
TERMS = 100_000
#: Factors of one monomial.
DEGREE = 1 << 14
#: Entries of a matrix of a layer that is written out, and steps of one formal check.
ENTRIES = 1_000_000
#: Operations on numbers for the derivatives at the parameters.
OPERATIONS = 100_000_000
#: Pieces of one activation, and patterns of pieces of a network.
PIECES = 32
PATTERNS = 4096
#: Derivatives of one function at one point.
ORDER = 1000
#: Parts of a claim: heads, numbers and names.
FORMULA_PARTS = 200_000
#: Symbols of a problem.
SYMBOLS = 100

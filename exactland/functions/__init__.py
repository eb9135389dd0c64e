"""Functions of one variable: expressions, the activations of the table, and their facts."""

"""Networks, data, layer matrices, features and gradients: the objects of the four papers."""

"""The command line; it starts light and loads what a command needs."""

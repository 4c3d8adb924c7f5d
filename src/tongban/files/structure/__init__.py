"""How files are built, read from their bytes alone: enough to tell what a file is, and that it is nothing else besides."""

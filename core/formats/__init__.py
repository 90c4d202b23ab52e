"""How dates and numbers read, for each language: Django looks here first."""

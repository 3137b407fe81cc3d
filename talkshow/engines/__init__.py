"""The plug-in system: engines by name, their weights, and the data files of this installation."""

"""What can be plugged in: engines by name, their weights, the data of this installation."""

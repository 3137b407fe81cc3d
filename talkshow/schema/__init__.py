"""What may stand in a file that a user writes, and in flags that say the same: described once, checked everywhere."""

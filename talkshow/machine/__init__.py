"""What the program asks of the machine: processors, memory, libraries, and the errors of the system."""

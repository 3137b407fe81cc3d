"""The machine: processors, memory, libraries, and errors of the operating system."""

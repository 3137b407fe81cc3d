"""From an idea to a script: writers, what they are asked for, and what is made of their answers."""

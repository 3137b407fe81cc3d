"""Checks of files of tensors that the reference implementation made; one module a kind, `check(path)` in each."""

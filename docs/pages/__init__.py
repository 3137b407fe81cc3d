"""One module for each page that is made from the code; each has `page(present text) -> text`."""

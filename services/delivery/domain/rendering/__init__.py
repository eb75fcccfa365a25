"""Documents as pages for the eye: what stands where, in the reader's language. Values in, plain data out."""

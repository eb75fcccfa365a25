"""What was found in a document, a sentence for people a language: what is wrong, and what to do.

A key names one or more codes; a `*` ends a family of them, BR-VAT-nn is that rule of every VAT category. `{found}` and
`{expected}` are what the finding says, `{category}` is the VAT category.
"""

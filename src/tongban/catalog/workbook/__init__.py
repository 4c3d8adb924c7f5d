"""工作簿: the whole catalogue as sheets that a civil servant reads and fills in: no JSON, no codes without their words.

`shape` derives the sheets from the typed document, so a key that is added to it is carried by itself; `cells` and
`conditions` write each value as people write it and read it back; `documents` takes a document apart into rows and
puts rows together again. Pure: files are `kernel.books`, rows in the database `exports` and `imports`.
"""

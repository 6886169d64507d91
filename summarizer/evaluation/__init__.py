"""Room 6: how good is it? The gold set, its hygiene and the agreement behind its labels.

It labels nothing itself and calls no chat model. Intervals and alpha need the packages of the `eval` extra; to read, check
and correct a gold set, the base install is enough.
"""

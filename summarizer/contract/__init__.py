"""Room 2: what is asked of a chat model, and what is accepted from it.

Prompts, taxonomy, criterion and languages are data, versioned and fingerprinted; `validation` checks replies against their
paper. It sends nothing and knows nothing of who answers.
"""

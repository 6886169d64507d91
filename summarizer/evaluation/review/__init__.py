"""Correct labels by hand, on a local page in the browser.

`desk` opens and saves one paper at a time; `server` serves the page, which lies in `page`.
"""

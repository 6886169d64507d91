"""Room 7: the command line. Parses, calls the library, prints, and turns errors into exit codes.

Nothing is decided here that a user of the library would miss. Heavy modules are imported inside the commands that need them.
"""

from summarizer.cli.app import main

__all__ = ["main"]

"""Repair of text that was decoded with the wrong encoding somewhere on its way: `GÃ¼l` for `Gül`."""

from __future__ import annotations

import re

from summarizer.errors import ConfigurationError

# First bytes of UTF-8 sequences as Latin letters, before what Windows-1252 and Latin-1 make of the bytes that follow.
_SUSPICIOUS = re.compile("[ÂÃÄÅ][\x80-\xbfŒœŠšŸŽžƒˆ˜‘’‚“”„†‡•…‰‹›€™]|â€|â\x80|ï¬")


def repair_encoding(text: str) -> str:
    """Return `text` with mis-decoded letters put right; a letter of which a byte got lost stays as it is.

    Raises:
        ConfigurationError: there is something to repair and ftfy is not installed.
    """
    if not _SUSPICIOUS.search(text):
        return text
    try:
        import ftfy  # noqa: PLC0415 - only for the rare text that needs it
    except ImportError as error:
        raise ConfigurationError(
            "mis-decoded names need ftfy to be repaired; install it: pip install 'summarizer[sources]'"
        ) from error
    return ftfy.fix_encoding(text)

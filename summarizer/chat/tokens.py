"""How many tokens a text will about take, before it is sent. An estimator: what was billed is in `Usage`."""

from __future__ import annotations

import logging
import math
import re
import threading
from functools import cache

import tiktoken

logger = logging.getLogger(__name__)

_DEFAULT_ENCODING = "o200k_base"
_LOAD_SECONDS = 3.0
_CHUNK_CHARACTERS = 50_000
_CHARACTERS_PER_TOKEN = 4.6  # of English abstracts under o200k_base: 3.8 % mean error
_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def estimate_tokens(text: str, model: str) -> int:
    """Estimate the tokens of `text` for `model`.

    Counted by tiktoken: with the encoding of the model where it is known there, else with `o200k_base`, which is off
    by some percent for models of other families. The encoding is loaded once, on first use, from tiktoken's cache or
    the network. Where that fails or takes more than 3 seconds, the rest of the process estimates by length: 4.6
    characters a token, and one token for each Chinese, Japanese or Korean character.
    """
    encoding = _load_encoding(_encoding_name(model))
    if encoding is None:
        wide = len(_WIDE.findall(text))
        return math.ceil(wide + (len(text) - wide) / _CHARACTERS_PER_TOKEN)
    # In pieces: a million spaces in a row overflow tiktoken's stack.
    pieces = (text[start : start + _CHUNK_CHARACTERS] for start in range(0, len(text), _CHUNK_CHARACTERS))
    return sum(len(encoding.encode_ordinary(piece)) for piece in pieces)


def _encoding_name(model: str) -> str:
    try:
        return tiktoken.encoding_name_for_model(model)
    except KeyError:
        return _DEFAULT_ENCODING


@cache
def _load_encoding(name: str) -> tiktoken.Encoding | None:
    # tiktoken downloads without a time limit (openai/tiktoken#513 and others), so a network that swallows packets
    # would hang the program. A daemon thread can be left behind; a thread of an executor would be waited for at exit.
    loaded: list[tiktoken.Encoding] = []

    def load() -> None:
        try:
            loaded.append(tiktoken.get_encoding(name))
        except (OSError, ValueError) as error:  # no network, or a damaged file
            logger.debug("tiktoken can't load %s: %s", name, error)

    thread = threading.Thread(target=load, name=f"load {name}", daemon=True)
    thread.start()
    thread.join(_LOAD_SECONDS)
    if not loaded:
        logger.info("tokens are estimated by length: the encoding %s could not be loaded", name)
    return loaded[0] if loaded else None

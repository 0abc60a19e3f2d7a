"""XML files of any size, plain or packed (.gz), element by element: nothing but what is asked for is kept in memory."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, Protocol
from xml.parsers import expat

from gridplan.layers.files.archives import (
    ALWAYS_FINE,
    DOCTYPE_REFUSED,
    MAX_BYTES,
    MAX_RATIO,
    PROLOG,
    refusal,
    refuse_entities,
    too_large,
)
from gridplan.layers.files.reading import Reading

Attributes = dict[str, str]
_CHUNK = 1_000_000
_TEXT_PARTS = 1_000
"""Text inside one element is read up to so many buffers (of 8 kB): the shape of the longest road has far less."""


class Listener(Protocol):
    """What is told of each element: its name without namespace, its attributes, and the text inside it."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """Take an element that begins."""

    def end(self, name: str, text: str) -> None:
        """Take the text of an element that ends."""


def stream_xml(reading: Reading, path: Path, listener: Listener) -> None:
    """Tell `listener` every element of an XML file (`path`, which may end in .gz).

    Raises
    ------
    LayerError
        If the file declares a document type or entities, or unpacks to far more than it holds.
    OSError, xml.parsers.expat.ExpatError
        If it cannot be read, or is not XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    text: list[str] = []

    def add(part: str) -> None:
        if len(text) < _TEXT_PARTS:
            text.append(part)

    def begin(name: str, attributes: Attributes) -> None:
        text.clear()
        listener.begin(name.rsplit(" ", 1)[-1], attributes)

    def end(name: str) -> None:
        listener.end(name.rsplit(" ", 1)[-1], "".join(text))
        text.clear()

    def refuse(*_: Any) -> None:
        raise refusal(reading, *DOCTYPE_REFUSED)

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = add
    parser.StartDoctypeDeclHandler = refuse
    packed, total = max(path.stat().st_size, 1), 0
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        refuse_entities(file.read(PROLOG), reading)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            total += len(chunk)
            if total > MAX_BYTES or (total > ALWAYS_FINE and total / packed > MAX_RATIO):
                raise too_large(reading, total, 1)
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

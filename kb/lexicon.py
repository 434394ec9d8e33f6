"""The field's lexicon: what people say and the words of the statutes for it, kept as data that staff extend.

`data/lexicon.yaml` is ours, `lexicon.yaml` in the home is the staff's (`kb.lexicon_file` says what stands in them). A
later file adds to the earlier ones; an entry of it takes the place of theirs for the words it names, and `meant: []`
switches those words off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kb.address import instrument_name
from kb.lexical import fold
from kb.lexical_words import FIELD_WORDS
from kb.lexicon_file import Entry, LexiconFile, folded, read
from kb.phrases import GAP, Phrases, fold_in_place, word_ends
from kb.spelling import Speller


class Expansion(NamedTuple):
    """Words of a question, at `[start, end)` of it, and the words of the statutes for them."""

    said: str
    start: int
    end: int
    meant: tuple[str, ...]


class Vocabulary(NamedTuple):
    """The lexicon together with the instruments held: their names (spoken ones too) → instrument, those names as
    phrases, and what mends a slip in any known word."""

    names: Mapping[str, str]
    titles: Phrases
    speller: Speller


class Lexicon:
    """Everything that was read, ready to be matched. `entries` maps folded words to the entry that counts."""

    def __init__(self, files: Iterable[LexiconFile] = ()) -> None:
        self.entries: dict[str, Entry] = {}
        self.titles: dict[str, str] = {}
        self.misspelt: dict[str, str] = {}
        self.lookalikes: tuple[str, ...] = ()
        for file in files:
            self.entries |= {folded(words): entry for entry in file.entries for words in entry.said}
            self.titles |= {folded(words): title for words, title in file.titles.items()}
            self.misspelt |= {folded(words): right for words, right in file.misspelt.items()}
            self.lookalikes += file.lookalikes
        meant = {words: entry.meant for words, entry in self.entries.items() if entry.meant}
        self._meant = meant | {words: (title,) for words, title in self.titles.items()}
        self._phrases = Phrases(self._meant)
        self._with: tuple[Mapping[str, str], Vocabulary] | None = None

    @classmethod
    def load(cls, *paths: Path) -> Lexicon:
        """The lexicon of these files, the later ones going before; a file that is not there is left out. Raises
        BadInput naming file, entry and what is wrong."""
        return cls([read(path) for path in paths if path.exists()])

    @cached_property
    def version(self) -> str:
        """Equal for equal content."""
        content = [sorted(self._meant.items()), sorted(self.misspelt.items()), self.lookalikes]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:12]

    @cached_property
    def said(self) -> frozenset[str]:
        """What people say, folded, as far as it has no gap."""
        return frozenset(words for words in self._meant if GAP not in words)

    def vocabulary(self, known: Mapping[str, str]) -> Vocabulary:
        """`known` maps the names of instruments held to them; built once for as long as it is the same object."""
        with_these = self._with  # read once: another thread may build it for other instruments meanwhile
        if with_these is None or with_these[0] is not known:
            spoken = {words: known.get(instrument_name(title)) for words, title in self.titles.items()}
            held = {words: instrument for words, instrument in spoken.items() if instrument}
            names = held | {words.upper(): instrument for words, instrument in held.items()} | dict(known)
            titles = {fold_in_place(name) for name in known}
            meant = {fold(words) for meant in self._meant.values() for words in meant}
            terms = titles | meant | {fold_in_place(word) for word in FIELD_WORDS}
            speller = Speller(terms, self.said, self.misspelt, self.lookalikes)
            self._with = with_these = (known, Vocabulary(names, Phrases(titles), speller))
        return with_these[1]

    def names(self, known: Mapping[str, str]) -> Mapping[str, str]:
        """`known` (name → instrument) with the spoken names of those instruments that are held; the same object for
        the same `known`."""
        return self.vocabulary(known).names

    def entries_in(self, question: str) -> list[Entry]:
        """The entries whose words stand in a question, in its order."""
        found = self._phrases.spans(fold_in_place(question), word_ends(question))
        return [self.entries[span.phrase] for span in found if span.phrase in self.entries]

    def expansions(self, question: str, taken: Iterable[tuple[int, int]] = ()) -> tuple[Expansion, ...]:
        """What the words of a question mean in the words of the statutes, in its order; nothing that it says itself,
        and nothing within `taken` (spans of titles)."""
        plain, ends = fold_in_place(question), word_ends(question)
        missing: dict[str, tuple[str, ...]] = {}
        found = []
        for span in self._phrases.spans(plain, ends, taken):
            if span.phrase not in missing:
                missing[span.phrase] = tuple(words for words in self._meant[span.phrase] if fold(words) not in plain)
            if meant := missing[span.phrase]:
                found.append(Expansion(question[span.start : span.end], span.start, span.end, meant))
        return tuple(found)

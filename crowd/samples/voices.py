"""Say the same things as different residents would: politely, in a list, in haste, in capitals."""

import re
from random import Random

from crowd.samples.phrases import CLOSINGS, LIVES, OPENINGS, SIGNATURES, Phrase

_FIRST_PERSON = re.compile(r"\b(?:j'|je\b|m'|mon\b|ma\b|mes\b|nous\b|notre\b)", re.IGNORECASE)


def told(phrases: tuple[Phrase, ...], *, rng: Random) -> str:
    """Put the phrases in one person's voice: an opening, a closing, a layout, or none of these."""
    senses = {phrase.sense for phrase in phrases}
    sentences = [phrase.text for phrase in phrases]
    temper = "angry" if senses == {"-"} else "calm"
    anonymous = not any(_FIRST_PERSON.search(sentence) for sentence in sentences)
    opening = closing = signature = ""
    if anonymous and rng.random() < 0.25:
        opening = rng.choice(LIVES)
    elif anonymous and rng.random() < 0.3:
        signature = rng.choice(SIGNATURES)
    elif rng.random() < 0.4:
        opening = rng.choice(OPENINGS[temper])
    if rng.random() < 0.4:
        closing = rng.choice(CLOSINGS["asking" if ">" in senses else temper])
    return _voice(opening, sentences, closing, signature, angry=temper == "angry", rng=rng)


def _voice(
    opening: str, sentences: list[str], closing: str, signature: str, *, angry: bool, rng: Random
) -> str:
    """Lay the same things out as different people do."""
    if signature or rng.random() < 0.15:
        return "\n\n".join(part for part in (opening, *sentences, closing, signature) if part)
    if angry and rng.random() < 0.3:
        return _plainly(opening, _shouted(sentences), closing)
    if len(sentences) > 1 and rng.random() < 0.25:
        return "\n".join(part for part in (opening, *_listed(sentences, rng=rng), closing) if part)
    if rng.random() < 0.2:
        return _in_haste(sentences)
    return _plainly(opening, sentences, closing)


def _plainly(opening: str, sentences: list[str], closing: str) -> str:
    gap = "\n" if opening.endswith(",") else " "
    return (opening + gap + " ".join(part for part in (*sentences, closing) if part)).strip()


def _listed(sentences: list[str], *, rng: Random) -> list[str]:
    mark = rng.choice(["-", "*", "{})"])
    return [f"{mark.format(number)} {text}" for number, text in enumerate(sentences, start=1)]


def _in_haste(sentences: list[str]) -> str:
    """As typed on a phone: no capital to start with, no full stop to end with."""
    text = " ".join(sentences)
    return (text[0].lower() + text[1:]).rstrip(".")


def _shouted(sentences: list[str]) -> list[str]:
    """The first sentence in capitals; full stops do not feel strong enough for the others."""
    loud, *rest = sentences
    return [loud.upper(), *(text[:-1] + " !" if text.endswith(".") else text for text in rest)]

"""Several typings of one text, laid over one another."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.forms.rover import Slot, certainty, network, vote

WORDS = st.sampled_from(["le", "la", "maire", "maires", "de", "lyon", "vote", "12"])
typing = st.lists(WORDS, max_size=8)


def voted(slots: list[Slot], weights: list[float] | None = None) -> list[str]:
    count = len(slots[0]) if slots else 0
    return [word for slot in slots if (word := vote(slot, weights or [1.0] * count))]


@given(st.lists(typing, min_size=1, max_size=5))
def test_every_typing_can_be_read_back_from_the_network(typings: list[list[str]]) -> None:
    slots = network(typings)
    for index, words in enumerate(typings):
        assert [slot[index] for slot in slots if slot[index]] == words


@given(typing, st.integers(2, 5))
def test_what_all_have_typed_is_what_is_voted(words: list[str], people: int) -> None:
    slots = network([words] * people)
    assert voted(slots) == words
    assert len(slots) == len(words)


@given(st.lists(st.lists(WORDS, min_size=4, max_size=4), min_size=3, max_size=3), st.data())
def test_with_one_wrong_word_each_the_vote_is_the_majority_of_each_place(
    typings: list[list[str]], data: st.DataObject
) -> None:
    true = ["un", "deux", "trois", "quatre"]
    places = data.draw(st.permutations(range(4)))
    slipped = [[*true] for _ in typings]
    for words, place, wrong in zip(slipped, places, typings, strict=False):
        words[place] = wrong[place]
    majority = [Counter(each).most_common(1)[0][0] for each in zip(*slipped, strict=True)]
    assert voted(network(slipped)) == majority


@given(st.lists(typing, min_size=3, max_size=5, unique_by=tuple), st.randoms())
def test_the_order_of_the_typings_does_not_matter_when_one_is_central(typings, rng) -> None:
    central = ["le", "maire", "de", "lyon"]
    typings = [central, central, central, *typings[:2]]
    shuffled = list(typings)
    rng.shuffle(shuffled)
    assert voted(network(typings)) == voted(network(shuffled)) == central


def test_a_slip_of_the_hand_is_laid_over_the_word_it_means() -> None:
    slots = network([["le", "maire", "vote"], ["le", "mairre", "vote"], ["le", "vote"]])
    assert slots == [("le", "le", "le"), ("maire", "mairre", ""), ("vote", "vote", "vote")]


def test_a_word_that_half_have_forgotten_stays() -> None:
    assert voted(network([["le", "maire"], ["maire"]])) == ["le", "maire"]


def test_weight_decides_against_numbers() -> None:
    slots = network([["oui"], ["non"], ["non"]])
    assert voted(slots) == ["non"]
    assert voted(slots, [5.0, 1.0, 1.0]) == ["oui"]


def test_long_texts_are_laid_over_one_another_quickly_and_well() -> None:
    words = [f"mot{number}" for number in range(1700)]
    other = [word for number, word in enumerate(words) if number % 50]
    slots = network([words, other, words])
    assert voted(slots) == words


@given(st.lists(typing.filter(bool), min_size=2, max_size=4))
def test_one_more_who_says_the_same_never_makes_it_less_certain(typings) -> None:
    slots = network(typings)
    best = [vote(slot, [1.0] * len(typings)) for slot in slots]
    more = [(*slot, word) for slot, word in zip(slots, best, strict=True)]
    before = certainty(slots, [0.8] * len(typings))
    assert 0 <= before <= certainty(more, [0.8] * (len(typings) + 1)) <= 1


def test_two_who_agree_are_surer_than_one_and_than_two_who_do_not() -> None:
    one, two = network([["a", "b"]]), network([["a", "b"]] * 2)
    apart = network([["a", "b"], ["a", "c"]])
    assert certainty(apart, [0.9] * 2) < certainty(one, [0.9]) < certainty(two, [0.9] * 2)

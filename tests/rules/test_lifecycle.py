"""The lives of things: their tables are complete, and the documentation prints them."""

from enum import Enum

import pytest

from crowd.config import places
from crowd.rules import lifecycle
from crowd.rules.lifecycle import (
    ASSIGNMENT_MOVES,
    CAMPAIGN_MOVES,
    DELIVERY_MOVES,
    DOCUMENT_MOVES,
    MICROTASK_MOVES,
    UPLOAD_MOVES,
    AssignmentState,
    CampaignState,
    DeliveryState,
    DocumentState,
    ForbiddenMove,
    MicroTaskState,
    UploadState,
)

TABLES = [
    pytest.param(MICROTASK_MOVES, MicroTaskState, MicroTaskState.OPEN, id="micro-task"),
    pytest.param(ASSIGNMENT_MOVES, AssignmentState, AssignmentState.LENT, id="assignment"),
    pytest.param(DOCUMENT_MOVES, DocumentState, DocumentState.RECEIVED, id="document"),
    pytest.param(DELIVERY_MOVES, DeliveryState, DeliveryState.RECEIVED, id="delivery"),
    pytest.param(CAMPAIGN_MOVES, CampaignState, CampaignState.DRAFT, id="campaign"),
    pytest.param(UPLOAD_MOVES, UploadState, UploadState.PRIVATE, id="upload"),
]


def printed(heading: str) -> str:
    """The fenced Mermaid block under a heading of docs/architecture.md."""
    page = (places.root() / "docs" / "architecture.md").read_text()
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return section.split("```mermaid\n", 1)[1].split("\n```", 1)[0]


@pytest.mark.parametrize(("moves", "states", "start"), TABLES)
def test_a_table_covers_every_state(moves, states, start) -> None:
    assert set(moves) == set(states)


@pytest.mark.parametrize(("moves", "states", "start"), TABLES)
def test_every_state_can_be_reached_from_the_first(moves, states, start) -> None:
    reached, ahead = {start}, [start]
    while ahead:
        new = set(moves[ahead.pop()].values()) - reached
        reached |= new
        ahead += new
    assert reached == set(states)


@pytest.mark.parametrize(("moves", "states", "start"), TABLES)
def test_two_ways_out_of_a_state_lead_to_different_states(moves, states, start) -> None:
    for ways in moves.values():
        assert len(set(ways.values())) == len(ways)


@pytest.mark.parametrize(("moves", "states", "start"), TABLES)
def test_exactly_the_moves_in_the_table_and_staying_put_are_allowed(moves, states, start) -> None:
    def allowed(before: Enum, after: Enum) -> bool:
        try:
            lifecycle.check(moves, before, after)
        except ForbiddenMove:
            return False
        return True

    for before in states:
        for after in states:
            expected = before is after or after in moves[before].values()
            assert allowed(before, after) is expected


def test_a_forbidden_move_says_from_where_to_where() -> None:
    with pytest.raises(ForbiddenMove, match="answered → lent"):
        lifecycle.check(ASSIGNMENT_MOVES, AssignmentState.ANSWERED, AssignmentState.LENT)


def test_the_architecture_page_prints_the_life_of_a_micro_task() -> None:
    expected = lifecycle.mermaid(MICROTASK_MOVES, start=MicroTaskState.OPEN)
    assert printed("The life of a micro-task") == expected


def test_the_architecture_page_prints_the_life_of_an_assignment() -> None:
    expected = lifecycle.mermaid(ASSIGNMENT_MOVES, start=AssignmentState.LENT)
    assert printed("The life of an assignment") == expected


def test_the_architecture_page_prints_the_life_of_a_delivery() -> None:
    expected = lifecycle.mermaid(DELIVERY_MOVES, start=DeliveryState.RECEIVED)
    assert printed("How documents come in") == expected


def test_the_architecture_page_prints_the_life_of_a_document() -> None:
    expected = lifecycle.mermaid(DOCUMENT_MOVES, start=DocumentState.RECEIVED)
    assert printed("The life of a document") == expected


def test_the_diagram_of_uploads_is_the_table() -> None:
    expected = lifecycle.mermaid(UPLOAD_MOVES, start=UploadState.PRIVATE)
    assert printed("The life of an upload") == expected

"""How well people agree on each question, beyond chance: for the campaigner."""

from crowd.models import Campaign, QuestionKnowledge


def of_campaign(campaign: Campaign) -> list[QuestionKnowledge]:
    """What was last measured of each question, in the order they are asked."""
    found = QuestionKnowledge.objects.filter(question__step__campaign=campaign)
    measured = found.exclude(measured_at=None).select_related("question__step")
    return list(measured.order_by("question__step__position", "question__position"))

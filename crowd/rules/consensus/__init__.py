"""The cross-check: from several noisy answers, what is true, how sure one is, what is missing.

Pure Python and NumPy; the service, the benchmark and outsiders call the same functions.

- `decide`: one micro-task, from its answers and what is known of people and questions.
- `Knowledge`, `Pool`, `Reliability`, `Contribution`: what is known, as sums that are stored and
  updated in place (subtract a micro-task's old contribution, add its new one).
- `leave_one_out`: what would be probable without each person, for the points.
- `estimate`: all answers of a step at once, the same for any order of arrival.
- `guards`: agreement beyond chance, and series of answers that look odd.
"""

from crowd.rules.atoms import label
from crowd.rules.consensus.deciding import decide
from crowd.rules.consensus.decisions import RULE_VERSION, Decision, Outlook, QuestionVerdict
from crowd.rules.consensus.estimation import Estimate, estimate
from crowd.rules.consensus.learning import furthest
from crowd.rules.consensus.leaving_out import leave_one_out
from crowd.rules.consensus.statistics import Contribution, Knowledge, Pool, Reliability
from crowd.rules.consensus.votes import Vote

__all__ = [
    "RULE_VERSION",
    "Contribution",
    "Decision",
    "Estimate",
    "Knowledge",
    "Outlook",
    "Pool",
    "QuestionVerdict",
    "Reliability",
    "Vote",
    "decide",
    "estimate",
    "furthest",
    "label",
    "leave_one_out",
]

"""The verbs of MPC-SER-002, by the room of the procedure in which they happen.

Each is one transaction with who (`by`) and when (`at`), and leaves one line in the bitácora.
"""

from complaints.actions.answering import answer_delivered, draft_answer, redraft_answer
from complaints.actions.closing import (
    answer_survey,
    cancel,
    close,
    investigate_again,
    mark_as_duplicate,
    record_conformity,
    reopen,
)
from complaints.actions.intake import acknowledge, confirm, correct, receive, register
from complaints.actions.investigating import add_evidence, assign_responsible, channel, issue_dictamen, triage_again

__all__ = [
    "acknowledge",
    "add_evidence",
    "answer_delivered",
    "answer_survey",
    "assign_responsible",
    "cancel",
    "channel",
    "close",
    "confirm",
    "correct",
    "draft_answer",
    "investigate_again",
    "issue_dictamen",
    "mark_as_duplicate",
    "receive",
    "record_conformity",
    "redraft_answer",
    "register",
    "reopen",
    "triage_again",
]

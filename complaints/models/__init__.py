"""The records of a complaint: what happened is a row with who and when, never a flag."""

from complaints.models.acknowledgement import Acknowledgement
from complaints.models.answer import (
    Conformity,
    ConformityResult,
    CustomerAnswer,
    SatisfactionSurvey,
)
from complaints.models.complaint import (
    Channel,
    Complaint,
    Kind,
    Matter,
    Reason,
    Severity,
)
from complaints.models.correction import Correction
from complaints.models.dictamen import Dictamen
from complaints.models.ending import Cancellation, Closure, Duplication, Reopening
from complaints.models.triage import Triage

__all__ = [
    "Acknowledgement",
    "Cancellation",
    "Channel",
    "Closure",
    "Complaint",
    "Conformity",
    "ConformityResult",
    "Correction",
    "CustomerAnswer",
    "Dictamen",
    "Duplication",
    "Kind",
    "Matter",
    "Reason",
    "Reopening",
    "SatisfactionSurvey",
    "Severity",
    "Triage",
]

"""MPC-SER-009 requests: from whom, to which department, answer, verification, rework.

Knows the case it is about only as a `CaseFile`; never imports complaints.
"""

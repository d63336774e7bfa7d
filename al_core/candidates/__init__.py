"""Candidates: what sessions say of the rows of an index, in numbers, tables and files."""

from al_core.candidates.assessments import SessionAssessments

__all__ = ["SessionAssessments"]

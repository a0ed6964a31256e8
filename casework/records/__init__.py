"""The documentary record ISO asks for: expediente, who takes part in it, folio, bitácora, evidencia, search.

Touch `models.py` rarely and with two reviewers. Timeline rows are written through `timeline.write` and never edited;
sentences are in `sentences.py`; uploaded files are stored under their hash and never overwritten.
"""

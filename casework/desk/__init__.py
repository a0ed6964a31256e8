"""What a person has half done: drafts kept by the server.

Touch it for another thing that people leave and come back to. It never decides anything about a case.
"""

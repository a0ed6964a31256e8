"""El oficio de llevar un expediente: what any case needs, whatever its procedure.

Each folder is a room with a door sign of its own; imports only point down the floor plan of the README.
"""

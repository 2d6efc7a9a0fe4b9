"""A crowd of children on the lists of eight offices, with the truth apart: labelled data to judge matching by.

It knows what offices do to data, from published rates and the project's contracts; nothing of how matching works.
"""

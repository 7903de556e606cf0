"""The mail catcher of the embedded default: takes every mail that is sent, keeps it as a file and
shows it on `/caught/`. It passes nothing on.
"""

"""Starts everything the portal needs on a bare machine: `make run`, `make test` and the rest.

Runs before anything is installed, so it uses the standard library only and imports nothing else of ours.
"""

"""The portal's work beside small versions of the least that such work can cost, in one run: `make bench`.

Only the ratios mean anything: the same machine is twice as fast an hour later. Nothing here is collected as a test,
and nothing fails because it is slow; see docs/performance.md.
"""

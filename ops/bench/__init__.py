"""`make bench`: what the hot paths cost on this machine, on settings that keep what was acknowledged.

Here and not at the top level because it is made of the launcher's own parts (private cluster, processes, steps) and
runs before there is a virtualenv: standard library only.
"""

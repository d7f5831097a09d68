"""Draws the pictures of the demo: street scenes before and after, and the sample photos."""

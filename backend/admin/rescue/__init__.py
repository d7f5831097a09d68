"""Rescue: what a phone could not send, carried here as a file by somebody (docs/adr/0052)."""

"""`make faults SEEDS=n`: the long form of the fault tests, and the table that comes of it."""

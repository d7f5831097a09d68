"""Tasks of the supervision centre: verify before filing (核实), check after disposal (核查), look a second time."""

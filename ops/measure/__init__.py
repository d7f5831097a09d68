"""`make measure`: what the app costs a phone and a person, measured in a real browser. See docs/performance.md."""

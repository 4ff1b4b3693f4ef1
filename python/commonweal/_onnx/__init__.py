"""A classifier as an ONNX file: what is asked of it, and what runs it."""

"""Draws rows with Polars. usage: polars_sample.py FILE ROWS OUTPUT"""

import sys

import polars

file, rows, output = sys.argv[1:4]
polars.scan_ndjson(file).collect(engine="streaming").sample(int(rows), seed=42).write_ndjson(output)

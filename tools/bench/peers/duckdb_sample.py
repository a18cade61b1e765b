"""Draws rows with DuckDB: its reservoir sample over its JSON reader. usage: duckdb_sample.py FILE ROWS OUTPUT"""

import sys

import duckdb

file, rows, output = sys.argv[1:4]
duckdb.sql(f"COPY (SELECT * FROM read_json('{file}') USING SAMPLE reservoir({int(rows)} ROWS) REPEATABLE (42)) TO '{output}' (FORMAT json)")

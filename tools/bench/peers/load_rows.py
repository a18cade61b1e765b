"""Loads files of rows with a program and prints the rows of each that it could read. Usage: load_rows.py PROGRAM FILE…"""
import json
import sys


def load(program: str, path: str) -> int:
    is_parquet = path.endswith(".parquet")
    if program == "datasets":
        import datasets

        datasets.disable_progress_bars()
        return len(datasets.load_dataset("parquet" if is_parquet else "json", data_files=path, split="train"))
    if program == "polars":
        import polars

        return len(polars.read_parquet(path) if is_parquet else polars.read_ndjson(path, infer_schema_length=None))
    if program == "pandas":
        import pandas

        return len(pandas.read_parquet(path) if is_parquet else pandas.read_json(path, lines=True))
    if program == "duckdb":
        import duckdb

        return duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0]
    raise SystemExit(f"no such program: {program}")


for path in sys.argv[2:]:
    try:
        print(json.dumps({"path": path, "rows": load(sys.argv[1], path)}))
    except Exception as error:  # noqa: BLE001: whatever a program says is the result
        print(json.dumps({"path": path, "error": f"{type(error).__name__}: {error}"[:200]}))

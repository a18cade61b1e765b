"""Runs a pipeline of this project in the original Python SDG, leaf after leaf as its generate_data does.

usage: instructlab_sdg.py PIPELINE_FOLDER SEEDS URL SCALE BATCH_SIZE WORKERS PROCESSES
WORKERS and PROCESSES: a number, or `default`; PROCESSES 0: filter and map in the process itself.
Prints one line of JSON: rows, seconds from the first pipeline's start to the last one's end.
"""

import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

import openai
from datasets import Dataset
from instructlab.sdg.pipeline import Pipeline, PipelineContext

folder, seeds_file, url, scale, batch_size, workers, processes = sys.argv[1:8]
files = {"knowledge": "knowledge.yaml", "freeform_skill": "freeform_skills.yaml", "grounded_skill": "grounded_skills.yaml"}

leaves = {}
with open(seeds_file, encoding="utf-8") as lines:
    for line in lines:
        seed = json.loads(line)
        seed.pop("_sdg", None)
        leaves.setdefault((seed["leaf_node_type"], seed["leaf_node_path"]), []).append(seed)

context = PipelineContext(
    client=openai.OpenAI(base_url=url, api_key="none", timeout=None, max_retries=3),
    model_family="mixtral",
    model_id="sim",
    num_instructions_to_generate=int(scale),
    batch_size=int(batch_size),
    batch_num_workers=None if workers == "default" else int(workers),
    dataset_num_procs=PipelineContext.DEFAULT_DATASET_NUM_PROCS if processes == "default" else int(processes) or None,
)
rows = 0
failed = []
began = time.monotonic()
for (kind, path), seeds in leaves.items():
    pipeline = Pipeline.from_file(context, os.path.join(os.path.abspath(folder), files[kind]))
    try:
        rows += len(pipeline.generate(Dataset.from_list(seeds)))
    except Exception as error:  # One leaf that fails must not hide the others.
        failed.append(f"{path}: {error}"[:300])
print(json.dumps({"rows": rows, "seconds": time.monotonic() - began, "failed": failed}))

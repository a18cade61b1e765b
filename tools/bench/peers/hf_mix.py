"""Mixes datasets by weight with Hugging Face datasets, as the original's mixing does: shuffle, select, map, concatenate.

usage: hf_mix.py OUTPUT CACHE TOTAL SYSTEM_PROMPT FILE=WEIGHT...
"""

import os
import sys

output, cache, total, system = sys.argv[1:5]
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_CACHE"] = cache
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

from datasets import concatenate_datasets, load_dataset


def with_system(sample):
    return {"messages": [{"role": "system", "content": system}] + sample["messages"]}


parts = []
for argument in sys.argv[5:]:
    path, weight = argument.rsplit("=", 1)
    dataset = load_dataset("json", data_files=path, split="train")
    count = round(float(weight) * int(total))
    parts.append(dataset.shuffle(seed=42).select(range(count)).map(with_system, num_proc=os.cpu_count()))
concatenate_datasets(parts).to_json(output, orient="records", lines=True)

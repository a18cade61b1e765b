"""LiteLLM's proxy with a mock reply on a free port of the loopback, its model named as one whose chat template we know.

Prints the base URL as its first line once it answers, and ends when stdin is closed.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

REPLY = "<think>A draft.</think>\n\nA river flows to the sea."
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
folder = pathlib.Path(tempfile.mkdtemp())
config = folder / "config.yaml"
model = {"model_name": "mixtral-8x7b", "litellm_params": {"model": "openai/mock", "api_key": "none", "mock_response": REPLY}}
config.write_text(json.dumps({"model_list": [model]}))
command = pathlib.Path(sys.executable).parent / "litellm"
# On the loopback, for a test: no key.
environment = {**os.environ, "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}
with open(folder / "log", "w") as log:
    arguments = [command, "--config", config, "--host", "127.0.0.1", "--port", str(port)]
    proxy = subprocess.Popen(arguments, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
try:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5)
            break
        except OSError:
            if proxy.poll() is not None:
                sys.exit((folder / "log").read_text()[-2000:])
            time.sleep(0.5)
    else:
        sys.exit("the proxy did not answer within five minutes")
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    sys.stdin.read()
finally:
    proxy.terminate()

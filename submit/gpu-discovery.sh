#!/usr/bin/env bash
# Tells Spark which GPUs an executor's node has, as its resource API wants it: {"name": "gpu", "addresses": ["0","1"]}
#   spark.executor.resource.gpu.discoveryScript   /opt/herd/submit/gpu-discovery.sh
# On a standalone cluster it is the worker's: spark.worker.resource.gpu.discoveryScript.
set -euo pipefail

command -v nvidia-smi >/dev/null || {
  echo "There is no nvidia-smi on $(hostname). What to do: install NVIDIA's driver, or don't ask for GPUs on this node." >&2
  exit 1
}
indices=$(nvidia-smi --query-gpu=index --format=csv,noheader)
[[ $indices =~ ^[0-9]+($'\n'[0-9]+)*$ ]] || {
  echo "nvidia-smi found no GPU on $(hostname); it says: $indices" >&2
  exit 1
}
printf '{"name": "gpu", "addresses": ["%s"]}\n' "${indices//$'\n'/\",\"}"

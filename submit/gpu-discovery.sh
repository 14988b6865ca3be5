#!/usr/bin/env bash
# Tells Spark which GPUs an executor may use, as its resource API wants it: {"name": "gpu", "addresses": ["0","1"]}
#   spark.executor.resource.gpu.discoveryScript   /opt/herd/submit/gpu-discovery.sh
# On YARN, --files submit/gpu-discovery.sh brings it, and ./gpu-discovery.sh is its name. On a standalone cluster it is the
# worker's: spark.worker.resource.gpu.discoveryScript. Where CUDA_VISIBLE_DEVICES is set, these are all.
set -euo pipefail

command -v nvidia-smi >/dev/null || {
  echo "There is no nvidia-smi on $(hostname). What to do: install NVIDIA's driver, or don't ask for GPUs on this node." >&2
  exit 1
}
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader)
[[ $addresses =~ ^[0-9]+($'\n'[0-9]+)*$ ]] || {
  echo "nvidia-smi found no GPU on $(hostname); it says: $addresses" >&2
  exit 1
}
if [[ -n ${CUDA_VISIBLE_DEVICES+set} ]]; then # nvidia-smi doesn't heed it; CUDA ends its list at the first that is none
  addresses=
  while read -rd, address && [[ $address =~ ^([0-9]+|(GPU|MIG)-[[:alnum:]/-]+)$ ]]; do
    addresses+=${addresses:+$'\n'}$address
  done <<<"$CUDA_VISIBLE_DEVICES,"
  [[ -n $addresses ]] || {
    echo "CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES hides every GPU of $(hostname). What to do: unset it, or ask for none." >&2
    exit 1
  }
fi
printf '{"name": "gpu", "addresses": ["%s"]}\n' "${addresses//$'\n'/\",\"}"

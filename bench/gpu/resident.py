"""Runs a command and prints its last line of JSON with the most memory it had resident, in MiB: "own", "mapped" (files), "shared" (files
in memory).

usage: resident.py COMMAND ...
"""
import json, subprocess, sys, time

KINDS = {"RssAnon": "own", "RssFile": "mapped", "RssShmem": "shared"}


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        fields = (line.split() for line in status)
        return {KINDS[field[0][:-1]]: int(field[1]) >> 10 for field in fields if field[0][:-1] in KINDS}


def main():
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
    most = {}
    while process.poll() is None:
        try:
            most = {kind: max(size, most.get(kind, 0)) for kind, size in resident(process.pid).items()} or most
        except OSError:  # it has just ended
            pass
        time.sleep(0.05)
    lines = [line for line in process.stdout.read().splitlines() if line.startswith("{")]
    if lines:
        print(json.dumps({**json.loads(lines[-1]), "most_mib": most}), flush=True)
    sys.exit(process.returncode)


if __name__ == "__main__":
    main()

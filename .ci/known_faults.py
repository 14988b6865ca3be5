"""Which faults PyPI knows of the Python packages that this repository pins: in its builds, tests and documents.

Ends with 1 if there is one. An index that says nothing of a version (mirrors don't) is no proof: such versions are counted.
For Java's libraries there is no such index: give a scanner the release's SBOM (job/target/herd-sbom.json).
  .ci/known_faults.py [INDEX]
"""
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request

PIN = re.compile(r"\b([A-Za-z][\w.-]*)==(\d+(?:\.\w+)+)")


def pins():
    """Names with versions, in files that git knows."""
    files = subprocess.run(["git", "grep", "-hIE", "[A-Za-z]==[0-9]+\\."], capture_output=True, text=True, check=True)
    return sorted(set(PIN.findall(files.stdout)))


def faults(index, name, version):
    """Those of a version; None where the index says nothing of it."""
    try:
        with urllib.request.urlopen(f"{index}/pypi/{name}/{version}/json", timeout=30) as answer:
            known = json.load(answer)["vulnerabilities"]
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise
    return [fault for fault in known if not fault.get("withdrawn")]


def main(index="https://pypi.org", asked=None):
    asked = pins() if asked is None else asked
    found, silent = 0, 0
    for name, version in asked:
        known = faults(index, name, version)
        silent += known is None
        for fault in known or []:
            found += 1
            names = ", ".join([fault["id"], *fault.get("aliases", [])])
            print(f"{name} {version}: {names}; fixed in {', '.join(fault.get('fixed_in', [])) or 'none'}")
    print(f"known_faults: {found} in {len(asked) - silent} of {len(asked)} versions; of the others {index} says nothing")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

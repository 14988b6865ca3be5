"""What a user of huggingface_hub does; prints what comes of it: a value, or the error's name."""

import sys

import huggingface_hub as hub


def snapshot(repo):
    return hub.snapshot_download(repo)


def file(repo, name, revision):
    return hub.hf_hub_download(repo, name, revision=revision)


def whoami():
    about = hub.whoami()
    return f"{about['name']} {about['auth']['accessToken']['role']}"


def auth_check(repo):
    hub.auth_check(repo)
    return "ok"


def files(repo):
    return " ".join(hub.list_repo_files(repo))


try:
    print({f.__name__: f for f in (snapshot, file, whoami, auth_check, files)}[sys.argv[1]](*sys.argv[2:]))
except Exception as e:
    print(f"{type(e).__name__}: {e}")

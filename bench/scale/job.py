"""The whole job: what comes before the generate step and after it, and what each part takes.

The steps around the generate step need no events: they are sums over rows and files, divided by the cores at work.
"""
import random
from dataclasses import dataclass

from generate import Step
from parts import Outcome, checkpoint_rows


@dataclass
class Job:
    rows: int
    executors: int
    distribution: str
    seconds: dict  # by step, one after the other; generate with the fetching
    fetch: list  # seconds until each executor's engine is loaded
    step: Outcome

    @property
    def wall(self):
        return sum(self.seconds.values())

    @property
    def idle(self):
        return 1 - self.step.useful / (self.executors * self.wall)

    def share(self, part):
        """Of all engines' time between the job's begin and end."""
        return self.engine_seconds()[part] / (self.executors * self.wall)

    def engine_seconds(self):
        went, each = self.step.engine, self.executors
        return {
            "download": went["loading"] + each * self.seconds["resolve"],
            "plan": each * (self.seconds["read"] + self.seconds["plan"]),
            "tail": went["tail"] + went["drain"],
            "log": went["starting"] + each * self.seconds["log"],
            "losses": max(0.0, went["down"] + went["replan"] + went["busy"] - self.step.useful),
            "publish": each * self.seconds["publish"],
        }


def cores(f, executors, tasks):
    return max(1, min(tasks, f.cores or executors * f.task_slots))


def spark(f, executors, rows, each):
    """Seconds of a step that shuffles: no more of its tasks run at a time than it has partitions."""
    return rows * each / cores(f, executors, f.shuffle_partitions)


def listing(f, files):
    pages = 1 + files / f.page
    return pages * (f.list_seconds if f.store == "s3" else f.hdfs_page_seconds)


def log(f, executors, files):
    """Listing the log in the driver, and reading its files in tasks."""
    tasks = files / f.files_per_task
    each = f.get_seconds if f.store == "s3" else f.hdfs_open_seconds
    limit = 2 * files / f.get_limit if f.store == "s3" else files / f.hdfs_ops  # HEAD and GET; open
    return listing(f, files) + max(files * each / cores(f, executors, max(1, tasks)), limit, tasks * f.task_launch)


def auto(f, executors):
    return "staged" if executors > f.hub_hosts else "hub"


def resolved(f, distribution):
    """The driver downloads what it stages, and puts it there."""
    if distribution != "staged":
        return 2.0
    return 2.0 + f.model_bytes / f.host_bytes_per_second + f.model_bytes / f.stage_bytes_per_second


def fetched(f, executors, distribution, seed):
    """When each executor, one a host, has its model loaded, from its first task on."""
    rng = random.Random(f"fetch {seed}")
    load = f.model_bytes / f.load_bytes_per_second
    if distribution == "local":
        return [load] * executors
    if distribution == "staged":
        return [load + staged(f, executors)] * executors
    spread = min(f.most_spread, executors // f.hosts_per_second)
    begins = sorted(rng.uniform(0, spread) for _ in range(executors))
    seconds = max(f.model_bytes / f.host_bytes_per_second, executors * f.model_bytes / f.hub_bytes_per_second)
    hosts_a_window = max(1, int(f.hub_limit // f.model_files))
    return [
        max(begin, number // hosts_a_window * f.hub_window) + seconds + load for number, begin in enumerate(begins)
    ]


def staged(f, executors):
    alone = f.model_bytes / f.host_bytes_per_second
    if f.store == "s3":
        return max(alone, executors * f.model_bytes / (64 << 20) / f.get_limit)  # a GET for each piece
    senders = f.hdfs_replicas * max(1, f.model_bytes // (128 << 20))
    return max(alone, executors * f.model_bytes / (senders * 1e9))


def simulate(f, rows, executors, distribution="auto", seed=0):
    distribution = auto(f, executors) if distribution == "auto" else distribution
    fetch = fetched(f, executors, distribution, seed)
    young = f.young_job
    plan = young[1] + 2 * spark(f, executors, rows, f.plan_seconds)  # counted, and again for the tasks' rows
    replan = lambda files: f.stop_seconds + log(f, executors, files) + plan
    guess = rows / checkpoint_rows(f, executors) / 2
    step = Step(f, rows, fetch, seed, reload=fetch[0], replan=replan(guess)).run()
    seconds = {
        "resolve": resolved(f, distribution),
        "read": young[0] + rows * (f.prompt_seconds + f.read_seconds) / cores(f, executors, 1 << 30),
        "plan": plan,
        "generate": step.seconds,
        "log": log(f, executors, step.files),
        "publish": young[2] + spark(f, executors, rows, f.publish_seconds + f.key_seconds),
    }
    return Job(rows, executors, distribution, seconds, fetch, step)

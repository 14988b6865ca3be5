"""What gives way first: each limit with the share of it that a job uses; above 1 it is exceeded."""
from dataclasses import dataclass


@dataclass
class Limit:
    name: str
    used: float  # share of the limit
    effect: str


def limits(f, job):
    """From the one that is exceeded most."""
    found = list(files(f, job)) + list(driver(f, job)) + list(fetching(f, job))
    return sorted(found, key=lambda limit: -limit.used)


def files(f, job):
    step = job.step
    if step.rows < job.rows:
        yield Limit("resubmissions without progress", 2.0, "the run doesn't end")
    busy = max(1.0, step.seconds - min(job.fetch))
    flushes = step.files / busy
    running = min(step.tasks, job.executors * f.task_slots)
    pages = 1 + running // f.page  # InFlight.isLeftToLater lists what runs, after each flush
    reads = step.requests / busy + flushes * (1 + pages)
    if f.store == "s3":
        yield Limit("S3 PUT/s", (flushes + 2 * step.tasks / busy) / f.put_limit, "503 and retries")
        yield Limit("S3 LIST+GET/s", reads / f.get_limit, "503 and retries")
    else:
        yield Limit("HDFS files in a folder of results/", step.files / folders(f, step) / f.hdfs_directory, "writes fail")
        yield Limit("NameNode reads/s", reads / f.hdfs_ops, "all its users wait")
        changes = 5 * flushes + 2 * step.tasks / busy  # create, block, complete, delete, rename; a marker comes and goes
        yield Limit("NameNode changes/s", changes / f.hdfs_writes, "all its users wait")
    if f.lists_all or step.losses:
        together = f.task_slots if f.lists_all else 1
        listed = step.files / folders(f, step)
        yield Limit("executor heap, log listed", together * listed * f.status_bytes / f.executor_heap, "out of memory")


def folders(f, step):
    return max(1, step.tasks / f.partitions_together)


def driver(f, job):
    step, half = job.step, f.driver_heap / 2  # the rest is Spark's and young objects
    yield Limit("driver heap, log listed", step.files * f.status_bytes / half, "out of memory")
    yield Limit("driver heap, tasks", step.tasks * (f.sums_bytes + f.spark_task_bytes) / half, "out of memory")
    events = job.executors / f.heartbeat + step.tasks / max(1.0, step.seconds)
    yield Limit(
        "driver's listeners", events * f.sums_per_event * step.tasks * f.sum_seconds, "Spark drops events: deadline and live line come late"
    )
    yield Limit("driver's task starts", step.tasks * f.task_launch / max(1.0, step.seconds), "tasks wait")


def fetching(f, job):
    if job.distribution == "hub":
        yield Limit("Hub requests in 5 min", job.executors * f.model_files / f.hub_limit, "429: waits of 5 min")

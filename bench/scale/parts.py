"""What the generate step is made of: tasks, executors, storage that answers, and what came of a step."""
import math
from dataclasses import dataclass, field


@dataclass
class Task:
    rows: int  # without a result in the log
    cost: float  # of them, in rows of average length
    attempts: int = 0
    again: bool = False  # in this submission of the stage
    state: str = "waiting"  # then working, then ending: its last rows are
    begun: float = 0
    end: float = 0  # by its executor's own clock, see Executor.clock
    first: float = 0  # that clock when it began


@dataclass
class Executor:
    speed: float
    ready: float  # when its engine is loaded
    tasks: set = field(default_factory=set)  # by id; held ones, begun or not
    active: list = field(default_factory=list)  # heap of (end, id) of those that the engine works for
    clock: float = 0  # rows that each active task has had
    at: float = 0
    state: str = "loading"
    since: float = 0
    version: int = 0
    useful: float = 0  # seconds of its engine that went into results


class Requests:
    """What storage answers so many times a second; who asks more waits."""

    def __init__(self, limit):
        self.limit, self.free, self.count = limit, 0.0, 0

    def ask(self, now, number, each):
        """When the last of some requests, one after the other, is answered."""
        self.count += number
        self.free = max(self.free, now) + number / self.limit
        return max(self.free, now + number * each)


@dataclass
class Outcome:
    seconds: float
    rows: int  # results written
    repeated: float  # rows of average length that were computed in vain
    tasks: int
    files: int
    losses: int
    resubmissions: int
    lists: float  # seconds that a task's listing took in the end
    requests: int
    useful: float  # engine seconds
    engine: dict  # engine seconds by what they went into


def at_once(f, executors):
    """Cores that Spark tells of when the step begins."""
    return max(2, int(executors * f.registered) * f.task_slots)


def checkpoint(f, executors):
    """Seconds until a task writes what it has, as TaskSizes.checkpoint has them."""
    return f.flush_seconds or round(f.shortest_flush * longer(f, executors))


def checkpoint_rows(f, executors):
    """Rows after which it does so, as TaskSizes.checkpointRows has them."""
    return f.flush_rows or round(f.least_flush_rows * longer(f, executors))


def longer(f, executors):
    return min(f.longest_flush, math.sqrt(max(1, at_once(f, executors) / f.many_cores)))


def partitions(f, rows, executors):
    """As TaskSizes.partitions has it."""
    cores = at_once(f, executors)
    each = f.task_rows if cores < f.many_cores else f.task_rows_of_many
    wanted = max(cores, min(rows // each, cores * f.waves), rows // f.most_rows)
    return max(1, min(wanted, rows // f.least_rows))


def split(rows, parts, rng):
    """Rows by the hash of their keys: nearly even."""
    mean = rows / parts
    counts = [max(0, round(rng.gauss(mean, math.sqrt(mean * (1 - 1 / parts))))) for _ in range(parts)]
    missing = rows - sum(counts)
    while missing:
        step = max(1, abs(missing) // parts)
        for i in range(parts):
            change = min(step, abs(missing), counts[i] if missing < 0 else step)
            counts[i] += change if missing > 0 else -change
            missing += -change if missing > 0 else change
            if not missing:
                break
    return counts

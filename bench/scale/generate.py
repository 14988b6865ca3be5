"""The generate step as discrete events: tasks share the engine of their executor, write files, end, or are lost.

The events are starts and ends of tasks, losses and returns of executors. What happens in between is exact: an engine
divides its speed evenly among the tasks that it has (their windows of rows are alike), so that each task's end is known
until the next event. Flushes aren't events: how many there were, and what the last one left, follows from a task's pace.
"""
import heapq
import math
import random
from collections import deque

from losses import Losses
from parts import Executor, Outcome, Requests, Task, checkpoint, checkpoint_rows, partitions, split


# Resubmissions without a new row. Herd goes on as long as it learns of dead attempts; a simulation has to end
MOST_FRUITLESS = 10


class Step(Losses):
    """One run of the step. ready: when each executor's engine is loaded, from the step's begin on."""

    def __init__(self, f, rows, ready, seed=0, reload=0.0, replan=0.0, old_files=0):
        self.f, self.rng = f, random.Random(seed)
        self.reload, self.replan = reload, replan
        self.executors = [Executor(self.speed(), each) for each in ready]
        self.parts = partitions(f, rows, len(ready))
        self.every, self.most = checkpoint(f, len(ready)), checkpoint_rows(f, len(ready))
        self.tasks = [Task(n, self.cost(n)) for n in split(rows, self.parts, self.rng)]
        self.queue = deque(range(len(self.tasks)))
        self.left = len(self.tasks)
        self.events, self.order = [], 0
        page = f.list_seconds if f.store == "s3" else f.hdfs_page_seconds
        self.page_seconds = page
        self.gets = Requests(f.get_limit if f.store == "s3" else f.hdfs_ops)
        self.driver = 0.0
        self.files, self.listing, self.repeated, self.losses, self.faults, self.again = old_files, 0.0, 0.0, 0, 0, 0
        self.written, self.now, self.paused, self.shared = 0, 0.0, 0.0, 1.0
        self.before, self.fruitless = -1, 0  # rows when the stage was last submitted again; how often none had come since
        self.engine = dict.fromkeys(("loading", "starting", "busy", "drain", "tail", "down", "replan"), 0.0)

    def speed(self):
        f = self.f
        slow = f.slow_speed if self.rng.random() < f.slow_share else 1.0
        return f.rows_per_second * slow * self.rng.lognormvariate(-f.speed_sigma**2 / 2, f.speed_sigma)

    def cost(self, rows):
        spread = self.f.token_cv if self.f.most_tokens else 0.0
        return max(0.0, self.rng.gauss(rows, spread * math.sqrt(rows)))

    def drain(self, speed):
        """How much longer the last rows of an engine take than their share of its full speed."""
        f = self.f
        if not f.most_tokens:
            return 0.0
        sigma = math.sqrt(math.log(1 + f.token_cv**2))
        mu = math.log(f.mean_tokens) + sigma**2 / 2  # of rows in work: longer ones are there for longer
        longest = max(min(self.rng.lognormvariate(mu, sigma), f.most_tokens) * self.rng.random() for _ in range(f.slots))
        full = f.slots / speed / f.mean_tokens  # a pass with all slots
        return max(0.0, longest * full * (1 + f.empty_step) / 2 - f.slots / 2 / speed)

    def at(self, time, what, *about):
        self.order += 1
        heapq.heappush(self.events, (time, self.order, what, about))

    def run(self):
        for number, executor in enumerate(self.executors):
            self.next_loss(number)
        self.dispatch(range(len(self.executors)))
        for executor in self.executors:
            self.rest(executor)
        while self.left and self.fruitless < MOST_FRUITLESS:
            self.now, _, what, about = heapq.heappop(self.events)
            what(*about)
        for executor in self.executors:
            self.become(executor, "tail")
        return self.outcome()

    def outcome(self):
        return Outcome(
            self.now, self.written, self.repeated, self.parts, self.files, self.losses, self.again, self.listing,
            self.gets.count, sum(e.useful for e in self.executors), self.engine,
        )

    def become(self, executor, state):
        self.engine[executor.state] += self.now - executor.since
        executor.state, executor.since = state, self.now

    def dispatch(self, numbers):
        """Hands tasks out, one to each executor in turn, as Spark does."""
        free = deque(n for n in numbers if len(self.executors[n].tasks) < self.f.task_slots)
        while self.queue and free and self.now >= self.paused:
            number = free.popleft()
            self.launch(number, self.queue.popleft())
            if len(self.executors[number].tasks) < self.f.task_slots:
                free.append(number)

    def launch(self, number, task):
        f, executor = self.f, self.executors[number]
        executor.tasks.add(task)
        self.tasks[task].attempts += 1
        self.tasks[task].state = "waiting"
        self.driver = max(self.driver, self.now) + f.task_launch
        begun = max(self.driver, executor.ready)
        if executor.state == "tail":
            self.become(executor, "starting")
        self.at(begun, self.look, number, task, self.tasks[task].attempts)

    def gone(self, number, task, attempt):
        """Whether an attempt has ended meanwhile."""
        return task not in self.executors[number].tasks or self.tasks[task].attempts != attempt

    def look(self, number, task, attempt):
        """The task looks for what attempts before it have written."""
        executor = self.executors[number]
        if self.gone(number, task, attempt):
            return
        if executor.state == "loading":
            self.become(executor, "starting")
        pages = 3 + (self.files // self.f.page if self.f.lists_all or self.tasks[task].again else 0)
        answered = self.gets.ask(self.now, pages, self.page_seconds)
        self.listing = answered - self.now
        self.at(answered, self.start, number, task, attempt)

    def start(self, number, task, attempt):
        executor, it = self.executors[number], self.tasks[task]
        if self.gone(number, task, attempt):
            return
        self.advance(executor)
        it.state = "working"
        it.begun, it.first, it.end = self.now, executor.clock, executor.clock + it.cost
        heapq.heappush(executor.active, (it.end, task))
        self.become(executor, "busy")
        self.plan_next(number)

    def share(self):
        """Of its speed that an engine gets, where all share a machine's cores."""
        if not self.f.cores:
            return 1.0
        return min(1.0, self.f.cores / max(1, sum(1 for each in self.executors if each.active)))

    def advance(self, executor):
        if executor.active:
            passed = (self.now - executor.at) * self.shared
            executor.clock += passed * executor.speed / len(executor.active)
            executor.useful += passed
        executor.at = self.now

    def plan_next(self, number):
        """Foresees the end of the next task, of all executors where they share cores."""
        share = self.share()
        if self.f.cores and share != self.shared:
            for each in self.executors:
                self.advance(each)
            self.shared = share
            for other in range(len(self.executors)):
                self.foresee(other)
        else:
            self.foresee(number)

    def foresee(self, number):
        executor = self.executors[number]
        executor.version += 1
        if executor.active:
            rows = max(0.0, executor.active[0][0] - executor.clock) * len(executor.active)
            end = self.now + rows / (executor.speed * self.shared)
            self.at(end, self.computed, number, executor.version)

    def computed(self, number, version):
        """The engine has done its share for a task; the last rows of an engine take longer."""
        executor = self.executors[number]
        if version != executor.version:
            return
        self.advance(executor)
        task = heapq.heappop(executor.active)[1]
        self.tasks[task].state = "ending"
        wait = 0.0
        if not executor.active:
            wait = self.drain(executor.speed)
            self.become(executor, "drain")
        self.at(self.now + wait, self.ended, number, task, self.tasks[task].attempts)
        self.plan_next(number)

    def ended(self, number, task, attempt):
        executor, it = self.executors[number], self.tasks[task]
        if self.gone(number, task, attempt):
            return
        executor.tasks.remove(task)
        self.files += self.flushes(it)
        self.written += it.rows
        self.left -= 1
        if not executor.active:
            self.become(executor, "starting" if executor.tasks else "tail")
        self.dispatch([number])

    def batch(self, it, done):
        """Rows of a file at a task's pace."""
        return max(1.0, min(self.most, done / max(1e-9, self.now - it.begun) * self.every))

    def flushes(self, it):
        return math.ceil(it.rows / self.batch(it, it.rows))

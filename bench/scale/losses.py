"""What a lost executor does to the generate step, and what Spark and Herd do about it."""
import math
from collections import deque


class Losses:
    """The part of Step that loses executors."""

    def next_loss(self, number):
        if self.f.losses_per_hour:
            wait = self.rng.expovariate(self.f.losses_per_hour / 3600)
            self.at(self.now + wait, self.lose, number)

    def lose(self, number):
        executor = self.executors[number]
        self.losses += 1
        self.advance(executor)
        for task in sorted(executor.tasks):
            self.interrupt(executor, task, written=False)
            self.tasks[task].again = True
        self.queue.extendleft(sorted(executor.tasks, reverse=True))
        executor.tasks, executor.active = set(), []
        executor.version += 1
        self.become(executor, "down")
        self.at(self.now + self.f.restart_seconds, self.come_back, number)
        self.plan_next(number)
        if self.f.shuffle_dies:
            self.faults += 1
            if self.faults % self.f.stage_attempts == 0:
                self.resubmit()

    def interrupt(self, executor, task, written):
        """Keeps what a task has in the log. written: it could write what it had, as a cancelled task does."""
        it = self.tasks[task]
        if it.state == "waiting":
            return
        had = it.cost if it.state == "ending" else executor.clock - it.first
        done = min(it.rows, int(it.rows * had / it.cost)) if it.cost else it.rows
        batch = self.batch(it, done)
        kept = done if written else int(done // batch * batch)
        self.files += math.ceil(kept / batch)
        lost = had - it.cost * kept / max(1, it.rows)
        self.repeated += lost
        executor.useful -= lost / executor.speed
        it.cost -= it.cost * kept / max(1, it.rows)
        it.rows -= kept
        self.written += kept

    def come_back(self, number):
        executor = self.executors[number]
        self.become(executor, "loading")
        executor.ready = executor.at = self.now + self.reload
        self.next_loss(number)
        self.dispatch([number])
        self.rest(executor)

    def rest(self, executor):
        if not executor.tasks and executor.state in ("loading", "starting"):
            self.become(executor, "tail")

    def resubmit(self):
        """The stage has lost its input too often: all stops, and what is left is planned and begun anew."""
        self.again += 1
        self.fruitless = self.fruitless + 1 if self.written == self.before else 0
        self.before = self.written
        for executor in self.executors:
            self.advance(executor)
            in_work = len(executor.active) and self.f.slots / 2
            self.repeated += in_work
            executor.useful -= in_work / executor.speed
            for task in sorted(executor.tasks):
                self.interrupt(executor, task, written=True)
                self.queue.append(task)
            executor.tasks, executor.active = set(), []
            executor.version += 1
            if executor.state not in ("down", "loading"):
                self.become(executor, "replan")
        self.queue = deque(sorted(self.queue))
        for task in self.queue:
            self.tasks[task].again = False
        self.paused = self.now + self.replan
        self.at(self.paused, self.resume)

    def resume(self):
        for executor in self.executors:
            if executor.state == "replan":
                self.become(executor, "starting")
        self.dispatch([n for n, e in enumerate(self.executors) if e.state != "down"])
        for executor in self.executors:
            self.rest(executor)

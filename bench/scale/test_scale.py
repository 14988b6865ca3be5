"""What must hold of the simulator whatever its figures: python3 -m unittest discover bench/scale"""
import dataclasses
import unittest

import figures
from generate import Step
from job import fetched, simulate
from limits import limits
from parts import partitions, split

# As good as a cluster can be: alike executors, none lost, and nothing to wait for
IDEAL = dataclasses.replace(
    figures.Figures(), speed_sigma=0, slow_share=0, losses_per_hour=0, list_seconds=0, task_launch=0, get_limit=1e12
)
LOSSES = dataclasses.replace(IDEAL, losses_per_hour=2.0)
BATCH = LOSSES.least_flush_rows * LOSSES.longest_flush * LOSSES.task_slots  # that an executor can have had without having written it


def step(f, rows, executors, seed=0, **more):
    return Step(f, rows, [10.0] * executors, seed, **more).run()


class GenerateTest(unittest.TestCase):
    def test_every_row_is_written_once(self):
        for f in (IDEAL, LOSSES, figures.labels(LOSSES), dataclasses.replace(LOSSES, cores=2)):
            for rows, executors in ((1, 1), (63, 4), (100_000, 7), (300_003, 20)):
                self.assertEqual(step(f, rows, executors, reload=60, replan=60).rows, rows)

    def test_no_faster_than_its_work(self):
        for executors in (1, 5, 50):
            done = step(IDEAL, 200_000, executors)
            self.assertGreater(done.seconds - 10, 0.99 * 200_000 / executors / IDEAL.rows_per_second)

    def test_an_engine_works_as_long_as_it_has_rows(self):
        done = step(IDEAL, 200_000, 1)
        self.assertAlmostEqual(done.useful, 200_000 / IDEAL.rows_per_second, delta=0.01 * done.useful)
        self.assertLess(done.seconds - 10 - done.useful, 30)

    def test_engine_time_is_all_accounted_for(self):
        done = step(LOSSES, 300_000, 20, reload=60, replan=60)
        self.assertAlmostEqual(sum(done.engine.values()), 20 * done.seconds, delta=1e-6 * 20 * done.seconds)
        self.assertAlmostEqual(
            done.engine["busy"], done.useful + done.repeated / LOSSES.rows_per_second, delta=1e-6 * done.useful
        )

    def test_the_seed_alone_decides(self):
        noisy = dataclasses.replace(LOSSES, speed_sigma=0.1)
        self.assertEqual(step(noisy, 100_000, 10, seed=3), step(noisy, 100_000, 10, seed=3))
        self.assertNotEqual(step(noisy, 100_000, 10, seed=3).seconds, step(noisy, 100_000, 10, seed=4).seconds)

    def test_more_executors_are_not_slower(self):
        took = [step(IDEAL, 2_000_000, executors).seconds for executors in (1, 2, 4, 10, 40, 100)]
        self.assertEqual(took, sorted(took, reverse=True))

    def test_executors_on_the_same_cores_are_not_faster(self):
        shared = dataclasses.replace(IDEAL, cores=2, waves=1)  # each has the same number of tasks
        two = step(shared, 100_000, 2).seconds
        self.assertGreater(step(shared, 100_000, 4).seconds, 0.99 * two)
        self.assertLess(step(IDEAL, 100_000, 4).seconds, 0.6 * two)

    def test_a_loss_repeats_no_more_than_was_not_written(self):
        done = step(dataclasses.replace(LOSSES, shuffle_dies=False), 1_000_000, 10, reload=60)
        self.assertGreater(done.losses, 10)
        self.assertGreater(done.repeated, 0)
        self.assertLessEqual(done.repeated, done.losses * BATCH * 1.05)

    def test_listing_all_files_at_each_task_grows_with_its_square(self):
        fine = dataclasses.replace(IDEAL, most_rows=500, page=10)
        asked = [step(dataclasses.replace(fine, lists_all=all_of_it), rows, 1).requests
                 for all_of_it in (True, False) for rows in (500_000, 1_000_000)]
        self.assertGreater(asked[1], 3.5 * asked[0])
        self.assertLess(asked[3], 2.1 * asked[2])

    def test_lost_shuffle_files_resubmit_the_stage(self):
        done = step(LOSSES, 1_000_000, 10, reload=60, replan=60)
        self.assertEqual(done.resubmissions, done.losses // LOSSES.stage_attempts)
        self.assertGreater(done.seconds, step(dataclasses.replace(LOSSES, shuffle_dies=False), 1_000_000, 10, reload=60).seconds)


    def test_a_stage_that_gets_nowhere_is_given_up(self):
        done = step(dataclasses.replace(LOSSES, losses_per_hour=100.0), 1_000_000, 20, reload=3600, replan=60)
        self.assertLess(done.rows, 1_000_000)


class JobTest(unittest.TestCase):
    def test_partitions_are_those_of_the_job(self):
        self.assertEqual(partitions(IDEAL, 63, 1000), 1)
        self.assertEqual(partitions(IDEAL, 10**6, 10), 1280)
        self.assertEqual(partitions(IDEAL, 10**5, 1000), 10**5 // 64)
        self.assertEqual(partitions(IDEAL, 10**9, 1000), 128_000)

    def test_split_loses_no_row(self):
        import random

        for rows, parts in ((10, 10), (1000, 999), (10**6, 8000)):
            counts = split(rows, parts, random.Random(1))
            self.assertEqual(sum(counts), rows)
            self.assertGreaterEqual(min(counts), 0)

    def test_shares_and_work_make_the_whole(self):
        job = simulate(figures.Figures(), 10**6, 100)
        self.assertAlmostEqual(sum(job.engine_seconds().values()), job.idle * 100 * job.wall, delta=0.001 * 100 * job.wall)

    def test_the_hub_makes_late_hosts_wait(self):
        hosts = int(IDEAL.hub_limit // IDEAL.model_files)
        begun = fetched(IDEAL, hosts + 1, "hub", 0)
        self.assertGreaterEqual(max(begun) - sorted(begun)[-2], IDEAL.hub_window - IDEAL.most_spread)

    def test_auto_stages_where_hosts_are_many(self):
        self.assertEqual(simulate(IDEAL, 10**6, 8).distribution, "hub")
        self.assertEqual(simulate(IDEAL, 10**6, 9).distribution, "staged")

    def test_a_full_directory_is_told(self):
        hdfs = dataclasses.replace(IDEAL, store="hdfs", hdfs_directory=100)
        told = {limit.name: limit.used for limit in limits(hdfs, simulate(hdfs, 10**6, 10))}
        self.assertGreater(told["HDFS files in a folder of results/"], 1)


if __name__ == "__main__":
    unittest.main()

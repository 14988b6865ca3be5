"""Every number that the simulator goes by: what was measured, what a provider documents, what is assumed.

Change any of them with simulate's --set NAME=VALUE. Times are in seconds, sizes in bytes.
"""
from dataclasses import dataclass

GB = 1e9


@dataclass(frozen=True)
class Figures:
    # -- Herd's own constants; each comment names the code
    least_rows: int = 64  # TaskSizes.LEAST_ROWS: fewer aren't worth a task
    task_rows: int = 2_500  # TaskSizes.ROWS: of a task
    task_rows_of_many: int = 500  # TaskSizes.ROWS_OF_MANY
    many_cores: int = 64  # TaskSizes.MANY_CORES
    most_rows: int = 20_000  # TaskSizes.MOST_ROWS: of a task when there would be too many
    partitions_together: int = 256  # ResultLog.TOGETHER: whose files share a folder
    flush_rows: int = 0  # herd.run.checkpoint.rows; 0 is as if it were not set: TaskSizes.checkpointRows, with the next
    least_flush_rows: int = 500  # TaskSizes.CHECKPOINT_ROWS
    flush_seconds: float = 0  # herd.run.checkpoint.every; 0 is auto: TaskSizes.checkpoint, with the next two
    shortest_flush: float = 60  # TaskSizes.CHECKPOINT
    longest_flush: float = 2  # TaskSizes.LONGEST: times the shortest
    slots: int = 256  # TorchDevice.slots, of a GPU: rows that are generated at once
    hub_hosts: int = 8  # Distribution.MOST_HUB_HOSTS: above it auto stages
    hosts_per_second: int = 4  # Distribution.HOSTS_PER_SECOND, with the next: the random wait before a download
    most_spread: int = 30  # Distribution.MOST_SPREAD_SECONDS
    sums_per_event: int = 0  # times that EarlyStop.changed and LiveProgress.changed go over all tasks: TaskSums keeps sums
    lists_all: bool = False  # LoggedGeneration.finished: only attempts after the first list all of results/ (ResultLog.keys)
    waves: int = 16  # TaskSizes.MOST_WAVES: tasks for each core at most
    registered: float = 1.0  # of the executors, when these are counted; few with dynamic allocation or a standalone master

    # -- Spark, as conf/spark-defaults.gpu.conf and Spark 4.0's defaults have it
    task_slots: int = 8  # spark.executor.cores: tasks that share an executor's engine
    executor_heap: float = 2 * 2**30  # spark.executor.memory
    driver_heap: float = 4 * 2**30  # spark.driver.memory
    heartbeat: float = 10  # spark.executor.heartbeatInterval
    shuffle_partitions: int = 2000  # Sessions.missing
    stage_attempts: int = 4  # spark.stage.maxConsecutiveAttempts: lost shuffle files that a stage survives
    shuffle_dies: bool = True  # no external shuffle service: an executor takes its shuffle files with it
    files_per_task: int = 32  # small files in a task: 128 MiB / spark.sql.files.openCostInBytes (4 MiB)
    stop_seconds: float = 5  # until the tasks of a stage that was given up have ended; RunningTasks.await allows 30; assumed
    task_launch: float = 0.001  # of the driver, a task; assumed: bench/scale/driver has 4.4 ms, with the task itself, on one core

    # -- measured on two cores, AMD Zen 3; the command in the comment
    prompt_seconds: float = 59e-6  # a row on one core: bench/java io.herd.bench.PromptBench
    read_seconds: float = 38e-6  # a row on one core beside that: bench/growth, 19 us with two cores
    plan_seconds: float = 4e-6  # likewise: bench/growth, 2 us with two cores
    publish_seconds: float = 6e-6  # likewise: bench/growth, 3 us with two cores, with the hash of the keys as it was before
    key_seconds: float = 8e-6  # a key on one core, in tasks: bench/scale/driver
    young_job: tuple = (8.0, 4.0, 3.0)  # read, plan, publish of few rows, a young JVM: bench/growth
    sum_seconds: float = 60e-9  # TaskSums.sum, for each task that it knows: bench/scale/driver, 47 ns with 4,000; more miss the cache
    sums_bytes: float = 2 * 500  # that two TaskSums keep of a task: bench/scale/driver
    spark_task_bytes: float = 2100  # that Spark's driver keeps of a task: bench/scale/driver
    status_bytes: float = 575  # a FileStatus with its Path on the heap: bench/scale/driver

    # -- assumed of the model and the machines: an 8B in bfloat16 on an H200, not measured by anybody here
    rows_per_second: float = 25.0  # of an engine with full slots
    model_bytes: float = 16 * GB
    model_files: int = 10  # four of weights, six small ones
    host_bytes_per_second: float = 0.5 * GB  # a host fetches and hashes; bench/fetch: 0.26 on two cores
    load_bytes_per_second: float = 1.3 * GB  # verifying (hashing) and copying to the GPU
    mean_tokens: float = 200  # of a completion
    token_cv: float = 0.6  # standard deviation / mean of the completions' lognormal lengths
    most_tokens: float = 512  # max-new-tokens; 0 for labels, which are scored in one pass
    empty_step: float = 0.6  # a decode pass with one row takes this share of one with full slots
    result_bytes: float = 1100  # a row in the log
    row_bytes: float = 2500  # a row with prompt, token ids and answer, as publish's join moves it

    # -- assumed of the cluster
    speed_sigma: float = 0.03  # of the executors' lognormal speeds
    slow_share: float = 0.005  # of executors on a slow node
    slow_speed: float = 0.7  # of such a one
    losses_per_hour: float = 0.001  # of an executor; spot instances rather 0.05
    restart_seconds: float = 60  # until another executor is there
    cores: float = 0  # that all engines share, for executors on one machine; 0 for one each

    # -- storage
    store: str = "s3"  # or hdfs
    put_limit: float = 3500  # S3's documented PUT, a second and prefix (performance design patterns)
    get_limit: float = 5500  # S3's documented GET, HEAD, and LIST, a second and prefix
    page: int = 1000  # names in a LIST; HDFS has the same (dfs.ls.limit)
    list_seconds: float = 0.15  # a page of S3, one after the other; assumed
    get_seconds: float = 0.04  # a small object: HEAD and GET; assumed
    put_seconds: float = 0.06  # assumed
    stage_bytes_per_second: float = 0.3 * GB  # the driver's upload, one file after the other; assumed
    hdfs_page_seconds: float = 0.01  # a page of the NameNode; assumed
    hdfs_open_seconds: float = 0.005  # assumed
    hdfs_ops: float = 20_000  # the NameNode's reads a second; assumed
    hdfs_writes: float = 3_000  # its changes a second; assumed
    hdfs_directory: int = 1_048_576  # dfs.namenode.fs-limits.max-directory-items, its default
    hdfs_replicas: int = 3  # of a staged file's blocks of 128 MiB, each on a node that sends 1 GB/s

    # -- the Hub
    hub_limit: float = 5000  # requests with /resolve/ in 5 minutes, free account (huggingface.co/docs/hub/rate-limits)
    hub_window: float = 300
    hub_bytes_per_second: float = 12.5 * GB  # to all hosts: a cluster's 100 Gbit/s to the internet; assumed


def labels(figures):
    """A workload that stands for labelling: one pass a row, four times as fast."""
    from dataclasses import replace

    return replace(figures, rows_per_second=4 * figures.rows_per_second, most_tokens=0, result_bytes=250, row_bytes=1500)

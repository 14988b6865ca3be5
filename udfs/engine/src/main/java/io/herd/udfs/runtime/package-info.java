/**
 * One engine per device and JVM: lazy loading, leases, and all of Herd's threads and locks except
 * threads that download or read ahead.
 *
 * <h2>Parts</h2>
 *
 * <p>Four classes connect a Spark task with the engine. {@link io.herd.udfs.runtime.Engines} is the
 * static map of this JVM: it finds, replaces and evicts engines. A {@code SharedEngine} is one
 * loaded model with its state and the count of its leases. A {@code Lane} is one thread with one
 * {@link io.herd.udfs.engine.Engine}, which has its own rows and KV cache; all lanes share one copy
 * of the weights. A {@code LanePlan} decides their number: one on a GPU, one per device of a split
 * model, and on processors several lanes of few threads, of which text generation uses the first. A
 * {@code LocalLease} is what a task holds. {@code EngineLoader} is a function that the first lane
 * calls once.
 *
 * <h2>Threads</h2>
 *
 * <p>Spark owns the tasks' threads, and interrupts them when it kills an attempt. An interrupt
 * inside a file channel closes the channel, and libtorch never sees one, so no task loads or
 * computes. Each lane owns a daemon thread that does both: it loads its engine, runs every pass,
 * and closes the engine at the end. Nothing interrupts that thread. libtorch keeps its number of
 * threads per calling thread, which is one more reason to load on the lane's thread. An engine
 * needs no locks, since no other thread calls it. Its statistics, its incidents and the {@code
 * StepWatch} around its model can be read from any thread.
 *
 * <h2>Hand-over</h2>
 *
 * <p>Tasks put their requests into one {@code Intake}. Between two passes each lane takes as many
 * as it has room for and a few more, so that the lanes end together. A few requests stay in one
 * lane, which then uses the threads of all lanes: libtorch's number of threads is set before each
 * pass, by the number of lanes with work. With fixed shapes it doesn't change. Other commands, such
 * as "drop those requests", reach the lane through its inbox, on which it sleeps while idle.
 *
 * <p>Results travel back through the request's listener, which runs on the lane's thread and
 * therefore only puts the completion into a queue of its task. The task's thread waits on that
 * queue for a second at a time, and calls {@link io.herd.udfs.engine.EngineLease#check} whenever
 * nothing arrived.
 *
 * <h2>Life</h2>
 *
 * <p>The states of a shared engine are running, closing, ended and hung, in this order and never
 * backwards. All lanes share the state, because some lanes of a model are useless without the
 * others. The engine's lock guards the state together with the way into the intake: a request that
 * arrives before the end is queued, and its lane fails it; one that arrives later is refused at
 * once. So each listener gets exactly one outcome, unless its request was dropped. The state
 * changes before listeners are called, so that a task that sees a failure and requests a new lease
 * finds a dead engine.
 *
 * <ul>
 *   <li><b>Load.</b> The first task that needs an engine starts it; all tasks wait interruptibly
 *       for the lanes' futures. A failed load fails every waiting task and ends the engine. The
 *       next task starts a fresh one.
 *   <li><b>A killed task.</b> Its thread is interrupted while it waits for the load or for results.
 *       It closes its lease, which drops its requests from the lanes and changes nothing else: a
 *       load continues, and other tasks don't notice.
 *   <li><b>A failing pass.</b> The lane ends the engine with the exception as the reason, fails its
 *       own requests, and closes its model. The other lanes wake and follow after their current
 *       pass. The next task gets a fresh engine, once the dead one has freed its memory.
 *   <li><b>A hanging pass.</b> A device that hangs reports nothing, so the waiting tasks find out:
 *       their check compares the running pass with the longest time that the {@code StepWatch}
 *       allows, and ends the engine as hung. Closing doesn't wait for the threads of such an
 *       engine. If the pass returns after all, its lane sees the state, fails its remaining
 *       requests, and frees the model.
 *   <li><b>A lost device.</b> When the reason is {@link io.herd.udfs.model.DeviceLost}, as it
 *       always is after a hung pass, only another process can use the device again. The engine
 *       stays in the map as a tombstone. Its tasks fail, write their results, and close their
 *       leases; the last one to do so reports the loss, which ends the executor. Tasks that request
 *       any engine on this device meanwhile wait for that, at most ten seconds, report the loss,
 *       too, and fail.
 *   <li><b>Eviction.</b> An engine without leases stays loaded until a task needs another engine on
 *       one of its devices. It is closed before the new one starts to load, so that the two never
 *       compete for memory. An engine with leases is never evicted.
 *   <li><b>Close.</b> The engine is closing until its lanes have finished their current passes.
 *       Remaining requests, and those that arrive meanwhile, fail with the message that the engine
 *       was closed. The closing thread waits for the lanes to end and so for the memory to be
 *       freed.
 * </ul>
 *
 * <h2>Locks</h2>
 *
 * <p>There are five: that of {@code GpuClaims} around the GPUs that this process has claimed, that
 * of {@code Engines} around the map, that of each {@code SharedEngine} around state, lease count
 * and the way to the lanes, that of its {@code Intake}, and those of {@code FairStageLocks} around
 * the stages of a split model. A thread takes them in this order only. Lanes never take the first
 * two, so a thread may wait for lanes while it holds them. A listener whose request is refused is
 * called under the shared engine's lock, so it must not block or call back.
 */
package io.herd.udfs.runtime;

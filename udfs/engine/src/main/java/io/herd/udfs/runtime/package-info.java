/**
 * One engine per device per JVM: lazy loading, leases, and Herd's only threads and locks, but for
 * threads that fetch or read files ahead.
 *
 * <h2>Parts</h2>
 *
 * <p>Four classes stand between a Spark task and the engine. {@link io.herd.udfs.runtime.Engines}
 * is the static map of this JVM: it finds, replaces and evicts. A {@code SharedEngine} is one
 * loaded model with its state and the count of its leases. A {@code Lane} is one thread with one
 * {@link io.herd.udfs.engine.Engine}, which has rows and a KV cache of its own; all lanes share the
 * weights, which lie in memory once. A {@code LanePlan} has their number: one on a GPU, one for
 * each device of a split model, and on processors several of few threads, of which texts use the
 * first. A {@code LocalLease} is what a task holds. {@code EngineLoader} is a function that the
 * first lane calls once.
 *
 * <h2>Threads</h2>
 *
 * <p>Spark owns the tasks' threads, and interrupts them when it kills an attempt. An interrupt
 * inside a file channel closes the channel, and one inside libtorch is never seen, so no task loads
 * or computes. Each lane owns a daemon thread that does both: it loads its engine, makes every
 * pass, and closes the engine at the end. Nothing interrupts that thread. libtorch keeps its number
 * of threads for each calling thread, which is one more reason why loading happens there. An engine
 * needs no locks, since no other thread calls it. Its statistics, its incidents and the {@code
 * StepWatch} around its model are safe to read from any thread.
 *
 * <h2>Hand-over</h2>
 *
 * <p>Tasks put their requests into one {@code Intake}. Between two passes each lane takes from it
 * what it has room for and a little more, so that the lanes end together. A few requests stay in
 * one lane, which then has the threads of all: libtorch's number of threads is set before each
 * pass, by how many lanes have work. With fixed shapes it stays as it is. Whatever else is to be
 * done comes through the lane's inbox, a queue of changes such as "drop those requests", on which
 * the lane sleeps while it has nothing to do.
 *
 * <p>Results travel the other way through the request's listener, which runs on the lane's thread
 * and therefore only puts the completion into a queue of its task. The task's thread waits on that
 * queue for a second at a time, and asks {@link io.herd.udfs.engine.EngineLease#check} whenever
 * nothing came.
 *
 * <h2>Life</h2>
 *
 * <p>A shared engine is running, closing, ended or hung, in this order and never backwards. All
 * lanes share the state, since a part of a model's lanes is of no use to anybody. The engine's lock
 * guards the state together with the way into the intake: a request that comes before the end lies
 * there and is refused, or is failed by its lane; one that comes later is refused at once. So each
 * listener gets exactly one outcome, unless its request was dropped. State changes before listeners
 * hear of it, so that a task that hears of a failure and asks for a new lease finds a dead engine.
 *
 * <ul>
 *   <li><b>Load.</b> The first task that needs an engine starts it; all tasks wait for the lanes'
 *       futures, interruptibly. A failed load fails every task that waits and ends the engine. The
 *       next task to ask starts a fresh one.
 *   <li><b>A killed task.</b> Its thread is interrupted while it waits for the load or for results.
 *       It closes its lease, which drops its requests from the lanes and leaves everything else as
 *       it is: a load goes on, and other tasks see nothing.
 *   <li><b>A failing pass.</b> The lane ends the engine with the exception as the reason, tells its
 *       own requests, and closes its model. The other lanes wake and follow after their current
 *       pass. The next task to ask gets a fresh engine, once the dead one has given its memory
 *       back.
 *   <li><b>A hanging pass.</b> A device that hangs tells nobody, so the waiting tasks find out:
 *       their check compares the running pass with the longest that the {@code StepWatch} allows,
 *       and ends the engine as hung. Closing does not wait for the threads of such an engine.
 *       Should the pass return, its lane sees the state, tells what requests it has left, and
 *       releases the model.
 *   <li><b>A lost device.</b> When the reason is {@link io.herd.udfs.model.DeviceLost}, which a
 *       hung pass always is, only another process can use the device again. The engine stays in the
 *       map as a tombstone. Its tasks fail, write what they have, and close their leases; the last
 *       one to do so reports the loss, which ends the executor. Tasks that ask for any engine on
 *       this device meanwhile wait for that, ten seconds at most, report the loss too, and fail.
 *   <li><b>Eviction.</b> An engine without leases stays loaded until a task needs another one on
 *       one of its devices. It is closed before the new one starts to load, so that the two never
 *       compete for memory. An engine with leases is never evicted.
 *   <li><b>Close.</b> The engine is closing until its lanes have made their current passes.
 *       Requests that are left, and those that come meanwhile, fail with the message that the
 *       engine was closed. The closing thread waits for the lanes to end and so for the release of
 *       the memory.
 * </ul>
 *
 * <h2>Locks</h2>
 *
 * <p>There are five: that of {@code GpuClaims} around the GPUs that this process has taken, that of
 * {@code Engines} around the map, that of each {@code SharedEngine} around state, lease count and
 * the way to the lanes, that of its {@code Intake}, and those of {@code FairStageLocks} around the
 * stages of a split model. A thread takes them in this order only. Lanes never take the first two,
 * so a thread may wait for them while it holds it. A listener whose request is refused hears of it
 * under the second, so it must not block or call back.
 */
package io.herd.udfs.runtime;

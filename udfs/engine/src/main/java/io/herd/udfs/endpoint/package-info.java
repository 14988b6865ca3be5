/**
 * An engine behind HTTP: a server that speaks OpenAI's protocol, such as vLLM. A prompt goes there
 * as token ids, so that what is counted, named by a result's key and answered are the same tokens,
 * and no text of a row becomes a special token on the way.
 *
 * <p>A task has its own client and its own {@code Gate}: tasks find the level of a server by
 * themselves, as connections share a line. Nothing but JDK threads is at work.
 */
package io.herd.udfs.endpoint;

/**
 * A Hub for tests, on two loopback servers: the endpoint and the host of large files. Independent
 * of the code under test: it knows the JDK and Gson only.
 */
package io.herd.udfs.hub.fake;

/** What is shipped to executors, and the library that others embed; here: its exceptions. */
package io.herd.udfs;

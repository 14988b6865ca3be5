/** The code on executors, and the library to embed; this package has its exceptions. */
package io.herd.udfs;

/** One engine per device per JVM: lazy load, leases, the only threads and locks. */
package io.herd.udfs.runtime;

/** What the verbs beside run do. */
package io.herd.job.verb;

/** Runs that are disturbed in seeded ways, and compared with the undisturbed one. */
package io.herd.chaos;

/**
 * Jinja's meaning: statements, expressions, filters, tests and methods, evaluated within bounds.
 */
package io.herd.udfs.template.run;

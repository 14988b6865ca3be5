/** Python's values, as Jinja templates know them: how they compare, are counted and are written. */
package io.herd.udfs.template.values;

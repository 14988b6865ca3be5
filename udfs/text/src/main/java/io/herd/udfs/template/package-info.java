/** Jinja templates, rendered as Python's jinja2 renders them within transformers, in a sandbox. */
package io.herd.udfs.template;

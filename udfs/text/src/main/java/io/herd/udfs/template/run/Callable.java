package io.herd.udfs.template.run;

/** A value that a template can call. */
interface Callable {
  Object call(Arguments arguments, Rendering rendering);
}

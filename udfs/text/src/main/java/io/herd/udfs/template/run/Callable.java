package io.herd.udfs.template.run;

/** What a template can call. */
interface Callable {
  Object call(Arguments arguments, Rendering rendering);
}

package io.herd.udfs.template.run;

/** How a statement ends. */
enum Flow {
  ON,
  BREAK,
  CONTINUE
}

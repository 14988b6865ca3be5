package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Types;
import java.math.BigInteger;

/** A method of a value. */
record Method(Object of, String name) implements Callable, Repr.Shown {
  /** Omits the memory address that jinja2 prints. */
  @Override
  public String shown() {
    throw Problem.unsupported(
        "`." + name + "` is a method; write ['" + name + "'] for an entry of that name");
  }

  @Override
  public Object call(Arguments arguments, Rendering rendering) {
    if (Types.isText(of)) {
      return StringMethods.call(of, name, arguments, rendering);
    }
    return Types.isNumber(of)
        ? number(arguments)
        : CollectionMethods.call(of, name, arguments, rendering.budget());
  }

  private Object number(Arguments arguments) {
    arguments.none();
    return switch (name) {
      case "bit_length" -> BigInteger.valueOf(Types.integer(of).abs().bitLength());
      case "bit_count" -> BigInteger.valueOf(Types.integer(of).abs().bitCount());
      case "conjugate" -> Arithmetic.plain(of);
      case "is_integer" -> {
        double value = Types.real(of);
        yield !Double.isInfinite(value) && value == Math.rint(value);
      }
      default -> throw unsupported(of, name);
    };
  }

  static Problem unsupported(Object of, String name) {
    return Problem.unsupported("the method `" + name + "` of " + Types.a(of) + " isn't supported");
  }
}

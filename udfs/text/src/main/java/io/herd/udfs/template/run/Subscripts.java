package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Range;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.List;

/**
 * {@code a.b} looks for an attribute, then for an item; {@code a['b']} for an item, then for an
 * attribute.
 */
final class Subscripts {
  private static final Object ABSENT = Attributes.ABSENT;

  private Subscripts() {}

  static Object attribute(Object of, String name, Rendering rendering) {
    Undefined.refuse(of);
    Object found = Attributes.of(of, name, rendering);
    if (found == ABSENT && of instanceof Dict dict && dict.has(name)) {
      return dict.get(name);
    }
    return found == ABSENT ? lacking(of, name) : found;
  }

  static Object item(Object of, Object index, Rendering rendering) {
    Undefined.refuse(of);
    Object found = ABSENT;
    if (of instanceof Dict dict) {
      found = entry(dict, index);
    } else if (Types.isInt(index)) {
      found = place(of, Types.integer(index), rendering);
    }
    if (found == ABSENT && Types.isText(index)) {
      found = Attributes.of(of, Types.text(index), rendering);
    }
    return found == ABSENT ? lacking(of, "...") : found;
  }

  private static Object entry(Dict dict, Object key) {
    try {
      return dict.has(key) ? dict.get(key) : ABSENT;
    } catch (Problem unhashable) {
      return ABSENT;
    }
  }

  private static Object place(Object of, BigInteger index, Rendering rendering) {
    boolean sequence =
        Types.isText(of) || of instanceof List || of instanceof Tuple || of instanceof Range;
    if (!sequence || index.bitLength() > 31) {
      return ABSENT;
    }
    rendering.budget().chars(Types.isText(of) ? Types.text(of).length() : 0);
    int size = Items.size(of);
    int place = index.signum() < 0 ? index.intValue() + size : index.intValue();
    if (place < 0 || place >= size) {
      return ABSENT;
    }
    if (Types.isText(of)) {
      BigInteger next = BigInteger.valueOf(place + 1L);
      return Slices.of(of, BigInteger.valueOf(place), next, null, rendering.budget());
    }
    return of instanceof List<?> list
        ? list.get(place)
        : Items.list(of, rendering.budget()).get(place);
  }

  private static Undefined lacking(Object of, String name) {
    String what = name.equals("...") ? "no such item" : "no `" + name + "`";
    return Undefined.because(Types.a(of) + " has " + what);
  }
}

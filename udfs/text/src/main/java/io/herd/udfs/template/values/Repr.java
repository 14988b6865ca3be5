package io.herd.udfs.template.values;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/** Python's {@code str()} and {@code repr()}. */
public final class Repr {
  /** Begins the code of a special token, which stays unchanged (see Specials). */
  private static final char CODE = '\uFDD0';

  /** A value with its own text, such as a macro. */
  public interface Shown {
    String shown();
  }

  private final StringBuilder out = new StringBuilder();
  private final Budget budget;

  private Repr(Budget budget) {
    this.budget = budget;
  }

  public static String str(Object value, Budget budget) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    return value instanceof Undefined ? "" : repr(value, budget);
  }

  public static String repr(Object value, Budget budget) {
    Repr repr = new Repr(budget);
    repr.add(value);
    return budget.text(repr.out.toString());
  }

  private void add(Object value) {
    budget.step();
    if (out.length() > Budget.MOST_CHARS) {
      budget.chars(out.length());
    }
    if (value instanceof String text) {
      quote(text);
    } else if (value instanceof List<?> list) {
      items("[", list, "]");
    } else if (value instanceof Tuple tuple) {
      items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
    } else if (value instanceof Dict dict) {
      dict(dict);
    } else if (value instanceof Markup markup) {
      out.append("Markup(");
      quote(markup.text());
      out.append(')');
    } else if (value instanceof DictView view) {
      items("dict_" + view.kind().name().toLowerCase(Locale.ROOT) + "([", view.items(), "])");
    } else if (value instanceof Namespace namespace) {
      out.append("<Namespace ");
      dict(namespace.attributes());
      out.append('>');
    } else {
      out.append(plain(value));
    }
  }

  private static String plain(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean bool) {
      return bool ? "True" : "False";
    }
    if (value instanceof BigInteger number) {
      return number.toString();
    }
    if (value instanceof Double number) {
      return Floats.repr(number);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString(); // as Spark writes decimals
    }
    if (value instanceof Range range) {
      return "range("
          + (range.start() + ", " + range.stop())
          + (range.step() == 1 ? ")" : ", " + range.step() + ")");
    }
    if (value instanceof Shown shown) {
      return shown.shown();
    }
    if (value instanceof Undefined) {
      return "Undefined";
    }
    throw Problem.unsupported(
        Types.a(value) + " can't be written as text; `| list` makes a list of it");
  }

  private void items(String open, List<?> items, String close) {
    out.append(open);
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      add(item);
      separator = ", ";
    }
    out.append(close);
  }

  private void dict(Dict dict) {
    out.append('{');
    String separator = "";
    for (Dict.Entry entry : dict.entries()) {
      out.append(separator);
      add(entry.key());
      out.append(": ");
      add(entry.value());
      separator = ", ";
    }
    out.append('}');
  }

  private void quote(String text) {
    budget.chars(text.length());
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == CODE && i < text.length()) {
        out.append(CODE).append(text.charAt(i++));
      } else if (c == quote || c == '\\') {
        out.append('\\').append((char) c);
      } else if (Text.isPrintable(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(escaped(c));
      }
    }
    out.append(quote);
  }

  private static String escaped(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          String.format(
              Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    };
  }
}

package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of Python's str. */
final class StringMethods {
  private static final Set<String> ALL =
      Set.of(
          "capitalize",
          "casefold",
          "center",
          "count",
          "encode",
          "endswith",
          "expandtabs",
          "find",
          "format",
          "format_map",
          "index",
          "isalnum",
          "isalpha",
          "isascii",
          "isdecimal",
          "isdigit",
          "isidentifier",
          "islower",
          "isnumeric",
          "isprintable",
          "isspace",
          "istitle",
          "isupper",
          "join",
          "ljust",
          "lower",
          "lstrip",
          "maketrans",
          "partition",
          "removeprefix",
          "removesuffix",
          "replace",
          "rfind",
          "rindex",
          "rjust",
          "rpartition",
          "rsplit",
          "rstrip",
          "split",
          "splitlines",
          "startswith",
          "strip",
          "swapcase",
          "title",
          "translate",
          "upper",
          "zfill");

  private final Object of;
  private final String text;
  private final Arguments arguments;
  private final Rendering rendering;
  private final Budget budget;

  private StringMethods(Object of, Arguments arguments, Rendering rendering) {
    this.of = of;
    this.text = Types.text(of);
    this.arguments = arguments;
    this.rendering = rendering;
    this.budget = rendering.budget();
  }

  static boolean has(String name) {
    return ALL.contains(name);
  }

  /** Calls a method of a text; methods of markup return markup. */
  static Object call(Object of, String name, Arguments arguments, Rendering rendering) {
    rendering.budget().chars(Types.text(of).length());
    return new StringMethods(of, arguments, rendering).call(name);
  }

  private Object call(String name) {
    return switch (name) {
      case "upper", "lower", "capitalize", "title", "swapcase", "casefold" -> {
        arguments.none();
        yield like(Cases.of(name, text));
      }
      case "strip" -> stripped(true, true);
      case "lstrip" -> stripped(true, false);
      case "rstrip" -> stripped(false, true);
      case "center", "ljust", "rjust" -> justified(name);
      case "zfill" -> zeros();
      case "expandtabs" -> expanded(arguments.bind("tabsize?").integer(0, 8));
      case "startswith", "endswith" -> meets(name.equals("startswith"));
      case "find", "index", "rfind", "rindex" -> place(name);
      case "count" -> count();
      case "replace" -> replaced();
      case "removeprefix", "removesuffix" -> removed(name.equals("removeprefix"));
      case "split" -> split(false);
      case "rsplit" -> split(true);
      case "splitlines" -> texts(Strings.lines(text, arguments.bind("keepends?").flag(0)));
      case "partition", "rpartition" -> partition(name.equals("rpartition"));
      case "join" -> joined();
      case "format" -> like(new FormatMethod(arguments, rendering, markup()).format(text));
      case "format_map" -> like(FormatMethod.ofMap(arguments, rendering, markup()).format(text));
      case "encode", "maketrans", "translate" -> throw Method.unsupported(of, name);
      default -> {
        arguments.none();
        yield StringTests.test(name, text);
      }
    };
  }

  private boolean markup() {
    return of instanceof Markup;
  }

  private Object like(String made) {
    return Filters.like(of, made, rendering);
  }

  private List<Object> texts(List<String> parts) {
    budget.items(parts.size());
    List<Object> texts = new ArrayList<>(parts.size());
    parts.forEach(part -> texts.add(like(part)));
    return texts;
  }

  private Object stripped(boolean left, boolean right) {
    String chars = arguments.bind("chars?").textOrNull(0);
    IntPredicate off = chars == null ? Text::isSpace : c -> chars.indexOf(c) >= 0;
    return like(Strings.strip(text, off, left, right));
  }

  private Object justified(String name) {
    Bound bound = arguments.bind("width", "fillchar?");
    String fill = bound.has(1) ? bound.text(1) : " ";
    if (Text.length(fill) != 1) {
      throw new Problem("the fill is one character");
    }
    int missing = Math.max(0, bound.integer(0, 0) - Text.length(text));
    budget.chars((long) missing * fill.length() + text.length());
    int width = bound.integer(0, 0);
    int left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return like(fill.repeat(left) + text + fill.repeat(missing - left));
  }

  private Object zeros() {
    int width = arguments.bind("width").integer(0, 0);
    int missing = Math.max(0, width - Text.length(text));
    budget.chars((long) missing + text.length());
    boolean sign = text.startsWith("+") || text.startsWith("-");
    String zeros = "0".repeat(missing);
    return like(sign ? text.charAt(0) + zeros + text.substring(1) : zeros + text);
  }

  private Object expanded(int size) {
    StringBuilder out = new StringBuilder();
    int column = 0;
    for (int c : text.codePoints().toArray()) {
      if (c == '\t') {
        int blanks = size > 0 ? size - column % size : 0;
        budget.chars((long) out.length() + blanks);
        out.append(" ".repeat(blanks));
        column += blanks;
      } else {
        out.appendCodePoint(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return like(out.toString());
  }

  /** A slice of a text, whose bounds may be missing or count from the end. */
  private record Part(String text, int from, boolean valid) {}

  private Part part(Bound bound, int start, int end) {
    int size = Text.length(text);
    int from = index(bound, start, 0, size);
    int to = Math.min(size, index(bound, end, size, size));
    return from > to ? new Part("", from, false) : new Part(Text.part(text, from, to), from, true);
  }

  private static int index(Bound bound, int parameter, int absent, int size) {
    if (!bound.has(parameter) || bound.at(parameter) == null) {
      return absent;
    }
    int index = bound.integer(parameter, 0);
    return index < 0 ? Math.max(0, index + size) : index;
  }

  private boolean meets(boolean start) {
    Bound bound = arguments.bind("affix", "start?", "end?");
    Part part = part(bound, 1, 2);
    List<Object> affixes =
        bound.at(0) instanceof Tuple tuple ? tuple.items() : Collections.singletonList(bound.at(0));
    for (Object affix : affixes) {
      if (!Types.isText(affix)) {
        throw new Problem(Types.a(affix) + " is given where a str is needed");
      }
      String wanted = Types.text(affix);
      boolean met = start ? part.text().startsWith(wanted) : part.text().endsWith(wanted);
      if (part.valid() && met) {
        return true;
      }
    }
    return false;
  }

  private Object place(String name) {
    Bound bound = arguments.bind("sub", "start?", "end?");
    Part part = part(bound, 1, 2);
    boolean last = name.startsWith("r");
    String wanted = bound.text(0);
    int at = last ? part.text().lastIndexOf(wanted) : part.text().indexOf(wanted);
    if (at < 0 || !part.valid()) {
      if (name.endsWith("index")) {
        throw new Problem("the text isn't there");
      }
      return BigInteger.valueOf(-1);
    }
    return BigInteger.valueOf(part.from() + (long) part.text().codePointCount(0, at));
  }

  private Object count() {
    Bound bound = arguments.bind("sub", "start?", "end?");
    Part part = part(bound, 1, 2);
    String wanted = bound.text(0);
    if (!part.valid()) {
      return BigInteger.ZERO;
    }
    int count =
        wanted.isEmpty()
            ? Text.length(part.text()) + 1
            : Strings.parts(part.text(), wanted, -1).size() - 1;
    return BigInteger.valueOf(count);
  }

  private Object replaced() {
    Bound bound = arguments.bind("old", "new", "count?");
    int most = bound.has(2) ? bound.integer(2, -1) : -1;
    String with = markup() ? Markup.escape(bound.at(1), budget).text() : bound.text(1);
    return like(Strings.replace(text, bound.text(0), with, most, budget));
  }

  private Object removed(boolean prefix) {
    String affix = arguments.bind("affix").text(0);
    boolean there = prefix ? text.startsWith(affix) : text.endsWith(affix);
    int length = affix.length();
    return like(
        !there
            ? text
            : prefix ? text.substring(length) : text.substring(0, text.length() - length));
  }

  private Object split(boolean fromEnd) {
    Bound bound = arguments.bind("sep?", "maxsplit?");
    String separator = bound.textOrNull(0);
    int most = bound.integer(1, -1);
    if (separator == null) {
      return texts(fromEnd ? Strings.lastWords(text, most) : Strings.words(text, most));
    }
    if (separator.isEmpty()) {
      throw new Problem("a text can't be split at an empty one");
    }
    return texts(
        fromEnd ? Strings.lastParts(text, separator, most) : Strings.parts(text, separator, most));
  }

  private Object partition(boolean last) {
    String separator = arguments.bind("sep").text(0);
    if (separator.isEmpty()) {
      throw new Problem("a text can't be split at an empty one");
    }
    int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return last ? Tuple.of(like(""), like(""), of) : Tuple.of(of, like(""), like(""));
    }
    return Tuple.of(
        like(text.substring(0, at)),
        like(separator),
        like(text.substring(at + separator.length())));
  }

  private Object joined() {
    Output output = new Output(budget);
    String separator = "";
    for (Object item : Items.list(arguments.bind("iterable").at(0), budget)) {
      if (!markup() && !Types.isText(item)) {
        throw new Problem("join() takes texts, not " + Types.a(item));
      }
      output.write(separator);
      output.write(markup() ? Markup.escape(item, budget).text() : Types.text(item));
      separator = text;
    }
    return like(output.text());
  }
}

package io.herd.udfs.template;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.expression.DefaultExpressionStrategy;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import io.herd.udfs.Causes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What transformers gives to chat templates, and how values become text. */
final class JinjaFunctions {
  private static final String DATE = "herd:date";
  private static final int MOST_NUMBERS = 100_000;

  private JinjaFunctions() {}

  static void register(Context globals, String date) {
    globals.registerFilter(new PythonStrings.Trim());
    globals.registerFilter(new PythonStrings.Replace());
    globals.put(DATE, date);
    for (String function : Set.of("raise_exception", "strftime_now")) {
      globals.registerFunction(
          new ELFunctionDefinition("", function, JinjaFunctions.class, function, String.class));
      globals.put(function, true); // `strftime_now is defined`
    }
    globals.registerFunction(
        new ELFunctionDefinition(
            "", "range", JinjaFunctions.class, "range", Object.class, Object[].class));
  }

  /** Python's; Jinjava's ends after 1,000 numbers and says nothing. */
  @SuppressWarnings("unused") // called by templates
  static List<Long> range(Object first, Object... others) {
    long from = others.length == 0 ? 0 : whole(first);
    long to = whole(others.length == 0 ? first : others[0]);
    long step = others.length < 2 ? 1 : whole(others[1]);
    List<Long> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : step < 0 && i > to; i += step) {
      if (numbers.size() == MOST_NUMBERS) {
        throw new Problem("range() has more than " + MOST_NUMBERS + " numbers", true);
      }
      numbers.add(i);
    }
    return numbers;
  }

  private static long whole(Object value) {
    if (value instanceof Number number && Math.abs(number.doubleValue()) < 1L << 52) {
      return number.longValue();
    }
    throw new Problem("range() takes whole numbers only", true);
  }

  @SuppressWarnings("unused") // called by templates
  static String raise_exception(String message) {
    throw new Problem(message, false);
  }

  /** The configured date, whatever the format: a prompt must not change at midnight. */
  @SuppressWarnings("unused") // called by templates
  static String strftime_now(String format) {
    return (String) JinjavaInterpreter.getCurrent().getContext().get(DATE);
  }

  /** A fault that a template runs into. */
  static final class Problem extends RuntimeException {
    /** Whether the message holds nothing of any row. */
    final boolean plain;

    Problem(String message, boolean plain) {
      super(message);
      this.plain = plain;
    }

    /** The problem behind an exception, or null. */
    static Problem of(Throwable thrown) {
      return Causes.find(thrown, Problem.class).orElse(null);
    }
  }

  /** Variables of one rendering; filters and tests that don't exist fail, not give null. */
  static final class Variables extends Context {
    Variables(
        Context globals,
        Map<String, Object> variables,
        Map<Context.Library, Set<String>> disabled,
        boolean printsNull) {
      super(globals, variables, disabled);
      setExpressionStrategy(new Printer(printsNull));
    }

    @Override
    public Filter getFilter(String name) {
      return new BoundedFilter(known(super.getFilter(name), "filter", name));
    }

    @Override
    public ExpTest getExpTest(String name) {
      return known(super.getExpTest(name), "test", name);
    }

    private static <T> T known(T found, String kind, String name) {
      if (found == null) {
        throw new Problem("there is no " + kind + " `" + name + "`", true);
      }
      return found;
    }
  }

  /** Jinjava would escape control characters in strings; Python would print a null as None. */
  private static final class Printer extends DefaultExpressionStrategy {
    private final boolean printsNull;

    Printer(boolean printsNull) {
      this.printsNull = printsNull;
    }

    @Override
    public RenderedOutputNode interpretOutput(ExpressionToken token, JinjavaInterpreter jinja) {
      int before = jinja.getErrors().size();
      Object value = jinja.resolveELExpression(token.getExpr(), token.getLineNumber());
      if (value == null && !printsNull && jinja.getErrors().size() == before) {
        Problem problem = new Problem("`" + token.getExpr().trim() + "` is null", true);
        jinja.addError(TemplateError.fromException(problem, token.getLineNumber()));
      }
      return new RenderedOutputNode(text(value, jinja));
    }

    private static String text(Object value, JinjavaInterpreter jinja) {
      if (value instanceof String text) {
        return text;
      }
      return value instanceof BigDecimal number
          ? number.toPlainString() // as Spark writes decimals
          : jinja.getAsString(value);
    }
  }
}

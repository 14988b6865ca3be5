package io.herd.udfs.template;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import io.herd.udfs.template.JinjaFunctions.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.PropertyNotFoundException;

/**
 * What templates may read and call: entries of maps and lists, a loop's counters, and the methods
 * that Python's values have. Jinjava by itself would call every public method of every object that
 * isn't on its list of dangerous ones.
 */
final class SandboxResolver extends CompositeELResolver {
  private static final Set<String> OF_MAPS = Set.of("items", "keys", "values", "get", "update");
  private static final Set<String> OF_LISTS =
      Set.of("append", "insert", "extend", "pop", "index", "count");

  SandboxResolver() {
    add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
  }

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    if (base == null || base instanceof Map || base instanceof ForLoop || isPlace(base, property)) {
      return super.getValue(context, base, property);
    }
    throw new PropertyNotFoundException("there is no `" + property + "`");
  }

  private static boolean isPlace(Object base, Object property) {
    return (base instanceof List || base.getClass().isArray())
        && String.valueOf(property).matches("-?\\d+");
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] params) {
    String name = String.valueOf(method);
    if (base instanceof String string) {
      Object result = PythonStrings.call(string, name, params == null ? new Object[0] : params);
      if (result != null) {
        context.setPropertyResolved(true);
        return result;
      }
    } else if (isAllowed(base, name)) {
      return super.invoke(context, base, method, types, params);
    }
    throw new Problem("templates can't call `" + name + "` here", true);
  }

  private static boolean isAllowed(Object base, String method) {
    return (base instanceof Map && OF_MAPS.contains(method))
        || (base instanceof List && OF_LISTS.contains(method))
        || (base instanceof ForLoop && method.equals("cycle"))
        || (base instanceof Filter && method.equals("filter"))
        || (base instanceof ExpTest && method.startsWith("evaluate"));
  }
}

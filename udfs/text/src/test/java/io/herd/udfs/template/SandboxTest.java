package io.herd.udfs.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that a model could bring along, to harm whoever runs it. */
class SandboxTest {
  private static final String DATE = "01 Feb 2025";

  private static Map<String, Object> variables() {
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", List.of(Map.of("role", "user", "content", "Hi {{ 7*7 }}")));
    variables.put("text", "Hi {{ 7*7 }}");
    variables.put("bos_token", "<s>");
    return variables;
  }

  private static JinjaTemplate template(String source) {
    return new JinjaTemplate("the model's chat template", source, DATE, true);
  }

  private static String rendered(String source) {
    return template(source).probe(variables());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.class }}",
        "{{ ''['class'] }}",
        "{{ ''.getClass() }}",
        "{{ ''.class.forName('java.lang.Runtime') }}",
        "{{ messages.getClass().forName('java.lang.Runtime').getRuntime() }}",
        "{{ messages.class.classLoader }}",
        "{% for m in messages %}{{ loop.getClass() }}{{ loop.next() }}{% endfor %}",
        "{{ range.getClass() }}{{ (1).getClass() }}{{ true.class }}",
        "{{ text | attr('class') }}",
        "{{ text | attr('bytes') }}",
        "{{ [text] | map(attribute='class') | list }}",
        "{{ [text] | join(',', 'class') }}",
        "{{ [text] | selectattr('class') | list }}",
        "{{ [text] | groupby('class') }}",
        "{{ [text] | sort(attribute='class') }}",
        "{{ [text] | sum('class') }}",
        "{{ messages | map(attribute='class.name') | list }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ ''.__class__ }}{{ [].__class__ }}{{ namespace.__init__ }}",
        "{{ '{0.class}{0.__class__}'.format(text) }}",
        "{{ '%s' | format(text.upper.__self__) }}",
        "{{ raise_exception.__globals__ }}{{ range.name }}{{ namespace().class }}",
        "{{ text.repeat(9) }}",
        "{{ text.matches('(a+)+$') }}",
        "{{ [1].hashCode() }}{{ {'a': 1}.entrySet() }}",
        "{{ type(text) }}",
        "{{ ____int3rpr3t3r____.config }}",
      })
  void probe_whatOnlyJavaOrPythonHas_isNothing(String source) {
    String text;
    try {
      text = rendered(source);
    } catch (UserException e) {
      text = ""; // refused
    }
    assertThat(text.replaceAll("[\\[\\](), ]|Undefined", "")).isIn("", kept(source));
  }

  /** What filters leave of the text that they sort. */
  private static String kept(String source) {
    return source.contains("groupby") || source.contains("sort") ? "'Hi{{7*7}}'" : "";
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "{% include 'META-INF/MANIFEST.MF' %}=>`include` reads other templates",
        "{% import 'META-INF/MANIFEST.MF' as x %}=>`import` reads other templates",
        "{% from 'META-INF/MANIFEST.MF' import x %}=>`from` reads other templates",
        "{% extends 'META-INF/MANIFEST.MF' %}=>`extends` reads other templates",
        "{{ text | render }}=>the filter `render` doesn't exist",
        "{{ messages | random }}=>the filter `random` isn't supported",
        "{{ [1, 2] | shuffle }}=>the filter `shuffle` doesn't exist",
        "{{ lipsum() }}=>lipsum() is random",
        "{{ today() }}=>`today` is undefined",
      })
  void probe_otherFilesAndChance_areRefused(String source, String says) {
    assertThatThrownBy(() -> rendered(source))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Herd can't render the model's chat template, line 1, column ")
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set l = [1] %}{{ l.append(2) }}",
        "{% set _ = messages.pop() %}",
        "{{ messages[0].update({'content': 'other'}) }}",
        "{{ messages[0].clear() }}",
        "{% set messages[0].content = 'other' %}",
        "{% set text.x = 'other' %}",
      })
  void probe_changesOfValues_areRefused(String source) {
    assertThatThrownBy(() -> rendered(source)).isInstanceOf(UserException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "{% for i in range(10**9) %}a{% endfor %}=>range() has more than 100000 numbers",
        "{% for i in range(0, 1000000000, 1) %}a{% endfor %}=>range() has more than 100000 numbers",
        "{% for i in range(-1, -1000000000, -1) %}a{% endfor %}=>range() has more than",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}"
            + "{% endfor %}{% endfor %}=>it takes more than 5000000 steps",
        "{% for a in range(9999) %}{% set x = a * a %}{% for b in range(9999) %}{{ '' }}{% endfor %}"
            + "{% endfor %}=>it takes more than 5000000 steps",
        "{% macro f(x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}{{ f(1) }}=>``",
        "{% macro f(x) %}{{ g(x) }}{% endmacro %}{% macro g(x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}"
            + "{{ f(1) }}=>``",
      })
  void probe_endlessLoops_areRefused(String source, String says) {
    assertThatThrownBy(() -> rendered(source))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set s = namespace(t='a') %}{% for i in range(60) %}{% set s.t = s.t ~ s.t %}{% endfor %}",
        "{% set s = namespace(t='a') %}{% for i in range(60) %}{% set s.t = s.t + s.t %}{% endfor %}",
        "{% set s = namespace(t='a') %}{% for i in range(60) %}"
            + "{% set s.t = s.t | replace('a', 'aaaaaaaaaa') %}{% endfor %}",
        "{% set s = namespace(t='a') %}{% for i in range(60) %}"
            + "{% set s.t = s.t.replace('a', 'aaaaaaaaaa') %}{% endfor %}",
        "{% set s = namespace(t='a') %}{% for i in range(60) %}"
            + "{% set s.t = [s.t, s.t, s.t] | join('') %}{% endfor %}",
        "{% set s = namespace(t='a') %}{% for i in range(60) %}"
            + "{% set s.t %}{{ s.t }}{{ s.t }}{% endset %}{% endfor %}",
        "{% set s = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}"
            + "{% set s.t = s.t ~ s.t %}{% endfor %}{% for i in range(1000) %}{{ s.t }}{% endfor %}",
        "{% set s = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}"
            + "{% set s.t = s.t ~ s.t %}{% endfor %}{{ range(9999) | join(s.t) }}",
        "{% set s = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}"
            + "{% set s.t = s.t ~ s.t %}{% endfor %}{% set l = [s.t] * 9999 %}{{ l | join }}",
        "{% set s = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}"
            + "{% set s.t = s.t ~ s.t %}{% endfor %}{% set l = [s.t] * 9999 %}{{ l }}",
        "{% set s = namespace(t='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}"
            + "{% set s.t = s.t ~ s.t %}{% endfor %}{% set l = [s.t] * 9999 %}{{ l | tojson }}",
        "{% set s = namespace(l=[1]) %}{% for i in range(60) %}"
            + "{% set s.l = s.l + s.l %}{% endfor %}{{ s.l }}",
        "{% set s = namespace(l=[1]) %}{% for i in range(60) %}"
            + "{% set s.l = [s.l, s.l, s.l, s.l] %}{% endfor %}{{ s.l }}",
        "{% set s = namespace(l=[1]) %}{% for i in range(60) %}"
            + "{% set s.l = [s.l, s.l, s.l, s.l] %}{% endfor %}{{ s.l | tojson }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ 'a' | center('1000000000') }}",
        "{{ 'a' | indent(1000000000) }}",
        "{{ 'a b' | wordwrap(1000000000) ~ ('%1000000000d' | format(1)) }}",
        "{{ '%1000000000s' | format('a') }}",
        "{{ '%.999999999f' | format(1.5) }}",
        "{{ '%1$1000000000s' | format('a') }}",
        "{{ '1e999999999' | round }}",
        "{{ [1] | batch(1000000000, 'x') | list }}",
        "{{ [1] | slice(1000000000) | list }}",
        "{{ 2 ** 99999 }}{{ 7 ** 7 ** 7 }}",
        "{% set n = namespace(x=3) %}{% for i in range(60) %}"
            + "{% set n.x = n.x * n.x %}{% endfor %}{{ n.x }}",
        "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}"
            + "{% set n.a = [n.a, n.a, n.a] %}{% set n.b = [n.b, n.b, n.b] %}{% endfor %}"
            + "{{ n.a == n.b }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ '{:.1000000000f}'.format(1.5) }}",
        "{{ 'a'.ljust(1000000000) ~ 'a'.zfill(1000000000) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 'a\\t'.expandtabs(1000000000) }}",
        "{{ [1] | tojson(indent=1000000000) }}",
      })
  void probe_bombs_areRefused(String source) {
    assertThatThrownBy(() -> rendered(source)).isInstanceOf(UserException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "[",
        "{'a':",
        "not ",
        "-",
        "a.b[",
        "{% if x %}",
        "{% for x in y %}",
        "{{",
        "{#"
      })
  void parse_nestedDeeply_isRefusedOrHarmless(String opening) {
    String nested = opening.repeat(20_000);
    String source = opening.startsWith("{%") || opening.startsWith("{{") ? nested : "{{ " + nested;

    assertThatThrownBy(() -> template(source + " }}").probe(variables()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Herd can't render")
        .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(1_000));
  }

  @Test
  void render_loopOverTooShortPairs_failsTheRowAlone() {
    JinjaTemplate pairs =
        new JinjaTemplate(
            "prompt.template", "{% for a, b in text %}{{ a }}{% endfor %}", DATE, false);

    assertThatThrownBy(() -> pairs.render(Map.of("text", List.of(List.of("secret")))))
        .isInstanceOf(RowException.class)
        .hasMessageStartingWith("prompt.template failed")
        .hasMessageNotContaining("secret");
    assertThat(pairs.render(Map.of("text", List.of(List.of("a", "b"))))).isEqualTo("a");
  }

  @Test
  void render_tooManySteps_failsTheRowAlone() {
    JinjaTemplate loops =
        new JinjaTemplate(
            "prompt.template",
            "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% endfor %}{% endfor %}"
                + "{% endfor %}ok",
            DATE,
            false);

    assertThatThrownBy(() -> loops.render(Map.of("rows", java.util.Collections.nCopies(999, 1))))
        .isInstanceOf(RowException.class)
        .hasMessage(
            "prompt.template failed at line 1, column 51: `rows`: it takes more than 5000000 steps");
    assertThat(loops.render(Map.of("rows", List.of(1, 2)))).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "{{ ' a.b '.strip().split('.')[1].upper() }}=>B",
        "{{ '<t>x</t>y'.split('</t>')[-1].lstrip('y') }}=>``",
        "{{ 'one  two'.split() | length }}{{ ''.split() | length }}=>20",
        "{{ 'it is'.title() ~ 'aBC'.capitalize() ~ 'abc'.find('c') }}=>It IsAbc2",
        "{{ 'a-b'.replace('-', '+') ~ ('a-b' | replace('-', '.')) }}=>a+ba.b",
        "{% set l = ['x'] %}{{ l[0] ~ {'k': 1}.get('k') }}=>x1",
        "{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{{ loop.index }}{% endfor %}=>a11",
        "{% set n = namespace(x=1) %}{% set n.x = 2 %}{{ n.x }}=>2",
        "{{ range(3) | join(',') }}{{ range(5, 0, -2) | join }}=>0,1,2531",
        "{{ messages | map(attribute='role') | join }}{{ messages[0].content is string }}=>userTrue",
        "{% macro f(x) %}[{{ x }}]{% endmacro %}{{ f(1) }}=>[1]",
      })
  void probe_whatTemplatesDo_isAsInPython(String source, String gives) {
    assertThat(rendered(source)).isEqualTo(gives);
  }
}

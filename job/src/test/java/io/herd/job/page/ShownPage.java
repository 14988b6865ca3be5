package io.herd.job.page;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * The texts of a report.html by where they stand: the section's title, and then a tile's name, a
 * table's caption with row and column, or the number of a drawing; sentences are one text.
 */
final class ShownPage {
  private final Map<String, String> texts = new LinkedHashMap<>();

  private ShownPage() {}

  static Map<String, String> texts(String html) throws Exception {
    String xml = html.replaceFirst("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)))
            .getDocumentElement();
    ShownPage page = new ShownPage();
    for (Element section : all(root, "section")) {
      page.section(text(all(section, "h2").get(0)), section);
    }
    return page.texts;
  }

  private void section(String title, Element section) {
    all(section, "table").forEach(table -> table(title, table));
    all(section, "figure").forEach(figure -> figure(title, figure));
    for (Element tile : all(section, "dt")) {
      texts.put(title + "|" + text(tile), text((Element) tile.getNextSibling()));
    }
    List<String> prose = new ArrayList<>();
    for (Element child : children(section)) {
      if (List.of("p", "pre", "ul", "summary", "details").contains(child.getTagName())) {
        prose.add(
            child.getTagName().equals("details") ? text(children(child).get(0)) : text(child));
      }
    }
    texts.put(title + "|", String.join(" ", prose));
  }

  private void table(String title, Element table) {
    List<String> columns =
        all(all(table, "thead").get(0), "th").stream().map(ShownPage::text).toList();
    for (Element row : all(all(table, "tbody").get(0), "tr")) {
      List<Element> cells = children(row);
      for (int i = 1; i < cells.size(); i++) {
        String place =
            String.join(
                "|", title, text(all(table, "caption").get(0)), text(cells.get(0)), columns.get(i));
        Element cell = cells.get(i);
        List<Element> bars = all(cell, "rect");
        texts.put(place, bars.isEmpty() ? text(cell) : bars.get(0).getAttribute("width"));
        all(cell, "span").forEach(heat -> texts.put(place + "|share", heat.getAttribute("style")));
      }
    }
  }

  private void figure(String title, Element figure) {
    long before = texts.keySet().stream().filter(each -> each.endsWith("|drawing")).count();
    StringBuilder text = new StringBuilder(text(figure)); // tips of bars and dots, too
    for (Element each : all(figure, "svg")) {
      text.append(' ').append(each.getAttribute("aria-label"));
    }
    for (String[] shape : new String[][] {{"rect", "height"}, {"circle", "cx", "cy"}}) {
      for (Element each : all(figure, shape[0])) {
        for (int i = 1; i < shape.length; i++) {
          text.append(' ').append(each.getAttribute(shape[i]));
        }
      }
    }
    for (Element line : all(figure, "polyline")) {
      text.append(' ').append(line.getAttribute("points").replace(',', ' '));
    }
    texts.put(title + "|" + before + "|drawing", text.toString());
  }

  private static List<Element> all(Element inside, String tag) {
    NodeList found = inside.getElementsByTagName(tag);
    List<Element> out = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      out.add((Element) found.item(i));
    }
    return out;
  }

  private static List<Element> children(Element of) {
    List<Element> out = new ArrayList<>();
    for (Node child = of.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element) {
        out.add(element);
      }
    }
    return out;
  }

  /** With a blank between the texts of neighbours. */
  private static String text(Node of) {
    if (of.getNodeType() == Node.TEXT_NODE) {
      return of.getNodeValue();
    }
    List<String> parts = new ArrayList<>();
    for (Node child = of.getFirstChild(); child != null; child = child.getNextSibling()) {
      parts.add(text(child));
    }
    return String.join(" ", parts);
  }
}

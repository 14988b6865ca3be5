# The first rows of JSON lines or a CSV file, for submit/init: names of columns, then values, with tabs between them.
# -v format=json or csv, -v separator=; for csv, -v header=1 where names are in the first line.

function plain(text) { # on one line
  gsub(/[\t\r\n]+/, " ", text)
  return text
}

function csv(line, fields,    n, i, c, quoted, field) { # returns the number of fields, or 0 in the middle of a text
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") { field = field c; i++ }
    else if (c == "\"") quoted = !quoted
    else if (c == separator && !quoted) { fields[++n] = plain(field); field = "" }
    else field = field c
  }
  fields[++n] = plain(field)
  return quoted ? 0 : n
}

function json(line, names, values,    n, i, c, depth, text, escaped, inString, key, value) { # of the outermost object
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (inString) {
      if (escaped) { text = text "\\" c; escaped = 0 }
      else if (c == "\\") escaped = 1
      else if (c == "\"") { inString = 0; value = value text }
      else text = text c
    }
    else if (c == "\"") { inString = 1; text = "" }
    else if (c == "{" || c == "[") { if (depth++) value = value c }
    else if (c == ":" && depth == 1 && key == "") { key = text; value = "" }
    else if ((c == "," && depth == 1) || ((c == "}" || c == "]") && --depth == 0)) {
      if (key != "") { names[++n] = key; values[n] = plain(value) }
      key = value = ""
    }
    else if (c !~ /[ \r]/) value = value c
  }
  return n
}

function row(    i, line) {
  for (i = 1; i <= columns; i++) line = line (i > 1 ? "\t" : "") cell[i]
  return line
}

rows >= 50 { exit }

format == "csv" {
  pending = pending (pending == "" ? "" : " ") $0
  split("", cell)
  found = csv(pending, cell)
  if (!found) next
  pending = ""
  if (!columns) {
    columns = found
    for (i = 1; i <= found; i++) name[i] = header ? cell[i] : "_c" (i - 1)
    if (header) next
  }
  kept[++rows] = row()
}

format == "json" && NF {
  split("", keys); split("", values); split("", cell)
  found = json($0, keys, values)
  for (i = 1; i <= found; i++) {
    if (!(keys[i] in place)) { place[keys[i]] = ++columns; name[columns] = keys[i] }
    cell[place[keys[i]]] = values[i]
  }
  kept[++rows] = row()
}

END {
  for (i = 1; i <= columns; i++) cell[i] = name[i]
  print row()
  for (i = 1; i <= rows; i++) print kept[i]
}

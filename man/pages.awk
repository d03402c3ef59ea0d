# Writes a manual page in mdoc(7) for every command. Input: the output of `deepflow --experimental-dump-help`, in which
# swift-argument-parser describes its commands as JSON, one key a line, the keys of an object in alphabetical order.
# Variables: date, the text of .Dd; out, the directory of the pages.

function quoted(line) {
  sub(/^[^:]*: "/, "", line)
  sub(/^ *"/, "", line)
  sub(/",?$/, "", line)
  gsub(/\\\//, "/", line)
  gsub(/\\"/, "\"", line)
  gsub(/\\\\/, "\\", line)
  return line
}

function indent(line) {
  match(line, /^ */)
  return RLENGTH
}

BEGIN {
  # What a reader of the page may want next, beside the commands above and below it.
  related["deepflow"] = "deepflow-bundle 5 deepflow-config 5 deepflow-schema 5"
  related["deepflow-record"] = "deepflow-doctor 1 deepflow-analyze 1 deepflow-inspect 1 tcpdump 1 deepflow-bundle 5 pcap-filter 7"
  related["deepflow-doctor"] = "deepflow-record 1 capabilities 7"
  related["deepflow-profile"] = "deepflow-record 1 deepflow-export 1 perf 1"
  related["deepflow-import"] = "deepflow-profile 1 perf 1 deepflow-bundle 5"
  related["deepflow-inspect"] = "deepflow-analyze 1 capinfos 1 deepflow-bundle 5"
  related["deepflow-analyze"] = "deepflow-requests 1 deepflow-traces 1 deepflow-inspect 1"
  related["deepflow-flows"] = "deepflow-config 5 deepflow-requests 1 deepflow-metrics 1 deepflow-schema 5"
  related["deepflow-requests"] = "deepflow-config 5 deepflow-flows 1 deepflow-metrics 1 deepflow-traces 1 deepflow-schema 5"
  related["deepflow-metrics"] = "deepflow-config 5 deepflow-flows 1 deepflow-requests 1 deepflow-map 1 deepflow-schema 5"
  related["deepflow-map"] = "deepflow-metrics 1"
  related["deepflow-query"] = "deepflow-schema 1 deepflow-export-sqlite 1 sqlite3 1 deepflow-schema 5"
  related["deepflow-schema"] = "deepflow-query 1 deepflow-schema 5"
  related["deepflow-traces"] = "deepflow-config 5 deepflow-trace 1 deepflow-requests 1 deepflow-schema 5"
  related["deepflow-trace"] = "deepflow-traces 1 deepflow-export-flamegraph 1"
  related["deepflow-export"] = "deepflow-query 1 deepflow-schema 5"
  related["deepflow-export-sqlite"] = "deepflow-query 1 sqlite3 1 deepflow-schema 5"
  related["deepflow-export-json"] = "deepflow-schema 5"
  related["deepflow-export-flamegraph"] = "deepflow-trace 1"
}

# Reading: objects that say nothing a page shows are stepped over as a whole.
skipping != "" { if ($0 ~ ("^" skipping "[]}],?$")) skipping = ""; next }
/"(completionKind|preferredName)" : \{/ { skipping = sprintf("%" indent($0) "s", ""); next }
/"superCommands" : \[/ { skipping = sprintf("%" indent($0) "s", ""); next }

/"abstract" : / { abstract = quoted($0); next }
/"arguments" : \[/ {
  commandAbstract = abstract
  abstract = ""
  depth = (indent($0) - 4) / 4
  command++
  argumentsIndent = indent($0)
  next
}
argumentsIndent && /\]/ && indent($0) == argumentsIndent { argumentsIndent = 0; next }
/"allValues" : \[/ { readsValues = 1; next }
/"names" : \[/ { readsNames = 1; next }
/^ *\],?$/ { readsValues = readsNames = 0; next }
readsValues { values = values (values == "" ? "" : ", ") quoted($0); next }
readsNames && /"kind" : / { isLong = /"long"/; next }
readsNames && /"name" : / { flags = flags (flags == "" ? "" : " , ") (isLong ? "-" : "") quoted($0); preferred = (isLong ? "-" : "") quoted($0); next }
/"kind" : / { kind = quoted($0); next }
/"defaultValue" : / { initial = quoted($0); next }
/"isOptional" : / { isOptional = /true/; next }
/"isRepeating" : / { isRepeating = /true/; next }
/"sectionTitle" : / { section = quoted($0); next }
/"discussion" : / && argumentsIndent { details = quoted($0); next }
/"discussion" : / { discussion[command] = quoted($0); next }
/"shouldDisplay" : / && argumentsIndent { isShown = /true/; next }
/"valueName" : / {
  # The flags of every command are described once, in the page of the program.
  if (isShown && (depth == 0 || preferred !~ /^-(version|help)$/)) {
    n = ++count[command]
    kinds[command, n] = kind
    names[command, n] = flags
    shortest[command, n] = preferred
    operand[command, n] = quoted($0) (isRepeating && kind == "positional" ? " ..." : "")
    optional[command, n] = isOptional
    sections[command, n] = section
    texts[command, n] = abstract (details == "" ? "" : "\\n\\n" details) \
      (isRepeating && kind == "option" && abstract !~ /repeat/ ? " May be repeated." : "") \
      (values == "" ? "" : " One of: " values ".") (initial == "" ? "" : " Default: " initial ".")
    if (preferred == "-fail-on-loss") tellsLosses[command] = 1
  }
  abstract = details = values = initial = section = flags = preferred = ""
  next
}
/"commandName" : / {
  path[depth] = quoted($0)
  words[command] = page[command] = path[0]
  for (level = 1; level <= depth; level++) {
    parent[command] = page[command]
    words[command] = words[command] " " path[level]
    page[command] = page[command] "-" path[level]
  }
  last[command] = path[depth]
  abstracts[command] = commandAbstract
  known[page[command]] = 1
}

# A line of text: a new line for every sentence, none much longer than 80 bytes; hyphens that are typed stay hyphens.
function prose(text, file,    paragraphs, n, i) {
  n = split(text, paragraphs, /\\n\\n/)
  for (i = 1; i <= n; i++) {
    if (i > 1) print ".Pp" > file
    sentences(paragraphs[i], file)
  }
}

function sentences(text, file,    line, parts, n, i, isEnd) {
  gsub(/\\n/, " ", text)
  gsub(/\\/, "\\e", text)
  n = split(text, parts, " ")
  line = ""
  for (i = 1; i <= n; i++) {
    if (parts[i] ~ /^['(]?-/) gsub(/-/, "\\-", parts[i])
    if (line != "" && (isEnd || length(line) + length(parts[i]) >= 80)) {
      put(line, file)
      line = ""
    }
    line = line (line == "" ? "" : " ") parts[i]
    isEnd = parts[i] ~ /[.?!][)']?$/
  }
  put(line, file)
}

function put(line, file) {
  if (line ~ /^[.']/) line = "\\&" line
  print line > file
}

# The abstract as the page's one-line description: no capital at the beginning, no stop at the end.
function phrase(text) {
  sub(/\.$/, "", text)
  gsub(/--/, "\\-\\-", text)
  return tolower(substr(text, 1, 1)) substr(text, 2)
}

function invocation(c, i) {
  if (kinds[c, i] == "positional") return "Ar " operand[c, i]
  if (kinds[c, i] == "flag") return "Fl " shortest[c, i]
  return "Fl " shortest[c, i] " Ar " operand[c, i]
}

function synopsis(c, file,    i, seen, title) {
  print ".Sh SYNOPSIS" > file
  print ".Nm " words[c] > file
  for (i = 1; i <= count[c]; i++) {
    if (kinds[c, i] == "positional") continue
    title = sections[c, i]
    if (title == "") print (optional[c, i] ? ".Op " : ".") invocation(c, i) > file
    else if (!seen[title]++) print ".Op Ar " tolower(title) (title ~ / / ? "" : " options") > file
  }
  for (i = 1; i <= count[c]; i++) {
    if (kinds[c, i] == "positional") print (optional[c, i] ? ".Op " : ".") invocation(c, i) > file
  }
  # It is split off before the arguments are parsed: the parser does not know it.
  if (page[c] == "deepflow-record") print ".Op Fl \\&- Ar command ..." > file
  if (children[page[c]]) print ".Ar command ..." > file
}

function options(c, title, file,    i, isOpen) {
  for (i = 1; i <= count[c]; i++) {
    if (sections[c, i] != title) continue
    if (!isOpen && title != "") print ".Ss " title (title ~ / / ? "" : " options") > file
    if (!isOpen) print ".Bl -tag -width Ds" > file
    isOpen = 1
    if (kinds[c, i] == "positional") print ".It Ar " operand[c, i] > file
    else print ".It Fl " names[c, i] (kinds[c, i] == "flag" ? "" : " Ar " operand[c, i]) > file
    prose(texts[c, i], file)
  }
  if (isOpen) print ".El" > file
}

function commands(c, file,    i) {
  print ".Ss Commands" > file
  print ".Bl -tag -width Ds" > file
  for (i = 1; i <= command; i++) {
    if (parent[i] != page[c] || last[i] == "help") continue
    print ".It Cm " last[i] > file
    prose(abstracts[i], file)
    print "See" > file
    print ".Xr " page[i] " 1 ." > file
  }
  print ".El" > file
}

function status(number, text, file) {
  print ".It " number > file
  prose(text, file)
}

function exits(c, file) {
  print ".Sh EXIT STATUS" > file
  print ".Bl -tag -width Ds" > file
  if (page[c] == "deepflow-record") {
    status(0, "The recording was made. With a command, the exit status is the command's.", file)
    status(1, "The recording failed, or could not be made as asked for.", file)
  } else {
    status(0, "Success.", file)
    status(1, "Failure: one line on standard error says of which file, why, and what to do.", file)
  }
  if (tellsLosses[c] || page[c] == "deepflow") status(3, "Evidence was lost and --fail-on-loss was given. The results were written.", file)
  status(64, "Wrong usage.", file)
  if (page[c] == "deepflow-record") {
    status(126, "The command cannot be run.", file)
    status(127, "The command was not found.", file)
  }
  print ".El" > file
}

function examples(file) {
  print ".Sh EXAMPLES" > file
  prose("Record the whole node while a request is made, then see what happened and where its time went:", file)
  print ".Bd -literal -offset indent" > file
  print "# deepflow record \\-o shop.pcapng \\-\\- curl http://127.0.0.1/buy" > file
  print "$ deepflow analyze shop.pcapng" > file
  print "$ deepflow trace slowest shop.pcapng" > file
  print ".Ed" > file
  print ".Pp" > file
  print "The slow requests of a capture that another program made, as JSON:" > file
  print ".Bd -literal -offset indent" > file
  print "$ tcpdump \\-i any \\-w \\- | deepflow requests \\-\\-min\\-duration 500ms \\-\\-json \\-" > file
  print ".Ed" > file
}

# References in the order of mdoc(7): by section, then by name. Those to commands that do not exist are left out.
function references(c, file,    list, parts, n, i, j, key, keys, total) {
  list = related[page[c]]
  if (parent[c] != "") list = list " deepflow 1 " parent[c] " 1"
  for (i = 1; i <= command; i++) if (parent[i] == page[c] && last[i] != "help") list = list " " page[i] " 1"
  n = split(list, parts, " ")
  for (i = 1; i < n; i += 2) {
    if (parts[i] ~ /^deepflow/ && parts[i + 1] == 1 && !(parts[i] in known)) continue
    key = parts[i + 1] " " parts[i]
    for (j = total; j > 0 && keys[j] > key; j--) keys[j + 1] = keys[j]
    if (j > 0 && keys[j] == key) {
      for (j++; j <= total; j++) keys[j] = keys[j + 1]
      continue
    }
    keys[j + 1] = key
    total++
  }
  print ".Sh SEE ALSO" > file
  for (i = 1; i <= total; i++) {
    split(keys[i], parts, " ")
    print ".Xr " parts[2] " " parts[1] (i < total ? " ," : "") > file
  }
}

END {
  for (c = 1; c <= command; c++) if (last[c] != "help") children[parent[c]]++
  for (c = 1; c <= command; c++) {
    if (last[c] == "help") continue
    file = out "/" page[c] ".1"
    print ".\\\" Written by man/generate from the definitions in Sources/deepflow: edit those." > file
    print ".Dd " date > file
    print ".Dt " toupper(page[c]) " 1" > file
    print ".Os" > file
    print ".Sh NAME" > file
    print ".Nm " page[c] > file
    print ".Nd " phrase(abstracts[c]) > file
    synopsis(c, file)
    print ".Sh DESCRIPTION" > file
    prose(abstracts[c] (discussion[c] == "" ? "" : "\\n\\n" discussion[c]), file)
    options(c, "", file)
    delete shown
    for (n = 1; n <= count[c]; n++) if (sections[c, n] != "" && !shown[sections[c, n]]++) options(c, sections[c, n], file)
    if (children[page[c]]) commands(c, file)
    exits(c, file)
    if (page[c] == "deepflow") examples(file)
    references(c, file)
    close(file)
  }
}

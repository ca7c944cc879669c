// Which files are listed, and in which order.

const wanted = { query: "", verdicts: new Set(), rule: "", profile: "", kind: "", outcome: "", mark: "", sort: "walk" };
const ORDERS = {
  walk: ["As found", null],
  worst: ["Worst first", (a, b) => RANK.indexOf(b.verdict) - RANK.indexOf(a.verdict)],
  name: ["Name", (a, b) => a.name.localeCompare(b.name, "en", { numeric: true })],
  size: ["Largest first", (a, b) => size(b) - size(a)],
  length: ["Longest first", (a, b) => (b.facts.duration_s || 0) - (a.facts.duration_s || 0)],
  score: ["Lowest quality score", (a, b) => score(a) - score(b)],
};
const markOf = (file) => (file.decide ? marked.get(file.index) || "open" : "");

function matches(file) {
  const held = wanted.profile ? said(file).filter((f) => f.profile === wanted.profile) : said(file);
  return (!wanted.verdicts.size || wanted.verdicts.has(file.verdict))
    && (!wanted.kind || (file.kind || "other") === wanted.kind)
    && (!wanted.outcome || outcome(file) === wanted.outcome)
    && (!wanted.mark || markOf(file) === wanted.mark)
    && (!wanted.profile || held.length > 0)
    && (!wanted.rule || held.some((f) => f.code === wanted.rule))
    && (!wanted.query || fullName(file).toLowerCase().includes(wanted.query));
}

function apply() {
  const order = ORDERS[wanted.sort][1];
  const found = files.filter(matches);
  listed = (order ? found.sort(order) : found).map((file) => file.index);
  byId("shown").textContent = listed.length === files.length
    ? plural(files.length, "file", "files") : `${number(listed.length)} of ${number(files.length)} files`;
  for (const button of byId("verdicts").children) button.setAttribute("aria-pressed", String(wanted.verdicts.has(button.dataset.verdict)));
  for (const select of byId("filters").querySelectorAll("select")) select.classList.toggle("set", select.name !== "sort" && select.value !== "");
  byId("clear").hidden = !(wanted.query || wanted.verdicts.size || ["rule", "profile", "kind", "outcome", "mark"].some((name) => wanted[name]));
  byId("sheet").scrollTop = 0;
  layOut();
  choose(listed.includes(chosen) ? chosen : listed.length ? listed[0] : -1);
  tally();
}

function toggleVerdict(name) {
  if (!wanted.verdicts.delete(name)) wanted.verdicts.add(name);
  apply();
}

function clearFilters() {
  Object.assign(wanted, { query: "", rule: "", profile: "", kind: "", outcome: "", mark: "" });
  wanted.verdicts.clear();
  byId("query").value = "";
  for (const select of byId("filters").querySelectorAll("select")) if (select.name !== "sort") select.value = "";
  apply();
}

function counted(keysOf) {
  const counts = new Map();
  for (const file of files) for (const key of new Set(keysOf(file))) counts.set(key, (counts.get(key) || 0) + 1);
  return [...counts].filter(([key]) => key).sort(([one], [other]) => one.localeCompare(other));
}

function selectOf(name, label, options) {
  return make("select", { name, "aria-label": label, when: { change: (event) => { wanted[name] = event.target.value; apply(); } } },
    options.map(([value, text]) => make("option", { value, text })));
}

function choice(name, label, keysOf, wordOf = (key) => key, least = 2) {
  const found = counted(keysOf);
  if (found.length < least) return null;
  return selectOf(name, label, [["", label], ...found.map(([key, count]) => [key, `${wordOf(key)} (${number(count)})`])]);
}

function buildFilters() {
  const rule = (code) => (run.rules[code] ? `${code} ${run.rules[code].name}` : code);
  grow(byId("filters"), [
    choice("rule", "Any rule", (file) => said(file).map((f) => f.code), rule, 1),
    choice("profile", "Any profile", (file) => said(file).map((f) => f.profile), (key) => key, 1),
    choice("kind", "Any kind", (file) => [file.kind || "other"]),
    choice("outcome", "Any outcome", (file) => [outcome(file)], (key) => OUTCOMES[key] || key),
    decidable.length ? selectOf("mark", "Any decision", [["", "Any decision"], ["open", "Open"], ["accept", "Accepted"], ["reject", "Rejected"]]) : null,
    selectOf("sort", "Order", Object.entries(ORDERS).filter(([key]) => key !== "score" || files.some((file) => score(file) < 2)).map(([key, [text]]) => [key, text])),
    put(make("button", { type: "button", class: "quiet", text: "Clear filters", when: { click: clearFilters } }), { id: "clear" }),
  ]);
}

function buildVerdicts() {
  grow(byId("verdicts"), Object.entries(VERDICTS).map(([name, [mark, word]]) => {
    const count = files.filter((file) => file.verdict === name).length;
    return make("button", { type: "button", class: `verdict is-${name}`, disabled: !count, "data-verdict": name, "aria-pressed": "false",
      "aria-label": `${word}: ${count}`, when: { click: () => toggleVerdict(name) } },
    make("b", { text: number(count) }), make("i", { class: "mark", "aria-hidden": "true", text: mark }), make("span", { text: word }));
  }));
}

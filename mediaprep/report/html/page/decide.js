// Marks on fixes that change what is seen or heard, kept until they are saved as a file.

const STORE = `mediaprep ${run.id || ""}`;
const marked = new Map();
const undecided = (file) => Boolean(file.decide) && !marked.has(file.index);
const decidable = files.filter((file) => file.decide);

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) || "{}");
    for (const file of decidable) if (["accept", "reject"].includes(kept[file.decide.sha256 + file.path])) marked.set(file.index, kept[file.decide.sha256 + file.path]);
  } catch { /* a browser that keeps nothing for files from disk */ }
}

function remember() {
  try {
    const kept = Object.fromEntries([...marked].map(([at, mark]) => [files[at].decide.sha256 + files[at].path, mark]));
    localStorage.setItem(STORE, JSON.stringify(kept));
  } catch { /* as above */ }
}

// The same mark twice takes it back.
function decide(file, mark) {
  if (!file || !file.decide) return;
  if (marked.get(file.index) === mark) marked.delete(file.index);
  else marked.set(file.index, mark);
  remember();
  const words = { accept: "Accepted", reject: "Rejected" };
  say(marked.has(file.index) ? words[mark] : "Open again");
  tally();
  changed(file);
}

function decisionsText() {
  const decisions = [...marked].sort(([one], [other]) => one - other).map(([at, decision]) => ({
    path: files[at].path, sha256: files[at].decide.sha256, plan: files[at].decide.plan, decision,
  }));
  return `${JSON.stringify({ schema: 1, tool: "mediaprep", profiles: run.profiles, choices: run.choices, decisions }, null, 1)}\n`;
}

function save() {
  if (!marked.size) return;
  const url = URL.createObjectURL(new Blob([decisionsText()], { type: "application/json" }));
  make("a", { href: url, download: "decisions.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  say("Saved decisions.json");
}

function tally() {
  const bar = byId("decisions");
  if (!decidable.length) return;
  bar.hidden = false;
  const count = (mark) => [...marked.values()].filter((value) => value === mark).length;
  const open = decidable.length - marked.size;
  const words = `${decidable.length === 1 ? "1 fix changes" : `${number(decidable.length)} fixes change`} what is seen or heard: ${count("accept")} accepted, ${count("reject")} rejected, ${open} open`;
  const all = (mark, text) => make("button", { type: "button", class: "quiet", text, disabled: !visibleOpen().length, when: { click: () => markAll(mark) } });
  const keep = make("button", { type: "button", class: "main", text: "Save decisions", title: "d", disabled: !marked.size, when: { click: save } });
  keep.id = "save";
  bar.replaceChildren(make("p", { role: "status", text: words }), all("accept", "Accept open ones shown"), all("reject", "Reject open ones shown"), keep);
  document.body.style.setProperty("--foot", `${bar.offsetHeight}px`);
}

const visibleOpen = () => listed.filter((at) => undecided(files[at]));

function markAll(mark) {
  const open = visibleOpen();
  for (const at of open) marked.set(at, mark);
  remember();
  tally();
  changed(null);
  say(`${open.length} marked`);
}

function decision(file) {
  if (!file.decide) return null;
  const button = (mark, name, text, key) => make("button", {
    type: "button", class: name, "data-mark": mark, "aria-pressed": String(marked.get(file.index) === mark), "aria-label": text,
    when: { click: () => { decide(file, mark); byId("detail").querySelector(`[data-mark="${mark}"]`).focus(); } },
  }, text, make("kbd", { "aria-hidden": "true", text: key }));
  const changing = file.fix.steps.filter((step) => step.safety === "content");
  return make("section", { class: "decide", "aria-label": "Your decision" },
    changing.map((step) => make("p", {}, make("b", { text: sentence(step.words) }), step.loss ? `: ${tidy(step.loss)}` : "")),
    make("div", { class: "choices" }, button("accept", "yes", "Accept", "a"), button("reject", "no", "Reject", "r")));
}

const tidy = (words) => words.replaceAll(" %", "\u00a0%");
const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1);

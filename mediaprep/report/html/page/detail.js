// One file in full: what it is, what was found, what a fix does, and the limits that it keeps.

function showDetail(file) {
  const pane = byId("detail");
  if (!file) { pane.replaceChildren(); return; }
  pane.replaceChildren();
  grow(pane, [
    back(), heading(file), assets(file), stage(file), timeline(file), decision(file),
    findings(file), fix(file), kept(file), facts(file),
  ]);
  pane.scrollTop = 0;
}

const back = () => make("div", { class: "back" },
  make("button", { type: "button", class: "quiet", text: "← All files", when: { click: closeDetail } }),
  make("span", {},
    make("button", { type: "button", class: "quiet", "aria-label": "Previous file", text: "↑", when: { click: () => step(-1) } }),
    make("button", { type: "button", class: "quiet", "aria-label": "Next file", text: "↓", when: { click: () => step(1) } })));

function heading(file) {
  const [mark, word] = VERDICTS[file.verdict];
  return make("div", { class: "title" },
    make("div", {},
      make("h2", { text: file.name }),
      file.folder ? make("p", { class: "muted code", text: file.folder }) : null,
      make("p", { class: "line-of-facts", text: summary(file).join(" · ") })),
    make("span", { class: `pill is-${file.verdict}`, text: `${mark} ${word}` }));
}

function summary(file) {
  const { facts: f } = file;
  const words = [f.container || "unknown", bytes(f.size_bytes)];
  if (f.width) words.push(`${f.width}×${f.height}`);
  if (f.duration_s && file.kind !== "image") words.push(seconds(f.duration_s));
  if (file.kind === "video" && f.fps) words.push(`${number(f.fps, 3)} fps`);
  if (f.video_codec || f.audio_codec) words.push([f.video_codec, f.audio_codec].filter(Boolean).join(" + "));
  return words;
}

function assets(file) {
  const parts = [];
  if (file.asset && file.asset.uri) parts.push(copied(file.asset.uri, "asset URI", file.asset.status));
  if (file.publish && !(file.asset && file.asset.uri)) parts.push(make("p", { text: `${ENDS[file.publish.end] || file.publish.end}${file.publish.why ? `: ${file.publish.why}` : ""}` }));
  if (file.publish && file.publish.hint) parts.push(make("p", { class: "muted", text: `→ ${file.publish.hint}` }));
  return parts.length ? make("section", { "aria-label": "Asset" }, parts) : null;
}

const copied = (text, what, note) => make("div", { class: "asset" },
  make("span", { class: "code", text }), note ? make("span", { class: "muted", text: note }) : null,
  make("button", { type: "button", "data-copy": what, "aria-label": `Copy ${what}`, text: "Copy", when: { click: () => copy(text, what) } }));

function findings(file) {
  return [["Findings", file.findings], ["Settled by the fix", file.settled || []]].map(([title, found]) => {
    if (!found.length) return null;
    const order = { error: 0, warning: 1, note: 2 };
    const sorted = [...found].sort((one, other) => order[one.severity] - order[other.severity]);
    return make("section", {}, make("h3", { text: title }), sorted.map((finding) => told(file, finding, found === file.settled)));
  });
}

function told(file, finding, settled) {
  const limit = limitOf(file.kind, finding);
  const numeric = limit && limit.readings && (typeof finding.found === "number" || finding.found === null);
  const look = settled || finding.severity === "note" ? "muted" : `is-${finding.verdict}`;
  return make("div", { class: "finding" },
    make("div", { class: "what" }, make("span", { class: `code ${look}`, text: finding.code }), make("p", { text: finding.message })),
    finding.hint ? make("p", { class: "way" }, "→ ", phrase(finding.hint)) : null,
    numeric ? scale(finding.measure, limit, finding.found, finding.verdict, soon(file, finding.measure)) : null,
    limit && limit.choices ? kinds(limit, finding.found, finding.verdict) : null,
    about(finding, limit));
}

// What a fix makes of a measure, or would make.
function soon(file, measure) {
  const then = file.fix && (file.fix.after || file.fix.expected);
  const named = run.measures[measure];
  return then && named ? then[named[2]] ?? null : null;
}

function about(finding, limit) {
  const rule = run.rules[finding.code];
  if (!rule) return null;
  const from = finding.source || (limit && limit.source);
  return make("details", {}, make("summary", { text: `About ${finding.code}, ${rule.name}` }),
    make("div", { class: "about" }, prose(rule.doc),
      from ? make("p", {}, "Source: ", link(from)) : null));
}

const phrase = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", { class: "code", text: part }) : part));

// A rule's docstring: paragraphs, headings after ##, and code between backticks.
const prose = (doc) => doc.split(/\n\s*\n/).flatMap((block) => {
  const lines = block.split("\n");
  const head = lines[0].startsWith("## ") ? make("h4", { text: lines.shift().slice(3) }) : null;
  const rest = lines.join(" ").trim();
  return [head, rest ? make("p", {}, phrase(rest)) : null];
});

function fix(file) {
  const { fix: done } = file;
  if (!done || (!done.steps.length && !done.why)) return null;
  const title = { fixed: "What was done", found: "What was done before" }[done.action] || "Fix";
  return make("section", {}, make("h3", { text: title }),
    make("p", { class: done.steps.length ? "muted" : "", text: [sentence(DEEDS[done.action] || done.action), done.why].filter(Boolean).join(": ") }),
    done.conflict ? make("ul", {}, done.conflict.limits.map((text) => make("li", { text }))) : null,
    done.steps.length ? make("ul", { class: "steps" }, done.steps.map((each) => make("li", { class: each.safety },
      each.words, make("span", { class: "muted", text: `. ${tidy(sentence(each.loss || SAFETY[each.safety]))}` })))) : null,
    figures(done),
    done.output && done.action === "fixed" ? copied(done.output, "path of the result", "") : null);
}

function figures(done) {
  const parts = [];
  const after = done.after || done.expected;
  if (after && done.before) parts.push(["Size", `${bytes(done.before.size_bytes)} → ${done.after ? "" : "about "}${bytes(after.size_bytes)}`]);
  const ssim = done.score && done.score.ssim;
  const vmaf = done.score && done.score.vmaf;
  if (ssim !== null && ssim !== undefined) parts.push(["Likeness (SSIM, 1 is the same)", ssim.toFixed(4), ssim]);
  if (vmaf !== null && vmaf !== undefined) parts.push(["Quality (VMAF, 100 is the same)", vmaf.toFixed(1), vmaf / 100]);
  if (!parts.length) return null;
  return make("dl", { class: "figures" }, parts.map(([name, text, part]) => make("div", {}, make("dt", { text: name }), make("dd", { text }),
    part === undefined ? null : make("dd", {}, make("meter", { min: "0", max: "1", value: String(part), "aria-label": name })))));
}

// Every limit that this file is known to keep.
function kept(file) {
  const broken = new Set(file.findings.filter((f) => f.verdict !== "pass").map((f) => `${f.profile} ${f.measure}`));
  const rows = file.profiles.flatMap((profile) => Object.entries(limitsOf(file, profile))
    .filter(([measure]) => !broken.has(`${profile} ${measure}`))
    .map(([measure, limit]) => met(file, profile, measure, limit)).filter(Boolean));
  if (!rows.length) return null;
  return make("details", {}, make("summary", { text: plural(rows.length, "limit kept", "limits kept") }), make("div", { class: "met" }, rows));
}

function met(file, profile, measure, limit) {
  const named = run.measures[measure];
  const found = file.facts[named ? named[2] : measure];
  if (found === null || found === undefined) return null;
  const words = `${(named ? named[0] : measure.replaceAll("_", " "))}${file.profiles.length > 1 ? ` (${profile})` : ""}`;
  return make("div", { class: "row" }, make("span", { text: words }),
    limit.choices ? kinds(limit, found, "pass") : scale(measure, limit, found, "pass"));
}

function facts(file) {
  const known = Object.entries(file.facts).filter(([, value]) => value !== null);
  const unread = Object.entries(file.unread || {});
  const row = ([name, value]) => [make("dt", { text: name }), make("dd", { text: String(value) })];
  return make("details", {}, make("summary", { text: plural(known.length, "fact", "facts") }),
    make("dl", { class: "facts" }, known.map(row), unread.map(([name, why]) => row([name, `not known: ${why}`]))));
}

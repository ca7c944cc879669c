// What the run found, and the pictures that lie beside it.

const run = JSON.parse(byId("run").textContent);
const files = JSON.parse(byId("files").textContent).slice(0, -1);
const pictures = byId("previews").textContent;
const starts = [0];
for (let at = pictures.indexOf("\n"); at >= 0; at = pictures.indexOf("\n", at + 1)) starts.push(at + 1);

const VERDICTS = {
  fail: ["✕", "Fail"], contested: ["◐", "Contested"], unknown: ["?", "Unknown"], pass: ["✓", "Pass"],
};
const RANK = ["pass", "contested", "unknown", "fail"];
const DEEDS = {
  kept: "compliant already", copied: "copied", fixed: "fixed", found: "fixed before", left: "left alone",
  failed: "not fixed", planned: "would be fixed", proposed: "decision needed",
};
const ENDS = {
  active: "active", registered: "registered, not active yet", failed: "refused by the backend",
  blocked: "stopped by findings", unknown: "may be registered", "could-not": "could not be done", stopped: "stopped",
};
const MARKS = { accept: "to be fixed", reject: "to be left" };
const SAFETY = {
  lossless: "nothing is lost", reencode: "same content, encoded anew", content: "changes what is seen or heard",
};

files.forEach((file, index) => { file.index = index; });

function source(preview) {
  if (!preview || preview.n === undefined) return "";
  const text = pictures.slice(starts[preview.n], starts[preview.n + 1] - 1);
  return `data:image/${text.startsWith("/9j/") ? "jpeg" : "webp"};base64,${text}`;
}

const wave = (preview) => preview && preview.wave
  ? Uint8Array.from(atob(preview.wave), (letter) => letter.charCodeAt(0)) : null;

const limitsOf = (file, profile) => (run.limits[profile] && run.limits[profile].limits[file.kind]) || {};

// The limit that a finding speaks of: in the profile's table, whether of the kind or of sets.
function limitOf(kind, finding) {
  const tables = run.limits[finding.profile] && run.limits[finding.profile].limits;
  const table = tables && (tables[kind] || {});
  return table ? table[finding.measure] || null : null;
}

const outcome = (file) => (file.publish ? file.publish.end : file.fix ? file.fix.action : "");
const OUTCOMES = files.some((file) => file.publish) ? ENDS : DEEDS;
const size = (file) => file.facts.size_bytes || 0;
const score = (file) => (file.fix && file.fix.score && file.fix.score.ssim !== null ? file.fix.score.ssim : 2);
const fullName = (file) => (file.folder ? `${file.folder}/${file.name}` : file.name);

// What is said of a file: now, and before it was fixed.
const said = (file) => [...file.findings, ...(file.settled || [])];
const codes = (file) => [...new Set(said(file).filter((f) => f.severity !== "note").map((f) => f.code))];

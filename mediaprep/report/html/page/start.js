// Put everything in its place and show the first file.

function commonFolder() {
  const folders = files.map((file) => file.folder.split("/"));
  if (!folders.length) return "";
  let shared = folders[0];
  for (const parts of folders) {
    let same = 0;
    while (same < shared.length && shared[same] === parts[same]) same += 1;
    shared = shared.slice(0, same);
  }
  return shared.join("/");
}

function buildHeading() {
  const verbs = { check: "checked against", plan: "a plan for", fix: "fixed for", publish: "published to" };
  const whom = run.mode === "publish" ? run.backend : run.profiles.join(", ");
  const asides = [];
  if (run.summary.skipped) asides.push(`${number(run.summary.skipped)} skipped`);
  if (run.left_out) asides.push(`${number(run.left_out)} previews left out to keep this page small`);
  const folder = commonFolder();
  byId("title").textContent = folder.split("/").pop() || "Review";
  byId("title").title = folder;
  byId("subtitle").textContent = [`${plural(files.length, "file", "files")}, ${verbs[run.mode]} ${whom}`, ...asides, `mediaprep ${run.version}`].join(" · ");
  document.title = `${byId("title").textContent} · mediaprep`;
}

function buildSets() {
  if (!run.sets.length) return;
  const box = byId("sets");
  box.hidden = false;
  const rows = run.sets.flatMap((set) => set.findings.map((finding) => make("li", {}, make("b", { text: set.folder ? `${set.folder}/${set.name}` : set.name || "." }), ` ${finding.code} ${finding.message}`)));
  grow(box, [make("summary", { text: `${plural(rows.length, "remark", "remarks")} on files taken together` }), make("ul", {}, rows)]);
}

recallTheme();
recall();
buildHeading();
buildSets();
buildVerdicts();
buildFilters();
buildHelp();
apply();
document.addEventListener("keydown", press);
byId("theme").addEventListener("click", changeTheme);
byId("more").addEventListener("click", () => openFilters(byId("more").getAttribute("aria-expanded") !== "true"));
byId("query").addEventListener("input", (event) => { wanted.query = event.target.value.trim().toLowerCase(); apply(); });
byId("sheet").addEventListener("scroll", render, { passive: true });
addEventListener("resize", () => { layOut(); tally(); if (chosen >= 0) reveal(listed.indexOf(chosen)); });

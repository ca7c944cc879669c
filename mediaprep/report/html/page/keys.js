// The keyboard, and the list of its keys.

const KEYS = [
  ["j  k", "next, previous file"], ["↑ ↓ ← →", "move in the sheet"], ["/", "search names"],
  ["f", "filters"], ["1 2 3 4", "fail, contested, unknown, pass"], ["x", "clear filters"],
  ["a  r", "accept, reject a fix"], ["n", "next fix that is open"], ["d", "save decisions"],
  ["c", "copy asset URI or path"], ["t", "dark or light"], ["?", "this list"], ["Esc", "close"],
];

const ACTIONS = {
  j: () => step(1), k: () => step(-1), n: stepToOpen, x: clearFilters, t: changeTheme, d: save,
  a: () => decide(current(), "accept"), r: () => decide(current(), "reject"),
  1: () => toggleVerdict("fail"), 2: () => toggleVerdict("contested"), 3: () => toggleVerdict("unknown"), 4: () => toggleVerdict("pass"),
  "/": () => byId("query").focus(), "?": () => byId("keys").showModal(),
  f: () => { openFilters(true); byId("filters").querySelector("select").focus(); },
  c: () => { const file = current(); if (file) copy((file.asset && file.asset.uri) || file.path, file.asset && file.asset.uri ? "asset URI" : "path"); },
  Escape: () => { if (document.body.classList.contains("open") && narrow.matches) closeDetail(); else byId("sheet").focus(); },
};

const inSheet = {
  ArrowRight: () => step(1), ArrowLeft: () => step(-1), ArrowDown: () => step(grid.columns), ArrowUp: () => step(-grid.columns),
  Home: () => step(-files.length), End: () => step(files.length), Enter: () => { openDetail(); byId("detail").focus(); },
  PageDown: () => step(grid.columns * 4), PageUp: () => step(-grid.columns * 4),
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const typing = event.target.matches("input[type=search], select, textarea");
  if (typing && event.key !== "Escape") return;
  const act = (event.target === byId("sheet") && inSheet[event.key]) || ACTIONS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function buildHelp() {
  const list = make("dl", {}, KEYS.map(([keys, words]) => [
    make("dt", {}, keys.split(/ +/).map((key) => [make("kbd", { text: key }), " "])), make("dd", { text: words }),
  ]));
  grow(byId("keys"), [
    put(make("h2", { text: "Keyboard" }), { id: "keys-title" }), list,
    make("button", { type: "button", class: "main", text: "Close", when: { click: () => byId("keys").close() } }),
  ]);
  byId("help").addEventListener("click", () => byId("keys").showModal());
}

function changeTheme() {
  const root = document.documentElement;
  const dark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("mediaprep theme", root.dataset.theme); } catch { /* nothing is kept */ }
}

function recallTheme() {
  try {
    const kept = localStorage.getItem("mediaprep theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  } catch { /* the system's choice holds */ }
}

function openFilters(open) {
  byId("filters").classList.toggle("open", open);
  byId("more").setAttribute("aria-expanded", String(open));
}

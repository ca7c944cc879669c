// The contact sheet: only the cards in sight exist, however many files there are.

const GAP = 6;
const OVERSCAN = 2;
let listed = [];
let chosen = -1;
let grid = { columns: 1, width: 0, height: 0 };
const cards = new Map();

const narrow = matchMedia("(max-width: 820px)");
const current = () => (chosen >= 0 ? files[chosen] : null);

function measureGrid() {
  const width = byId("cards").clientWidth;
  const columns = narrow.matches ? 1 : Math.max(1, Math.floor((width + GAP) / (178 + GAP)));
  const each = (width - GAP * (columns - 1)) / columns;
  grid = { columns, width: each, height: narrow.matches ? 82 : Math.round(each * 0.72 + 52) };
}

function layOut() {
  measureGrid();
  const rows = Math.ceil(listed.length / grid.columns);
  byId("cards").style.setProperty("height", `${rows * (grid.height + GAP)}px`);
  for (const card of cards.values()) card.remove();
  cards.clear();
  const empty = byId("sheet").querySelector(".empty");
  if (empty) empty.remove();
  if (!listed.length) byId("sheet").append(make("p", { class: "empty", text: files.length ? "No file is like that." : "No file was looked at." }));
  render();
}

function render() {
  const sheet = byId("sheet");
  const each = grid.height + GAP;
  const first = Math.max(0, Math.floor(sheet.scrollTop / each) - OVERSCAN) * grid.columns;
  const last = Math.min(listed.length, (Math.ceil((sheet.scrollTop + sheet.clientHeight) / each) + OVERSCAN) * grid.columns);
  const wanted = new Set(listed.slice(first, last));
  for (const [index, card] of cards) if (!wanted.has(index)) { card.remove(); cards.delete(index); }
  for (let at = first; at < last; at += 1) if (!cards.has(listed[at])) add(listed[at], at);
}

function add(index, at) {
  const card = cardOf(files[index], at);
  cards.set(index, card);
  byId("cards").append(card);
}

function cardOf(file, at) {
  const column = at % grid.columns;
  const row = Math.floor(at / grid.columns);
  const [mark, word] = VERDICTS[file.verdict];
  const card = make("div", {
    class: "card", role: "option", "aria-selected": String(file.index === chosen),
    "aria-setsize": listed.length, "aria-posinset": at + 1, title: fullName(file),
    at: { width: `${grid.width}px`, height: `${grid.height}px`, transform: `translate(${column * (grid.width + GAP)}px, ${row * (grid.height + GAP)}px)` },
    when: { click: () => { choose(file.index); openDetail(); } },
  }, thumb(file), make("span", { class: "words" },
    make("span", { class: "name", text: file.name }),
    make("span", { class: "line" }, make("span", { class: `mark is-${file.verdict}`, text: `${mark} `, "aria-label": word, role: "img" }), line(file))));
  card.id = `file-${file.index}`;
  return card;
}

function line(file) {
  const end = file.publish || (file.fix && file.fix.action !== "planned") ? MARKS[marked.get(file.index)] || OUTCOMES[outcome(file)] || outcome(file) : "";
  const found = codes(file).join(" ");
  if (end) return found ? `${end} · ${found}` : end;
  return found || summary(file).slice(1, 3).join(" · ");
}

function thumb(file) {
  const preview = source(file.after) ? file.after : file.before;
  const url = source(preview);
  const peaks = url ? null : wave(file.before);
  const { duration_s: length } = file.facts;
  const choice = file.decide ? marked.get(file.index) || "open" : "";
  return make("span", { class: "thumb" },
    url ? make("img", { src: url, alt: "" }) : peaks ? miniature(peaks) : make("span", { class: "nothing", text: "no preview" }),
    length && file.kind !== "image" ? make("span", { class: "length", text: seconds(length) }) : null,
    choice ? make("span", { class: `choice ${choice}`, text: { accept: "accepted", reject: "rejected", open: "decide" }[choice] }) : null);
}

function choose(index) {
  const before = cards.get(chosen);
  if (before) before.setAttribute("aria-selected", "false");
  chosen = index;
  const sheet = byId("sheet");
  if (index < 0) { sheet.removeAttribute("aria-activedescendant"); showDetail(null); return; }
  reveal(listed.indexOf(index));
  const card = cards.get(index);
  if (card) card.setAttribute("aria-selected", "true");
  sheet.setAttribute("aria-activedescendant", `file-${index}`);
  showDetail(files[index]);
}

function reveal(at) {
  const sheet = byId("sheet");
  const each = grid.height + GAP;
  const top = Math.floor(at / grid.columns) * each;
  if (top < sheet.scrollTop) sheet.scrollTop = top;
  else if (top + each + 28 > sheet.scrollTop + sheet.clientHeight) sheet.scrollTop = top + each + 28 - sheet.clientHeight;
  render();
}

function step(by) {
  if (!listed.length) return;
  const at = listed.indexOf(chosen);
  choose(listed[Math.min(listed.length - 1, Math.max(0, at + by))]);
}

function stepToOpen() {
  const at = listed.indexOf(chosen);
  const order = [...listed.slice(at + 1), ...listed.slice(0, at + 1)];
  const next = order.find((index) => undecided(files[index]));
  if (next === undefined) say("Nothing is left to decide here");
  else choose(next);
}

// Draw a file's card anew, or all of them, after a mark was set.
function changed(file) {
  for (const index of file ? [file.index] : [...cards.keys()]) {
    const card = cards.get(index);
    if (card) { card.remove(); add(index, listed.indexOf(index)); }
  }
  if (current()) {
    const old = byId("detail").querySelector(".decide");
    if (old) old.replaceWith(decision(current()));
  }
}

function openDetail() {
  document.body.classList.add("open");
  if (narrow.matches) byId("detail").focus();
}

function closeDetail() {
  document.body.classList.remove("open");
  byId("sheet").focus();
}

// Elements are made here and nowhere else: words become text nodes, never markup.

const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "at") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
    else if (name === "when") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

function grow(node, children) {
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

const make = (tag, attributes = {}, ...children) =>
  grow(put(document.createElement(tag), attributes), children);
const draw = (tag, attributes = {}, ...children) =>
  grow(put(document.createElementNS(SVG, tag), attributes), children);

const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;
const percent = (part) => `${Math.round(part * 1e4) / 100}%`;

// A number with at most so many decimals, and separators for thousands.
const number = (value, places = 2) => value.toLocaleString("en", { maximumFractionDigits: places });

function bytes(count) {
  if (count === null || count === undefined) return "?";
  if (count < 1000) return `${count} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = count / 1000;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) { size /= 1000; unit += 1; }
  return `${size.toPrecision(size >= 100 ? 3 : 2 + (size >= 10))} ${units[unit]}`;
}

function seconds(value) {
  if (value < 90) return `${number(value, 3)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}

// How a measure's number is written.
function shown(measure, value) {
  if (value === null || value === undefined) return "not known";
  if (measure === "size") return bytes(value);
  if (measure.endsWith("duration")) return seconds(value);
  if (measure === "fps") return `${number(value, 3)} fps`;
  if (measure === "aspect") return number(value, value < 1 ? 3 : 2);
  const unit = run.measures[measure] ? run.measures[measure][1] : "";
  return unit ? `${number(value)} ${unit}` : number(value);
}

let saying = 0;
function say(words) {
  byId("said").textContent = words;
  clearTimeout(saying);
  saying = setTimeout(() => { byId("said").textContent = ""; }, 2200);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = make("textarea", { "aria-hidden": "true", at: { position: "fixed", opacity: "0" } });
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  say(`Copied ${what}`);
}

// Only links that a person may follow; everything else stays text.
const link = (url, words) => /^https?:\/\//.test(url || "")
  ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: words || url })
  : make("span", { text: url || "" });

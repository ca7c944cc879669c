// The time line of a clip or sound: what is heard, what is kept, and how long it may be.

const LINE = 1000;
const HIGH = 64;

function timeline(file) {
  const length = file.facts.duration_s;
  if (!length || file.kind === "image") return null;
  const plan = (file.fix && file.fix.times) || {};
  const range = durations(file);
  const end = Math.max(length, plan.extend || 0, range && Number.isFinite(range[1]) ? range[1] : 0);
  const x = (second) => (second / end) * LINE;
  const drawing = draw("svg", { viewBox: `0 0 ${LINE} ${HIGH + 14}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    hatching(),
    draw("rect", { class: "base", x: 0, y: 0, width: LINE, height: HIGH }),
    sound(file, x(length)),
    plan.window && gone(x, plan.window, length),
    plan.extend && draw("rect", { class: "new", x: x(length), y: 0, width: x(plan.extend - length), height: HIGH }),
    range && limits(x, range, length, end));
  const words = spoken(file, length, plan, range);
  return make("section", { class: file.before && file.before.wave ? "time" : "time flat", role: "img", "aria-label": words.join(". ") }, drawing,
    make("div", { class: "ends" }, make("span", { text: "0 s" }), make("span", { text: seconds(end) })),
    words.map((line) => make("p", { class: "muted", text: line })));
}

function durations(file) {
  const readings = file.profiles.flatMap((name) => (limitsOf(file, name).duration || { readings: [] }).readings);
  if (!readings.length) return null;
  return [Math.max(0, ...readings.map((r) => r[0] ?? 0)), Math.min(...readings.map((r) => r[1] ?? Infinity))];
}

function sound(file, width) {
  const peaks = wave(file.before);
  if (!peaks || !peaks.length) return draw("rect", { class: "film", x: 0, y: 0, width, height: HIGH });
  return draw("path", { class: "bars", d: bars(peaks, Math.max(8, Math.round((width / LINE) * 120)), width, HIGH) });
}

// One stroke a part, as high as it is loud; silence keeps a dot.
function bars(peaks, count, width, height) {
  const step = width / count;
  const top = Math.max(64, ...peaks);
  const loudest = (at) => Math.max(0, ...peaks.subarray((at * peaks.length) / count, ((at + 1) * peaks.length) / count));
  return Array.from({ length: count }, (_, at) => {
    const peak = loudest(at);
    const half = Math.max(0.6, (peak / top) * (height / 2 - 4));
    return `M${(at * step + step / 2).toFixed(1)} ${(height / 2 - half).toFixed(1)}v${(half * 2).toFixed(1)}`;
  }).join("");
}

const gone = (x, [from, to], length) => [
  from > 0 ? draw("rect", { class: "gone", x: 0, y: 0, width: x(from), height: HIGH }) : null,
  to < length ? draw("rect", { class: "gone", x: x(to), y: 0, width: x(length - to), height: HIGH }) : null,
  draw("rect", { class: "kept", x: x(from), y: 1, width: x(to - from), height: HIGH - 2 }),
];

const limits = (x, [low, high], length, end) => [
  draw("rect", { class: "range", x: x(low), y: HIGH + 6, width: x(Math.min(high, end) - low), height: 5 }),
  length > high ? draw("rect", { class: "over", x: x(high), y: HIGH + 6, width: x(length - high), height: 5 }) : null,
];

const hatching = () => draw("defs", {}, draw("pattern", { id: "hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
  draw("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 8 })));

function spoken(file, length, plan, range) {
  const lines = [`${seconds(length)} long${range ? `, ${seconds(range[0])} to ${Number.isFinite(range[1]) ? seconds(range[1]) : "any length"} allowed` : ""}`];
  if (plan.window) lines.push(`kept: ${seconds(plan.window[0])} to ${seconds(plan.window[1])}${plan.why ? ` (${plan.why})` : ""}`);
  if (plan.extend) lines.push(`lengthened to ${seconds(plan.extend)}`);
  return lines;
}

const miniature = (peaks) => draw("svg", { viewBox: "0 0 240 60", preserveAspectRatio: "none", "aria-hidden": "true" },
  draw("path", { d: bars(peaks, 48, 240, 60), stroke: "currentColor", "stroke-width": 2.4, fill: "none" }));

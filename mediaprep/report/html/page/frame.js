// The frame: a picture before and after its fix on one ground, and the allowed shape over it.

let wish = "compare"; // what to show of a picture that has more than one state
let view = "before";
let shapes = true;

function stage(file) {
  const { width, height } = file.facts;
  if (!width || !height || file.kind === "audio") return nothing(file);
  const ground = geometry(file);
  const views = viewsOf(file, ground);
  view = views.includes(wish) ? wish : "before";
  const world = make("div", { class: "world", at: { "aspect-ratio": `${ground.all.w} / ${ground.all.h}` } });
  fit(world, ground);
  return make("figure", {}, make("div", { class: "stage" }, fill(world, file, ground)), controls(file, ground, views));
}

function nothing(file) {
  const why = file.before && file.before.why;
  if (file.kind === "audio" || !why) return null;
  return make("p", { class: "muted", text: `No preview: ${why}` });
}

// Everything in the pixels of the source: where it lies, what is cut, and what the result covers.
function geometry(file) {
  const { width, height, sample_aspect: samples, rotation } = file.facts;
  const stretch = samples && rotation % 180 ? 1 / samples : samples;
  const whole = { x: 0, y: 0, w: width, h: height };
  const framing = (file.fix && file.fix.framing) || {};
  const crop = framing.crop ? { x: framing.crop[0], y: framing.crop[1], w: framing.crop[2], h: framing.crop[3] } : whole;
  const content = framing.scale || [crop.w, crop.h];
  const canvas = framing.canvas || content;
  const across = crop.w / content[0];
  const down = crop.h / content[1];
  const result = {
    x: crop.x - ((canvas[0] - content[0]) / 2) * across, y: crop.y - ((canvas[1] - content[1]) / 2) * down,
    w: canvas[0] * across, h: canvas[1] * down,
  };
  const left = Math.min(0, result.x);
  const top = Math.min(0, result.y);
  const all = { x: left, y: top, w: Math.max(width, result.x + result.w) - left, h: Math.max(height, result.y + result.h) - top };
  return { whole, crop, result, all, framing, stretch: stretch || 1, reframed: Boolean(framing.crop || framing.canvas) };
}

function viewsOf(file, ground) {
  const made = Boolean(source(file.after));
  if (!made && !ground.reframed) return ["before"];
  const moved = file.fix.times.window; // then the two posters are of different moments
  return made && moved ? ["before", "after"] : ["before", "compare", "after"];
}

function fit(world, ground) {
  const ratio = (ground.all.w * ground.stretch) / ground.all.h;
  world.style.setProperty("aspect-ratio", String(ratio));
  world.style.setProperty("max-width", `calc(46vh * ${ratio})`);
}

function fill(world, file, ground) {
  const before = make("div", { class: "veil" }, placed(ground.whole, ground, picture(file.before, "Before")));
  const after = make("div", { class: "veil" }, result(file, ground));
  if (view !== "after") world.append(before);
  if (view !== "before") world.append(after);
  if (view === "before") world.append(marks(file, ground));
  if (view === "compare") grow(world, slider(before, after));
  return world;
}

function placed(box, ground, ...children) {
  const { all } = ground;
  return make("div", { class: "place", at: {
    left: percent((box.x - all.x) / all.w), top: percent((box.y - all.y) / all.h),
    width: percent(box.w / all.w), height: percent(box.h / all.h),
  } }, ...children);
}

function picture(preview, alt) {
  const url = source(preview);
  if (url) return make("img", { src: url, alt, draggable: "false" });
  return make("div", { class: "nothing", text: `No preview: ${(preview && preview.why) || "none was made"}` });
}

// The result as it was made, or as it would be: the source cut, on its new ground.
function result(file, ground) {
  if (source(file.after)) return placed(ground.result, ground, picture(file.after, "After"));
  const { framing, crop } = ground;
  const inner = { ...ground, all: ground.result };
  const shown = placed(crop, inner);
  shown.append(placed(ground.whole, { ...ground, all: crop }, picture(file.before, "As it would be")));
  const box = placed(ground.result, ground);
  if (framing.fill === "blur") {
    box.classList.add("blurred");
    const url = source(file.before);
    if (url) box.append(make("img", { class: "ground", src: url, alt: "" }));
  } else if (framing.canvas) box.style.setProperty("background", framing.fill || "black");
  return grow(box, [shown]);
}

function slider(before, after) {
  const handle = make("div", { class: "handle" });
  const input = make("input", { class: "slide", type: "range", min: "0", max: "100", value: "50", "aria-label": "How much is shown of before and after" });
  const move = () => {
    const at = Number(input.value);
    before.style.setProperty("clip-path", `inset(0 ${100 - at}% 0 0)`);
    after.style.setProperty("clip-path", `inset(0 0 0 ${at}%)`);
    handle.style.setProperty("left", `${at}%`);
    input.setAttribute("aria-valuetext", `${at} % before, ${100 - at} % after`);
  };
  input.addEventListener("input", move);
  move();
  return [input, handle, make("span", { class: "corner-word left", text: "before" }), make("span", { class: "corner-word right", text: "after" })];
}

// What is cut away, and the widest and tallest shape that every profile takes.
function marks(file, ground) {
  const { crop, framing, whole } = ground;
  const clip = placed(whole, ground);
  const own = { ...ground, all: whole };
  clip.classList.add("clip");
  if (framing.crop) clip.append(outline(crop, own, "kept dims", `kept: ${crop.w}×${crop.h}`));
  else if (shapes) for (const mark of allowed(file, whole)) clip.append(outline(mark.box, own, mark.look, mark.words));
  return clip;
}

function outline(box, ground, look, words) {
  const node = placed(box, ground, make("span", { text: words }));
  node.className = `outline ${look}`;
  return node;
}

function aspects(file) {
  const readings = file.profiles.flatMap((name) => (limitsOf(file, name).aspect || { readings: [] }).readings);
  const low = Math.max(0, ...readings.map((r) => r[0] ?? 0));
  const high = Math.min(Infinity, ...readings.map((r) => r[1] ?? Infinity));
  return readings.length ? [low, high] : null;
}

function allowed(file, whole) {
  const ends = aspects(file);
  if (!ends) return [];
  const is = whole.w / whole.h;
  const [low, high] = ends;
  const tall = { x: (whole.w - whole.h * low) / 2, y: 0, w: whole.h * low, h: whole.h };
  const wide = { x: 0, y: (whole.h - whole.w / high) / 2, w: whole.w, h: whole.w / high };
  if (is > high) {
    const box = { x: (whole.w - whole.h * high) / 2, y: 0, w: whole.h * high, h: whole.h };
    return [{ box, look: "shape dims", words: `widest allowed, ${number(high, 3)} : 1` }];
  }
  if (is < low) {
    const box = { x: 0, y: (whole.h - whole.w / low) / 2, w: whole.w, h: whole.w / low };
    return [{ box, look: "shape dims", words: `tallest allowed, ${number(low, 3)} : 1` }];
  }
  const both = [];
  if (Number.isFinite(high)) both.push({ box: wide, look: "shape soft", words: `widest ${number(high, 3)} : 1` });
  if (low > 0) both.push({ box: tall, look: "shape soft tall", words: `tallest ${number(low, 3)} : 1` });
  return both;
}

function controls(file, ground, views) {
  const names = { before: "Before", compare: "Compare", after: source(file.after) ? "After" : "As it would be" };
  const again = () => byId("detail").querySelector("figure").replaceWith(stage(file));
  const segments = views.length > 1 && make("div", { class: "segments", role: "group", "aria-label": "What is shown" },
    views.map((name) => make("button", { type: "button", "aria-pressed": String(name === view), text: names[name], "data-view": name,
      when: { click: () => { wish = name; again(); byId("detail").querySelector(`[data-view="${name}"]`).focus(); } } })));
  const box = make("input", { type: "checkbox", when: { change: (event) => { shapes = event.target.checked; again(); byId("shapes").focus(); } } });
  box.id = "shapes";
  box.checked = shapes;
  const shape = view === "before" && !ground.framing.crop && aspects(file) && make("label", {}, box, "Allowed shape");
  return segments || shape ? make("figcaption", { class: "views" }, segments, shape) : null;
}

// A number line: where a limit lies, where its readings differ, and where this file is.

function scale(measure, limit, found, verdict, then = null) {
  const ends = limit.readings.flat().filter((end) => end !== null);
  const place = axis(measure, [...ends, ...[found, then].filter((value) => value !== null)]);
  const all = [Math.max(...limit.readings.map((r) => r[0] ?? -Infinity)), Math.min(...limit.readings.map((r) => r[1] ?? Infinity))];
  const any = [Math.min(...limit.readings.map((r) => r[0] ?? -Infinity)), Math.max(...limit.readings.map((r) => r[1] ?? Infinity))];
  const after = then === null ? "" : `, ${shown(measure, then)} after the fix`;
  const words = `${shown(measure, found)}, ${limit.text} is allowed${after}`;
  return make("div", { class: "scale", role: "img", "aria-label": words },
    make("div", { class: "track" }),
    contested(any, all).map((part) => zone(part, place, "zone some")),
    zone(all, place, "zone"),
    (limit.observed || []).map((part) => zone(part, place, "zone seen")),
    labels(measure, any, place),
    then === null ? null : [
      make("div", { class: "at then is-pass", at: { left: percent(place(then)) } }),
      Math.abs(place(then) - place(found ?? 0)) > 0.16 ? label("found is-pass", place(then), shown(measure, then)) : null,
    ],
    found === null ? null : [
      make("div", { class: `at is-${verdict}`, at: { left: percent(place(found)) } }),
      label(`found is-${verdict}`, place(found), shown(measure, found)),
    ]);
}

// Map numbers to 0…1: ratios by their logarithm, as 1:2 is as far from square as 2:1.
function axis(measure, values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low > 0 && (measure === "aspect" || high / low > 400)) {
    const room = Math.max(Math.log(high / low) * 0.14, 0.1);
    const from = Math.log(low) - room;
    const to = Math.log(high) + room;
    return (value) => clamp((Math.log(Math.max(value, 1e-9)) - from) / (to - from));
  }
  const room = (high - low || high || 1) * 0.12;
  const from = low - room < 0 && low >= 0 ? 0 : low - room;
  return (value) => clamp((value - from) / (high + room - from));
}

const clamp = (part) => Math.min(1, Math.max(0, part));

function zone([low, high], place, name) {
  const from = low === null || low === -Infinity ? 0 : place(low);
  const to = high === null || high === Infinity ? 1 : place(high);
  return make("div", { class: name, at: { left: percent(from), width: percent(Math.max(to - from, 0.004)) } });
}

function contested(any, all) {
  const parts = [];
  if (any[0] < all[0]) parts.push([any[0], all[0]]);
  if (any[1] > all[1]) parts.push([all[1], any[1]]);
  return parts;
}

function labels(measure, [low, high], place) {
  const ends = [low, high].filter((end) => Number.isFinite(end));
  if (ends.length === 2 && place(high) - place(low) < 0.2) {
    return label("end", (place(low) + place(high)) / 2, `${shown(measure, low)} – ${shown(measure, high)}`);
  }
  return ends.map((end) => label("end", place(end), shown(measure, end)));
}

function label(name, part, words) {
  const side = part < 0.08 ? " first" : part > 0.92 ? " last" : "";
  return make("span", { class: name + side, at: { left: percent(part) }, text: words });
}

// Words that are taken, and the one that was found.
const kinds = (limit, found, verdict) => make("div", { class: "kinds" },
  limit.choices.includes(found) ? null : make("span", { class: `found is-${verdict}`, text: found || "not known" }),
  limit.choices.map((word) => make("span", { class: word === found ? "found is-pass" : "", text: word })));

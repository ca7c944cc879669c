// Lists words that stand out from their ground by less than 4.5 to 1 (WCAG 2.2, 1.4.3).
(() => {
  const UNSEEN = "script, style, option, :disabled, .corner-word, .outline, .length";
  const parse = (text) => {
    const inner = text.match(/[\d.]+/g).map(Number);
    return { rgb: inner.slice(0, 3), alpha: inner.length > 3 ? inner[3] : 1 };
  };
  const over = (top, below) => top.rgb.map((v, i) => v * top.alpha + below[i] * (1 - top.alpha));
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const layer = parse(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer.alpha === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const node = text.parentElement;
    const words = text.textContent.trim();
    if (!words || !node.checkVisibility() || node.closest(UNSEEN)) continue;
    const below = ground(node);
    const ink = over(parse(getComputedStyle(node).color), below);
    const [low, high] = [light(ink), light(below)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) weak.push(`${words.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return weak;
})()

import { Resvg } from "@resvg/resvg-js";

/** An SVG file as PNG, at twice its size. */
export function renderPng(svg: string, background: string): Uint8Array {
  const renderer = new Resvg(svg, {
    background,
    fitTo: { mode: "zoom", value: 2 },
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" },
  });
  return renderer.render().asPng();
}

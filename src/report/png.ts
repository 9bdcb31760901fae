import sharp from "sharp";

/** Pixels of the picture for each pixel of the drawing, enough for print. */
const ZOOM = 2;

/** Renders an SVG file as PNG at twice its size; its metadata name the software that wrote it. */
export async function renderPng(svg: string, software: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg), { density: 72 * ZOOM, unlimited: true })
    .withExif({ IFD0: { Software: software } })
    .png()
    .toBuffer();
}

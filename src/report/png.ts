import sharp from "sharp";

/** Pixels of the picture for each one of the drawing: sharp enough for paper. */
const ZOOM = 2;

/** An SVG file as PNG, at twice its size, with a word on who wrote it. */
export async function renderPng(svg: string, software: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg), { density: 72 * ZOOM, unlimited: true })
    .withExif({ IFD0: { Software: software } })
    .png()
    .toBuffer();
}

import type { Pdfium } from './pdfium.js';

/** A page as points of 256 greys, row by row. */
interface Picture {
  readonly grey: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Bytes of a row: some may stand behind its points. */
  readonly stride: number;
  /** Points of the picture for one of the page. */
  readonly scale: number;
}

const WITH_ANNOTATIONS = 1;

/** Draws a page of so many points, so many times as large, of `most` points at the most; undefined where the memory holds none. */
export function drawPage({ raw, bytes }: Pdfium, page: number, w: number, h: number, larger: number, most: number): Picture | undefined {
  const scale = Math.min(larger, Math.sqrt(most / Math.max(1, w * h)));
  const [width, height] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  const bitmap = raw['FPDFBitmap_CreateEx']!(width, height, 1, 0, 0);
  if (bitmap === 0) return undefined;
  raw['FPDFBitmap_FillRect']!(bitmap, 0, 0, width, height, 0xffffffff);
  raw['FPDF_RenderPageBitmap']!(bitmap, page, 0, 0, width, height, 0, WITH_ANNOTATIONS);
  const stride = raw['FPDFBitmap_GetStride']!(bitmap);
  const grey = bytes(raw['FPDFBitmap_GetBuffer']!(bitmap), stride * height).slice();
  raw['FPDFBitmap_Destroy']!(bitmap);
  return { grey, width, height, stride, scale };
}

// A chart as a picture that stands by itself: light, with its title, axes' names, legend and the run's name.

import { PLOT } from './plot.ts';

export interface PictureWords {
  readonly title: string;
  /** Under the title: the run's name. */
  readonly run: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly legend: readonly LegendEntry[];
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly dash?: string | undefined;
}

const SVG = 'http://www.w3.org/2000/svg';
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", sans-serif';
const PADDING = 16;
const HEAD = 72;
const LEGEND_LINE = 20;
const LEGEND_COLUMN = 200;
/** What the style sheet may say of a shape or of words, written into them. */
const PAINT = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
];
const WRITING = ['fill', 'font-size', 'font-weight', 'text-anchor'];
const SHAPES = 'path, line, rect, circle';
const WORDS = 'text, tspan';

/**
 * The text of an SVG file made from a chart's plot, which must be in the page: colours are computed there, in the light
 * palette whatever the page's own is, for pictures end up on paper and slides.
 */
export function chartSvg(plot: SVGSVGElement, words: PictureWords): string {
  const paper = document.createElement('div');
  paper.className = 'chart-paper';
  const picture = draw(plot, words);
  paper.append(picture);
  document.body.append(paper);
  inLight(() => {
    for (const one of picture.querySelectorAll('*')) settle(one);
  });
  paper.remove();
  return new XMLSerializer().serializeToString(picture);
}

/** The picture as PNG, `scale` pixels a unit. */
export async function chartPng(svg: string, scale = 2): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth * scale, image.naturalHeight * scale);
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/png' });
}

function draw(plot: SVGSVGElement, { title, run, xLabel, yLabel, legend }: PictureWords): SVGSVGElement {
  const width = plot.clientWidth + 2 * PADDING;
  const columns = Math.max(1, Math.floor((width - 2 * PADDING) / LEGEND_COLUMN));
  const below = HEAD + PLOT.height + 24;
  const height = below + Math.ceil(legend.length / columns) * LEGEND_LINE + PADDING;
  const inner = plot.cloneNode(true) as SVGSVGElement;
  set(inner, { x: PADDING, y: HEAD, width: plot.clientWidth, height: PLOT.height });
  const picture = set(document.createElementNS(SVG, 'svg'), {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'font-family': FONT,
  });
  picture.append(
    set(document.createElementNS(SVG, 'rect'), { width, height, fill: 'var(--raised)' }),
    text(title, PADDING, 32, { 'font-size': 16, 'font-weight': 600 }),
    text([run, yLabel].filter((one) => one !== '').join(' · '), PADDING, 54, { 'font-size': 12, fill: 'var(--quiet)' }),
    inner,
    text(xLabel, width - PADDING - PLOT.right, below - 8, {
      'font-size': 12,
      'text-anchor': 'end',
      fill: 'var(--quiet)',
    }),
    ...legend.flatMap((entry, at) =>
      legendEntry(entry, PADDING + (at % columns) * LEGEND_COLUMN, below + 12 + Math.floor(at / columns) * LEGEND_LINE),
    ),
  );
  return picture;
}

function legendEntry({ name, colour, dash }: LegendEntry, x: number, y: number): SVGElement[] {
  const line = set(document.createElementNS(SVG, 'path'), {
    d: `M${x} ${y - 4}h24`,
    stroke: colour,
    'stroke-width': 2,
    fill: 'none',
    ...(dash !== undefined && { 'stroke-dasharray': dash }),
  });
  return [line, text(name, x + 32, y, { 'font-size': 12 })];
}

function text(words: string, x: number, y: number, more: Readonly<Record<string, string | number>>): SVGElement {
  const element = set(document.createElementNS(SVG, 'text'), { x, y, fill: 'var(--ink)', ...more });
  element.textContent = words;
  return element;
}

function set<E extends Element>(element: E, attributes: Readonly<Record<string, string | number>>): E {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** The page takes its light palette for as long as colours are computed; nothing is painted meanwhile. */
function inLight(compute: () => void): void {
  const { dataset } = document.documentElement;
  const { theme } = dataset;
  dataset.theme = 'light';
  try {
    compute();
  } finally {
    if (theme === undefined) delete dataset.theme;
    else dataset.theme = theme;
  }
}

/** Writes what the style sheet says of an element into it, and takes away what only the page understands. */
function settle(element: Element): void {
  const style = getComputedStyle(element);
  const names = element.matches(SHAPES) ? PAINT : element.matches(WORDS) ? WRITING : [];
  for (const name of names) element.setAttribute(name, style.getPropertyValue(name));
  for (const { name, value } of [...element.attributes]) {
    // What a group says of its shapes stands in the shapes by now.
    if (/^(class|style|role|tabindex|aria-.*|data-.*)$/.test(name) || value.includes('var('))
      element.removeAttribute(name);
  }
}

// The values that a slider can stand at: round ones, close together where it matters.

export interface SliderRange {
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
  /** Whole numbers only. */
  readonly whole: boolean;
}

/** Up to so many steps a linear range is cut evenly; a wider one has its stops as a logarithmic range has, and 0. */
const MOST_EVEN_STEPS = 100;
/** Of a power of ten. */
const MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
/** The smallest stop above 0 of a range that begins there. */
const LEAST_ABOVE_ZERO = 0.01;

/** All stops in order, both ends and the values in `among` with them. */
export function sliderStops({ min, max, scale, whole }: SliderRange, among: readonly number[] = []): readonly number[] {
  const even = scale === 'linear' && (whole ? max - min <= MOST_EVEN_STEPS : max <= 10);
  const stops = even ? evenStops(min, max, whole) : whole ? wholeStops(max) : powerStops(min, max);
  const all = [min, max, ...stops, ...among].filter((stop) => stop >= min && stop <= max);
  return [...new Set(all)].sort((a, b) => a - b);
}

/** The stop nearest to a value, as an index; in logarithmic ranges nearest by ratio. */
export function nearestStop(stops: readonly number[], value: number): number {
  const after = stops.findIndex((stop) => stop >= value);
  if (after <= 0) return after === 0 ? 0 : stops.length - 1;
  const [below, above] = [stops[after - 1]!, stops[after]!];
  const middle = below > 0 ? Math.sqrt(below * above) : (below + above) / 2;
  return value < middle ? after - 1 : after;
}

function evenStops(min: number, max: number, whole: boolean): number[] {
  const step = whole ? 1 : 10 ** Math.ceil(Math.log10((max - min) / MOST_EVEN_STEPS));
  const count = Math.round((max - min) / step);
  return Array.from({ length: count }, (_, at) => rounded((Math.round(min / step) + at) * step));
}

/** 1, 2, 3, 4, 6, 8, 12, 16 …: sizes of batches are powers of two. */
function wholeStops(max: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(max)) + 1 }, (_, power) => 2 ** power);
  return powers.flatMap((power) => (power === 1 ? [0, 1] : [power, 1.5 * power]));
}

function powerStops(min: number, max: number): number[] {
  const first = Math.floor(Math.log10(min > 0 ? min : LEAST_ABOVE_ZERO));
  const decades = Array.from({ length: Math.ceil(Math.log10(max)) - first + 1 }, (_, at) => first + at);
  return decades.flatMap((decade) => MANTISSAS.map((mantissa) => Number(`${mantissa}e${decade}`)));
}

/** Without the last digits' noise of a product. */
const rounded = (value: number): number => Number(value.toPrecision(12));

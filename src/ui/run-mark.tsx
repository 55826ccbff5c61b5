// The mark that tells runs apart: a colour of the runs' own palette, in a shape of its own so that colour is never alone.

/** As many as the palette has colours. */
export const RUN_COLOURS = 8;

const SHAPES = [
  'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z',
  'M2.5 2.5h11v11h-11z',
  'M8 1.5l6.5 12h-13z',
  'M8 1l7 7-7 7-7-7z',
  'M1.5 3h13L8 14.5z',
  'M5.5 1.5h5v4h4v5h-4v4h-5v-4h-4v-5h4z',
  'M8 1l6.5 4.5-2.5 8H4l-2.5-8z',
  'M1.5 5h13v6h-13z',
] as const;

/** @param colour index into the palette; beyond it the palette begins again */
export function RunMark({ colour }: { readonly colour: number }) {
  const at = ((colour % RUN_COLOURS) + RUN_COLOURS) % RUN_COLOURS;
  return (
    <svg className="run-mark" viewBox="0 0 16 16" aria-hidden="true" style={{ color: `var(--run-${at})` }}>
      <path d={SHAPES[at]} fill="currentColor" />
    </svg>
  );
}

// Small pictures for buttons, drawn with the text's colour. Words always stand beside them or name the button.

const PATHS = {
  play: 'M6 4l10 6-10 6z',
  pause: 'M6.5 4v12M13.5 4v12',
  step: 'M5 4l7 6-7 6zM15 4v12',
  slow: 'M10 3a7 7 0 1 0 7 7M10 6v4l3 2',
  end: 'M3 5l6 5-6 5zM10 5l6 5-6 5zM17.5 5v10',
  reset: 'M4 10a6 6 0 1 0 2-4.5M4 3.5v4h4',
  seed: 'M4 4h12v12H4zM7.5 7.5h.01M12.5 12.5h.01M10 10h.01',
  more: 'M4 10h.01M10 10h.01M16 10h.01',
  share:
    'M13 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM13 17a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7.8 9l3.5-2.5M7.8 11l3.5 2.5',
  help: 'M7 7.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M10 15.5h.01',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  light:
    'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M16 4l-1.4 1.4M5.4 14.6L4 16',
  dark: 'M15.5 12A6.5 6.5 0 0 1 8 4.5a6.5 6.5 0 1 0 7.5 7.5z',
  search: 'M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12.3 12.3L17 17',
  close: 'M5 5l10 10M15 5L5 15',
} as const;

export type IconName = keyof typeof PATHS;

/** Dots are drawn as strokes of no length, which round ends make visible. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

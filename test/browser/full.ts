// Whether the long tests run too: those that say again of a second theme or a slower way what another test says. `npm run test:full` does.

export const FULL = process.env.FULL === '1';

/** Themes and languages: each once, or every one with every other. */
export const LOOKS: readonly { readonly colorScheme: 'light' | 'dark'; readonly lang: 'en' | 'zh' }[] = [
  { colorScheme: 'light', lang: 'en' },
  { colorScheme: 'dark', lang: 'zh' },
  ...(FULL
    ? ([
        { colorScheme: 'light', lang: 'zh' },
        { colorScheme: 'dark', lang: 'en' },
      ] as const)
    : []),
];

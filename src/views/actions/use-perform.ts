// What actions work on, put together from the lab, the language and the browser.

import { useCallback } from 'react';
import type { Lab } from '../../lab/lab.ts';
import { linkOf } from '../../lab/settings/write-link.ts';
import { download } from '../../ui/download.ts';
import { useSurroundings } from '../common/lab-context.ts';
import type { Perform } from './actions-context.ts';

/** @param say shows a short notice */
export function useActions(say: (words: string) => void): Perform {
  const { lab, speech, choose } = useSurroundings();
  return useCallback(
    (action) =>
      action.perform({
        lab,
        language: speech.tongue,
        choose,
        save: (name, text) => download(new Blob([text], { type: 'application/jsonl' }), name),
        importRun: () => askForFile('.zip,application/zip', (file) => void lab.runs.importFile(file)),
        copyLink: () =>
          void copyLink(lab)
            .then(() => say(speech.say('link.copied')))
            .catch(() => say(speech.say('link.failed'))),
      }),
    [lab, speech, choose, say],
  );
}

/** What hides controls here hides them for whoever opens the link. Rejects where the clipboard is closed to the page. */
async function copyLink(lab: Lab): Promise<void> {
  const { hidden, locked } = lab.page.getState();
  await navigator.clipboard.writeText(linkOf(lab, { workshop: hidden.length > 0 || locked, hidden, locked }));
}

function askForFile(accept: string, onFile: (file: File) => void): void {
  const input = Object.assign(document.createElement('input'), { type: 'file', accept });
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) onFile(file);
  });
  input.click();
}

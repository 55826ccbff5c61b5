// A button that asks for the zip of a run.

import { useRef } from 'react';
import { useSpeech, useSurroundings } from '../common/lab-context.ts';

export function ImportButton() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={speech.say('runs.import')}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void lab.runs.importFile(file);
          target.value = '';
        }}
      />
      <button type="button" title={speech.say('runs.import.help')} onClick={() => input.current?.click()}>
        {speech.say('runs.import')}
      </button>
    </>
  );
}

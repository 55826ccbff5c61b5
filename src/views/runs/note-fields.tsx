// What a person writes on a run, in place: its name and its notes. Both are handed on when left.

import { useEffect, useState } from 'react';
import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import { useSpeech, useSurroundings } from '../common/lab-context.ts';

/** Longer names would push everything else aside. */
const LONGEST_NAME = 60;

export function RunName({ entry }: { readonly entry: RunEntry }) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const { name } = entry.notes;
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const commit = () => {
    const wanted = text.trim();
    if (wanted === '') setText(name);
    else if (wanted !== name) void lab.runs.note(entry.id, { name: wanted });
  };
  return (
    <input
      className="run-name"
      translate="no"
      aria-label={speech.say('runs.name')}
      maxLength={LONGEST_NAME}
      autoComplete="off"
      value={text}
      onChange={({ target }) => setText(target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(name);
      }}
    />
  );
}

export function RunNotesField({ entry }: { readonly entry: RunEntry }) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const { notes, name } = entry.notes;
  const [text, setText] = useState(notes);
  useEffect(() => setText(notes), [notes]);
  return (
    <details className="run-notes">
      <summary>
        {speech.say('runs.notes')}
        {notes !== '' && (
          <span className="quiet run-notes-begin" translate="no">
            {notes}
          </span>
        )}
      </summary>
      <textarea
        rows={3}
        translate="no"
        aria-label={speech.say('runs.notes.of', { name })}
        placeholder={speech.say('runs.notes.placeholder')}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={() => {
          if (text !== notes) void lab.runs.note(entry.id, { notes: text });
        }}
      />
    </details>
  );
}

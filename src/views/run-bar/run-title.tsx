// The run that is shown: its mark, its name, to be changed in place, and what differs from its preset.

import { useEffect, useState } from 'react';
import type { Shown } from '../../lab/runs/shown-run.ts';
import type { Speech } from '../../text/language.ts';
import { RunMark } from '../../ui/run-mark.tsx';
import { useRecord, useSettings, useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { differenceWords } from './difference-words.ts';

export function RunTitle() {
  const speech = useSpeech();
  const entry = useShown((shown) => shown.entry);
  const source = useShown((shown) => shown.source);
  const { configuration } = useRecord();
  const preset = useSettings((settings) => settings.preset);
  return (
    <div className="run-title">
      {entry === null ? (
        <span className="run-name">{unnamed(speech, source)}</span>
      ) : (
        <>
          <RunMark colour={entry.notes.colour} />
          <NameField key={entry.id} id={entry.id} name={entry.notes.name} />
        </>
      )}
      {configuration !== null && source !== 'nothing' && (
        <Differences
          words={differenceWords(
            speech,
            configuration,
            entry?.notes.preset ?? (source === 'live' ? preset : 'default'),
          )}
        />
      )}
    </div>
  );
}

/** Cut where there is no room; the whole is one hover away. */
function Differences({ words }: { readonly words: string }) {
  return (
    <span className="quiet run-differs" title={words}>
      {words}
    </span>
  );
}

export function unnamed(speech: Speech, source: Shown['source']): string {
  switch (source) {
    case 'example':
      return speech.say('run.example');
    case 'nothing':
      return '';
    default:
      return speech.say('run.unnamed');
  }
}

/** Keeps what is being typed and hands it on when left, or on Enter; Escape takes it back. */
function NameField({ id, name }: { readonly id: string; readonly name: string }) {
  const speech = useSpeech();
  const { runs } = useSurroundings().lab;
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const commit = () => {
    const wanted = text.trim();
    if (wanted === '') setText(name);
    else if (wanted !== name) void runs.note(id, { name: wanted });
  };
  return (
    <input
      className="run-name"
      translate="no"
      aria-label={speech.say('run.name')}
      autoComplete="off"
      spellCheck={false}
      maxLength={60}
      size={Math.max(8, text.length)}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setText(name);
      }}
    />
  );
}

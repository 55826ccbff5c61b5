// A box to type a number, or several, into. It keeps what is being typed and hands it on when left, or on Enter.

import { useEffect, useState } from 'react';

export interface NumberBoxProps {
  readonly label: string;
  readonly text: string;
  readonly describedBy?: string;
  readonly invalid: boolean;
  readonly disabled?: boolean;
  /** What was typed, if it is something else than before. */
  readonly onText: (text: string) => void;
}

export function NumberBox({ label, text, describedBy, invalid, disabled, onText }: NumberBoxProps) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const commit = () => {
    if (typed !== text) onText(typed);
  };
  return (
    <input
      className="number-box"
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      disabled={disabled}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
        if (key === 'Escape') setTyped(text);
      }}
    />
  );
}

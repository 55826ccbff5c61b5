// A button that asks for a file of JSON lines.

import { useRef } from 'react';

export interface FileButtonProps {
  readonly label: string;
  readonly title: string;
  readonly onFile: (file: File) => void;
}

export function FileButton({ label, title, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".jsonl,.json,.ndjson,text/plain,application/json"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={label}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) onFile(file);
          target.value = '';
        }}
      />
      <button type="button" title={title} onClick={() => input.current?.click()}>
        {label}
      </button>
    </>
  );
}

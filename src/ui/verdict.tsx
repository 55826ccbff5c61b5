// What the world says of an answer, in an icon and words.

/** What language an answer is in: the world speaks English; of one's own texts nobody knows, which is what an empty `lang` says. */
export const languageOf = (fault: string | null | undefined): string => (fault === undefined ? '' : 'en');

export interface VerdictProps {
  /** null: somebody would say it. */
  readonly fault: string | null;
  readonly good: string;
  readonly bad: string;
}

export function Verdict({ fault, good, bad }: VerdictProps) {
  if (fault === null) {
    return (
      <p className="verdict">
        <span aria-hidden="true">✓ </span>
        {good}
      </p>
    );
  }
  return (
    <p className="verdict">
      <span aria-hidden="true">✗ </span>
      {bad} <span lang="en">{fault}</span>
    </p>
  );
}

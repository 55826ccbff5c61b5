// What the world says of an answer, in an icon and words. Knows no world.

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

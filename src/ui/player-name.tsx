// The name of who speaks, in its own colour and with its own mark, so that colour is never alone.

export type Speaker = 'player' | 'opponent' | 'human';

const MARKS: Readonly<Record<Speaker, string>> = { player: '●', opponent: '◆', human: '■' };

export function PlayerName({ who, name }: { readonly who: Speaker; readonly name: string }) {
  return (
    <span className={`who ${who}`}>
      <span aria-hidden="true">{MARKS[who]} </span>
      {name}
    </span>
  );
}

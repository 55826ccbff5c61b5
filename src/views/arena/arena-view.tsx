// The arena: the two players face to face. It picks what there is to see of the shown run: a pair token by token, pairs in words while
// the opponent answers, or why there are none.

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { PairLine, WatchedLine } from '../../folder/lines.ts';
import { pairKey } from '../../folder/lines.ts';
import { remembered, type Sight, sightOf } from '../../lab/arena/arena-choice.ts';
import type { RunRecord } from '../../lab/record/run-record.ts';
import { languageOf } from '../../ui/verdict.tsx';
import { usePage, useRecord, useSession, useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';
import './arena-view.css';
import { Answering } from './answers-arriving.tsx';
import { PlainPair, WatchedPair } from './face-off.tsx';
import { useLooking } from './looking.ts';
import { PairList } from './pair-list.tsx';
import { Place } from './place.tsx';
import { Sparklines } from './sparklines.tsx';
import { TokenDetails } from './token-details.tsx';
import { useTurn } from './turn-over.tsx';

/** What somebody chose to look at; it holds as long as the same iteration of the same run is asked for. */
interface Choice {
  readonly record: RunRecord;
  readonly iteration: number | null;
  /** A pair's key. */
  readonly pair: string | null;
  readonly step: number | null;
}

export function Arena() {
  const { watcher, page } = useSurroundings().lab;
  const record = useRecord();
  const source = useShown((shown) => shown.source);
  const loading = useShown((shown) => shown.loading);
  const watched = useStore(watcher.store);
  const iteration = usePage((state) => state.iteration);
  const phase = useSession((state) => state.progress?.phase ?? null);
  const status = useSession((state) => state.status);
  const live = source === 'live';
  const looking = useLooking();
  const turn = useTurn(record, live || source === 'watched');
  const [choice, setChoice] = useState<Choice>({ record, iteration, pair: null, step: null });
  useEffect(() => {
    watcher.setVisible(true);
    return () => watcher.setVisible(false);
  }, [watcher]);

  const mine = choice.record === record && choice.iteration === iteration ? choice : null;
  const chosen = mine?.pair ?? watched.chosen;
  const followed = useFollowed(watched.line, record);
  const seen = useMemo(() => [...record.watched, ...followed], [record.watched, followed]);
  const sight = sightOf(seen, watched.line, { iteration, chosen, step: mine?.step ?? null });
  const choose = (changes: Partial<Choice>) => setChoice({ pair: chosen, step: null, ...changes, record, iteration });
  const chooseFromList = useCallback(
    (pair: PairLine) => {
      watcher.choose(pair);
      setChoice({ record, iteration, pair: pairKey(pair), step: null });
    },
    [watcher, record, iteration],
  );
  const follow = () => {
    watcher.choose(null);
    page.setState({ iteration: null });
    setChoice({ record, iteration: null, pair: null, step: null });
  };
  const looked = looking.looked;
  const tokens = looked === null ? undefined : sight?.line[looked.side];
  const drawn = useSession((state) => state.drawn);
  const following = live && iteration === null && chosen === null;
  const told = drawn.length + record.pairs.length > 0;
  // While the base is measured there is nothing else to see.
  const measuring = phase === 'evaluating' && record.started === null && drawn.length > 0;
  const answering = following && (measuring || ((phase === 'answering' || phase === 'scoring') && told));
  return (
    <div className="arena-view">
      <div className="arena-main">
        <div className="stage">
          {answering ? (
            <Answering pairs={record.pairs} drawn={drawn} measuring={measuring} turn={turn} />
          ) : sight === null ? (
            <Unwatched
              record={record}
              chosen={chosen}
              empty={source === 'nothing' && loading === null}
              loading={loading}
              live={live}
              asked={live && (status === 'running' || status === 'paused')}
              turn={turn}
              onFollow={follow}
            />
          ) : (
            <>
              <Place
                sight={sight}
                steps={stepsOf(record, sight)}
                away={mine?.pair != null || mine?.step != null || watched.chosen !== null || iteration !== null}
                onStep={(step) => choose({ step })}
                onPair={(pair) => {
                  watcher.choose(null);
                  choose({ pair });
                }}
                onFollow={follow}
              />
              <WatchedPair
                line={sight.line}
                pair={record.pairs.find((pair) => pairKey(pair) === pairKey(sight.line))}
                loss={record.configuration?.loss ?? 'logistic'}
                batch={sight.latest ? record.batch.map(({ margin }) => margin) : []}
                looking={looking}
                lang={languageOf(record.pairs[0]?.fault)}
                turn={turn}
              />
            </>
          )}
        </div>
        {record.columns.length + record.rounds.length > 0 && <Sparklines record={record} />}
      </div>
      <div className="arena-side">
        {looked !== null && tokens?.[looked.at] !== undefined && (
          <TokenDetails side={looked.side} tokens={tokens} at={looked.at} looking={looking} />
        )}
        <PairList record={record} looked={sight === null ? chosen : pairKey(sight.line)} onChoose={chooseFromList} />
      </div>
    </div>
  );
}

const NONE: readonly WatchedLine[] = [];

/** The lines of the pairs that were followed in this run, oldest first. */
function useFollowed(line: WatchedLine | null, record: RunRecord): readonly WatchedLine[] {
  const [followed, setFollowed] = useState<{ record: RunRecord; lines: readonly WatchedLine[] }>({ record, lines: [] });
  useEffect(() => {
    setFollowed((before) => {
      const lines = before.record === record ? before.lines : [];
      if (line === null) return before.record === record ? before : { record, lines };
      return { record, lines: remembered(lines, line) };
    });
  }, [line, record]);
  return followed.record === record ? followed.lines : NONE;
}

/** Steps of the line's iteration, planned or, once it has ended, done. */
function stepsOf(record: RunRecord, { line, steps }: Sight): number {
  const finished = record.finished.find(({ iteration }) => iteration === line.iteration);
  const planned = record.started?.iteration === line.iteration ? record.started.steps : 0;
  return finished?.steps ?? Math.max(planned, steps.at(-1)!);
}

interface UnwatchedProps {
  readonly record: RunRecord;
  readonly chosen: string | null;
  readonly empty: boolean;
  readonly loading: number | null;
  readonly live: boolean;
  /** The players will be asked about the chosen pair. */
  readonly asked: boolean;
  readonly turn: number;
  readonly onFollow: () => void;
}

/** What stands where no pair has been looked at token by token. */
function Unwatched({ record, chosen, empty, loading, live, asked, turn, onFollow }: UnwatchedProps) {
  const speech = useSpeech();
  const pair = record.pairs.find((one) => pairKey(one) === chosen) ?? record.pairs[0];
  if (loading !== null)
    return <p className="note">{speech.say('arena.loading', { percent: speech.percent(loading) })}</p>;
  if (record.configuration?.control === 'supervised') return <p className="note">{speech.say('arena.control')}</p>;
  if (empty || pair === undefined) return <p className="note">{speech.say(live ? 'arena.waiting' : 'arena.empty')}</p>;
  const why = chosen === null && !live ? 'arena.unwatched' : asked ? 'arena.pair.asking' : 'arena.pair.unwatched';
  return (
    <>
      <div className="pair-place">
        <strong>{speech.say('arena.place', { n: pair.made_in + 1 })}</strong>
        {chosen !== null && (
          <button type="button" onClick={onFollow}>
            {speech.say('arena.follow')}
          </button>
        )}
      </div>
      <PlainPair pair={pair} note={speech.say(why)} turn={turn} />
    </>
  );
}

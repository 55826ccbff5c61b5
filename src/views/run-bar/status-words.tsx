// Where the loop is, in words and numbers, each in a place that keeps its width while the numbers change.

import type { Progress } from '../../lab/record/progress.ts';
import type { SessionState } from '../../lab/session/session-store.ts';
import type { Speech } from '../../text/language.ts';
import { useSession, useSettings, useSpeech } from '../common/lab-context.ts';

export function StatusWords() {
  const speech = useSpeech();
  const state = useSession((session) => session);
  const planned = useSettings((settings) => settings.configuration.iterations);
  const { progress, status, recoveries, configuration } = state;
  const active = progress !== null && (status === 'running' || status === 'paused');
  return (
    <div className="status">
      <span className="where">
        <span className="status-words" data-status={status}>
          {statusWords(speech, state, configuration?.iterations ?? planned)}
        </span>
        <span className="quiet step-words">{active && stepWords(speech, progress)}</span>
      </span>
      <span className={`quiet numbers ${status === 'idle' ? '' : 'kept'}`}>
        <span>{active && leftWords(speech, progress)}</span>
        <span>
          {active &&
            progress.tokensPerSecond > 0 &&
            speech.say('status.speed', { n: Math.round(progress.tokensPerSecond) })}
        </span>
      </span>
      {recoveries > 0 && <span className="quiet recovered">{speech.say('status.recovered', { n: recoveries })}</span>}
    </div>
  );
}

function statusWords(speech: Speech, state: SessionState, iterations: number): string {
  const { status, opening, progress } = state;
  switch (status) {
    case 'idle':
      return speech.say('status.idle');
    case 'opening':
      if (opening?.what === 'threads') return speech.say('status.opening.threads');
      return speech.say(opening?.what === 'data' ? 'status.opening.data' : 'status.opening.model', {
        amount:
          opening !== null && opening.total > 0
            ? ` · ${speech.percent(Math.min(1, opening.done / opening.total))}`
            : '',
      });
    case 'running':
    case 'paused':
      return progress === null ? '' : playingWords(speech, progress, status, iterations);
    case 'stopping':
      return speech.say('status.stopping');
    case 'finished':
      return speech.say('status.finished', { n: iterations });
    case 'failed':
      return speech.say('status.failed');
  }
}

function playingWords(speech: Speech, progress: Progress, status: 'running' | 'paused', iterations: number): string {
  const values = { n: progress.iteration + 1, of: iterations, phase: speech.say(`phase.${progress.phase}`) };
  if (status === 'paused') return speech.say('status.paused', values);
  return progress.steps === 0 && progress.phase === 'evaluating'
    ? speech.say('status.base')
    : speech.say('status.running', values);
}

function stepWords(speech: Speech, { step, steps, pairs, pairsPlanned, phase }: Progress): string {
  if (steps === 0 || phase === 'evaluating') return '';
  return phase === 'learning'
    ? speech.say('status.step', { n: step, of: steps })
    : speech.say('status.pairs', { n: pairs, of: pairsPlanned });
}

function leftWords(speech: Speech, { secondsLeft }: Progress): string {
  return secondsLeft === null
    ? speech.say('status.left.unknown')
    : speech.say('status.left', { time: speech.duration(secondsLeft) });
}

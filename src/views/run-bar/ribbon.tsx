// Says what kind of run is shown where it is not the one being played here, and what can be done with it.

import { summarise } from '../../lab/record/summary.ts';
import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import type { Shown } from '../../lab/runs/shown-run.ts';
import type { Speech } from '../../text/language.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { usePage, useRecord, useSession, useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { summaryWords } from './finished.tsx';
import { Plan } from './plan.tsx';

export function Ribbon() {
  const shown = useShown((state) => state);
  const status = useSession((state) => state.status);
  const free = status === 'idle' || status === 'finished';
  if (shown.loading !== null) return <Reading share={shown.loading} />;
  if (shown.source !== 'live' && shown.source !== 'nothing' && !free) return <Elsewhere />;
  switch (shown.source) {
    case 'example':
      return <Example file={shown.file} />;
    case 'watched':
      return <Watched />;
    case 'kept':
      return shown.entry !== null && shown.entry.checkpoint !== null ? (
        <Stopped checkpoint={shown.entry.checkpoint} file={shown.entry.file} />
      ) : (
        <Past />
      );
    default:
      return status === 'idle' ? (
        <div className="notice ribbon">
          <Plan />
        </div>
      ) : null;
  }
}

function Reading({ share }: { readonly share: number }) {
  const speech = useSpeech();
  return (
    <div className="notice ribbon">
      <p>{speech.say('ribbon.loading', { percent: speech.percent(share) })}</p>
      <progress value={share} aria-label={speech.say('ribbon.loading', { percent: speech.percent(share) })} />
    </div>
  );
}

/** The first that a visitor sees: what this is, what is shown, and what Start would do. */
function Example({ file }: { readonly file: Shown['file'] }) {
  const speech = useSpeech();
  const summary = useSummary();
  const recorded =
    file === null
      ? speech.say('ribbon.example')
      : speech.say('ribbon.example.where', { where: whereWords(speech, file) });
  return (
    <div className="notice ribbon" data-source="example">
      {summary !== null && <p>{speech.join(speech.say('app.lead'), speech.say('app.private'))}</p>}
      <p>{speech.join(recorded, summary === null ? '' : summaryWords(speech, summary), speech.say('ribbon.start'))}</p>
      <Plan />
    </div>
  );
}

/** "CPU, 2 threads, onnxruntime-web 1.30.0". */
function whereWords(speech: Speech, { environment }: NonNullable<Shown['file']>): string {
  const { backend, adapter, threads, runtime, runtime_version } = environment;
  const on = backend === 'webgpu' ? adapter : speech.say('ribbon.threads', { n: threads });
  const name = backend === 'webgpu' || backend === 'wasm' ? speech.say(`backend.${backend}`) : backend;
  return [name, on, `${runtime} ${runtime_version}`]
    .filter((part) => part.trim() !== '')
    .join(speech.say('run.listed'));
}

/** A kept run that came to its end. */
function Past() {
  const finished = useRecord().completed;
  const looking = usePage(({ view }) => view === 'arena');
  return finished && looking ? (
    <div className="notice ribbon" data-source="kept">
      <Summary />
    </div>
  ) : null;
}

/** Of a run that came to its end, where the players are looked at; the other views show the numbers themselves. */
function useSummary() {
  const record = useRecord();
  const looking = usePage(({ view }) => view === 'arena');
  return looking && record.completed ? summarise(record) : null;
}

function Summary() {
  const speech = useSpeech();
  const summary = useSummary();
  return summary === null ? null : <p>{summaryWords(speech, summary)}</p>;
}

function Watched() {
  const speech = useSpeech();
  return (
    <div className="notice ribbon" data-source="watched" role="status">
      <p>{speech.say('ribbon.watched')}</p>
    </div>
  );
}

interface StoppedProps {
  readonly checkpoint: NonNullable<RunEntry['checkpoint']>;
  readonly file: RunEntry['file'];
}

function Stopped({ checkpoint, file }: StoppedProps) {
  const speech = useSpeech();
  const { runs } = useSurroundings().lab;
  const { iteration, step } = checkpoint;
  return (
    <div className="notice ribbon" data-source="unfinished" role="status">
      <p>{speech.say('ribbon.stopped', { n: iteration + 1, step })}</p>
      {file.configuration.arithmetic === 1 && <p>{speech.say('ribbon.former-rules')}</p>}
      <div className="notice-actions">
        <ActionButton id="resume" />
        <button type="button" onClick={() => void runs.showExample()}>
          {speech.say('action.leave')}
        </button>
      </div>
    </div>
  );
}

function Elsewhere() {
  const speech = useSpeech();
  const { runs } = useSurroundings().lab;
  return (
    <div className="notice ribbon" data-source="elsewhere">
      <p>{speech.say('ribbon.elsewhere')}</p>
      <Summary />
      <div className="notice-actions">
        <button type="button" onClick={() => runs.showLive()}>
          {speech.say('action.show-live')}
        </button>
      </div>
    </div>
  );
}

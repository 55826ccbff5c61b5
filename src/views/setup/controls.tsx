// The control for each kind of parameter: slider and box, a box for each iteration, switch, choice. They hand on text, as it was typed.

import { useMemo, useState } from 'react';
import { boxed, withEntry } from '../../lab/settings/list-text.ts';
import { parameterText, plainNumber } from '../../lab/settings/parameter-text.ts';
import type {
  BooleanParameter,
  ChoiceParameter,
  IntegerParameter,
  ListParameter,
  NumberParameter,
} from '../../spin/parameters/parameter-kinds.ts';
import { problemWith } from '../../spin/validation.ts';
import { optionName, parameterName, unitName } from '../../text/parameter-words.ts';
import { Icon } from '../../ui/icon.tsx';
import { NumberBox } from '../../ui/number-box.tsx';
import { Slider } from '../../ui/slider.tsx';
import { sliderStops } from '../../ui/slider-stops.ts';
import { Switch } from '../../ui/switch.tsx';
import { useSpeech } from '../common/lab-context.ts';
import { numberWords } from './value-words.ts';

export interface ControlProps<Row, Value> {
  readonly row: Row;
  readonly value: Value;
  /** What was typed and not taken; null: nothing. */
  readonly refused: string | null;
  /** Ids of help and problem. */
  readonly describedBy: string;
  readonly onText: (text: string) => void;
}

type Numeric = NumberParameter | IntegerParameter | ListParameter;

function useStops(row: Numeric): readonly number[] {
  return useMemo(() => {
    const among = typeof row.default === 'number' ? [row.default] : row.default;
    return sliderStops({ ...row, whole: row.kind === 'integer' }, among);
  }, [row]);
}

export function NumberControl(props: ControlProps<NumberParameter | IntegerParameter, number>) {
  const { row, value, refused, describedBy, onText } = props;
  const speech = useSpeech();
  return (
    <NumberField
      row={row}
      label={parameterName(speech, row)}
      text={refused ?? plainNumber(value)}
      value={value}
      invalid={refused !== null}
      describedBy={describedBy}
      onText={onText}
    />
  );
}

interface NumberFieldProps {
  readonly row: Numeric;
  readonly label: string;
  readonly text: string;
  readonly value: number;
  readonly invalid: boolean;
  readonly describedBy: string;
  readonly onText: (text: string) => void;
}

/** A slider, its box beside it. A seed has no more and no less, so no slider. */
function NumberField({ row, label, text, value, invalid, describedBy, onText }: NumberFieldProps) {
  const speech = useSpeech();
  const stops = useStops(row);
  const [moved, setMoved] = useState<number | null>(null);
  return (
    <div className="number-field">
      {row.key === 'seed' ? (
        <span />
      ) : (
        <Slider
          label={label}
          describedBy={describedBy}
          stops={stops}
          value={value}
          words={(one) => numberWords(speech, row, one)}
          onMove={setMoved}
          onValue={(one) => {
            setMoved(null);
            onText(plainNumber(one));
          }}
        />
      )}
      <NumberBox
        label={label}
        describedBy={describedBy}
        invalid={invalid}
        text={moved === null ? text : plainNumber(moved)}
        onText={onText}
      />
      <span className="parameter-unit">{unitName(speech, row, moved ?? value)}</span>
    </div>
  );
}

/** More entries than this have boxes only. */
const MOST_SLIDERS = 6;

/** One line an iteration; the last holds for all that follow. */
export function ListControl(props: ControlProps<ListParameter, readonly number[]>) {
  const { row, value, refused, describedBy, onText } = props;
  const speech = useSpeech();
  const texts = refused === null ? value.map(plainNumber) : boxed(refused);
  const name = parameterName(speech, row);
  const last = texts.length - 1;
  const lines = texts.map((text, at) => {
    const from = at === last ? 'setup.list.from' : 'setup.list.iteration';
    return { text, at, where: speech.say(last === 0 ? 'setup.list.all' : from, { n: at + 1 }) };
  });
  return (
    <div className="list-field">
      <ol className={texts.length > MOST_SLIDERS ? 'boxes-only' : ''}>
        {lines.map(({ text, at, where }) => (
          <li key={at}>
            <span className="list-where">{where}</span>
            <NumberField
              row={row}
              label={speech.say('setup.list.label', { name, where })}
              text={text}
              value={value[at] ?? value.at(-1)!}
              invalid={refused !== null && problemWith(row, [Number(text === '' ? Number.NaN : text)]) !== null}
              describedBy={describedBy}
              onText={(entry) => onText(withEntry(texts, at, entry))}
            />
            {last > 0 && (
              <button
                type="button"
                className="bare list-remove"
                aria-label={speech.say('setup.list.remove', { name, n: at + 1 })}
                title={speech.say('setup.list.remove', { name, n: at + 1 })}
                onClick={() => onText(withEntry(texts, at, null))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ol>
      <button
        type="button"
        className="bare list-add"
        aria-label={speech.say('setup.list.add.label', { name })}
        onClick={() => onText(withEntry(texts, texts.length, texts[last] ?? ''))}
      >
        {speech.say('setup.list.add')}
      </button>
    </div>
  );
}

export function BooleanControl({ row, value, describedBy, onText }: ControlProps<BooleanParameter, boolean>) {
  const speech = useSpeech();
  return (
    <Switch
      label={parameterName(speech, row)}
      labelHidden
      describedBy={describedBy}
      on={value}
      onSwitch={(on) => onText(parameterText(on))}
    />
  );
}

export function ChoiceControl({ row, value, describedBy, onText }: ControlProps<ChoiceParameter, string | number>) {
  const speech = useSpeech();
  return (
    <select
      aria-label={parameterName(speech, row)}
      aria-describedby={describedBy}
      value={String(value)}
      onChange={({ target }) => onText(target.value)}
    >
      {row.options.map((option) => (
        <option key={option.value} value={String(option.value)}>
          {optionName(speech, row, option.value)}
        </option>
      ))}
    </select>
  );
}

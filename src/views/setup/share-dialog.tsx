// Two links to these settings: a plain one, and one for a workshop, which can hide controls and lock the preset.

import { useId, useRef, useState } from 'react';
import { LINK_LIMIT } from '../../lab/settings/read-link.ts';
import { linkOf } from '../../lab/settings/write-link.ts';
import type { ParameterGroup, ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST } from '../../spin/parameters/parameter-table.ts';
import { parameterName } from '../../text/parameter-words.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { usePage, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';
import './share-dialog.css';

const HIDEABLE = PARAMETER_LIST.filter((row) => row.hideable && row.url !== null);
const GROUPS = [...new Set(HIDEABLE.map(({ group }) => group))];

export function ShareDialog() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const own = useSettings((state) => state.own);
  const open = usePage((page) => page.dialog === 'share');
  const [hidden, setHidden] = useState<readonly ParameterKey[]>([]);
  const [locked, setLocked] = useState(false);
  if (!open) return null;
  const plain = linkOf(lab, { workshop: false, hidden, locked });
  const workshop = linkOf(lab, { workshop: true, hidden, locked });
  const restricted = hidden.length > 0 || locked;
  return (
    <Dialog
      label={speech.say('share.title')}
      className="share"
      closeLabel={speech.say('dialog.close')}
      onClose={() => lab.page.setState({ dialog: null })}
    >
      <p>{speech.say('share.what')}</p>
      {own !== null && <p className="quiet">{speech.say('share.own', { name: own.name })}</p>}
      <LinkField title={speech.say('share.plain')} link={plain} />
      <section aria-labelledby="share-workshop">
        <h3 id="share-workshop">{speech.say('share.workshop')}</h3>
        <p className="quiet">{speech.say('share.workshop.help')}</p>
        <label className="check">
          <input type="checkbox" checked={locked} onChange={({ target }) => setLocked(target.checked)} />
          {speech.say('share.lock')}
        </label>
        <div className="hide-groups">
          {GROUPS.map((group) => (
            <HideGroup key={group} group={group} hidden={hidden} onHidden={setHidden} />
          ))}
        </div>
        <LinkField title={speech.say('share.workshop.link')} link={workshop} />
        {!restricted && <p className="quiet">{speech.say('share.workshop.none')}</p>}
      </section>
    </Dialog>
  );
}

interface HideGroupProps {
  readonly group: ParameterGroup;
  readonly hidden: readonly ParameterKey[];
  readonly onHidden: (hidden: readonly ParameterKey[]) => void;
}

function HideGroup({ group, hidden, onHidden }: HideGroupProps) {
  const speech = useSpeech();
  const rows = HIDEABLE.filter((row) => row.group === group);
  const keys = rows.map(({ key }) => key);
  const count = keys.filter((key) => hidden.includes(key)).length;
  const without = hidden.filter((key) => !keys.includes(key));
  return (
    <details className="hide-group">
      <summary>
        {speech.say('share.hide', { group: speech.say(`group.${group}`) })}{' '}
        <span className="quiet">{speech.say('share.hidden', { n: count, of: keys.length })}</span>
      </summary>
      <button type="button" onClick={() => onHidden(count === keys.length ? without : [...without, ...keys])}>
        {speech.say(count === keys.length ? 'share.hide.none' : 'share.hide.all')}
      </button>
      <ul>
        {rows.map((row) => (
          <li key={row.key}>
            <label className="check">
              <input
                type="checkbox"
                checked={hidden.includes(row.key)}
                onChange={({ target }) =>
                  onHidden(target.checked ? [...hidden, row.key] : hidden.filter((key) => key !== row.key))
                }
              />
              {parameterName(speech, row)}
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** From here on the length is told. */
const NEAR_LIMIT = 0.75 * LINK_LIMIT;

function LinkField({ title, link }: { readonly title: string; readonly link: string }) {
  const speech = useSpeech();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  /** The link that was copied, or could not be. */
  const [said, setSaid] = useState<{ readonly link: string; readonly done: boolean } | null>(null);
  const tooLong = link.length >= LINK_LIMIT;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid({ link, done: true });
    } catch {
      setSaid({ link, done: false });
      field.current?.select();
    }
  };
  return (
    <div className="link-field">
      <h3 id={id}>{title}</h3>
      <textarea
        ref={field}
        readOnly
        rows={3}
        aria-labelledby={id}
        aria-invalid={tooLong}
        translate="no"
        value={link}
        onFocus={({ target }) => target.select()}
      />
      <div className="copying">
        <button type="button" disabled={tooLong} onClick={() => void copy()}>
          {speech.say('share.copy')}
        </button>
        <p role="status" className={tooLong ? 'problem' : 'quiet'}>
          {tooLong
            ? speech.say('share.too-long', { n: link.length, most: LINK_LIMIT - 1 })
            : speech.join(
                said?.link !== link ? '' : speech.say(said.done ? 'share.copied' : 'share.copy.failed'),
                link.length >= NEAR_LIMIT ? speech.say('share.length', { n: link.length, most: LINK_LIMIT - 1 }) : '',
              )}
        </p>
      </div>
    </div>
  );
}

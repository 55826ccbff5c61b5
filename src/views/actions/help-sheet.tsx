// All actions with their keys, group by group, and the switch for single keys.

import { useState } from 'react';
import { ACTION_GROUPS, type Action } from '../../lab/actions/action-kinds.ts';
import { ACTIONS } from '../../lab/actions/action-table.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useSpeech, useSurroundings } from '../common/lab-context.ts';
import { useActionState } from './actions-context.ts';
import { keyWords } from './key-words.ts';
import { letSingleKeysWork, singleKeysWork } from './single-keys.ts';

export function HelpSheet() {
  const speech = useSpeech();
  const { page } = useSurroundings().lab;
  const [single, setSingle] = useState(singleKeysWork);
  return (
    <Dialog
      label={speech.say('help.title')}
      className="help"
      closeLabel={speech.say('dialog.close')}
      onClose={() => page.setState({ dialog: null })}
    >
      <p>{speech.say('app.lead')}</p>
      <p className="quiet">{speech.say('app.private')}</p>
      <div className="help-groups">
        {ACTION_GROUPS.map((group) => (
          <section key={group} aria-labelledby={`help-${group}`}>
            <h3 id={`help-${group}`}>{speech.say(`group.action.${group}`)}</h3>
            <dl>
              {ACTIONS.filter((action) => action.group === group && action.keys.length > 0).map((action) => (
                <HelpRow key={action.id} action={action} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={single}
          onChange={({ target }) => {
            letSingleKeysWork(target.checked);
            setSingle(target.checked);
          }}
        />
        {speech.say('help.single-keys')}
      </label>
    </Dialog>
  );
}

function HelpRow({ action }: { readonly action: Action }) {
  const speech = useSpeech();
  const state = useActionState();
  return (
    <div>
      <dt>{speech.say(action.label(state))}</dt>
      <dd>
        {action.keys.map((key, at) => (
          <span key={key}>
            {at > 0 && ` ${speech.say('key.or')} `}
            <kbd translate="no">{keyWords(speech, key)}</kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}

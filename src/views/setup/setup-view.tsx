// Settings of the next run: presets in layers, what is played and what that costs, then every parameter of the one table.

import { usePage, useSpeech } from '../common/lab-context.ts';
import { CostsPanel } from './costs-panel.tsx';
import { Parameters } from './parameter-list.tsx';
import { Presets } from './preset-choice.tsx';
import { RestartNotice } from './restart-notice.tsx';
import { Sources } from './sources.tsx';
import './setup-view.css';

export function SetupView() {
  const speech = useSpeech();
  const restricted = usePage(({ hidden, locked }) => hidden.length > 0 || locked);
  return (
    <div className="settings-view">
      {restricted && (
        <div className="notice">
          <p>{speech.say('setup.workshop')}</p>
        </div>
      )}
      <RestartNotice />
      <Presets />
      <div className="settings-columns">
        <aside aria-label={speech.say('setup.aside')}>
          <Sources />
          <CostsPanel />
        </aside>
        <Parameters />
      </div>
    </div>
  );
}

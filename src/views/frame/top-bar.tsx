// The page's name, the run that is shown, the views, and at the right what concerns the page: back end, language, theme, share, help.

import { viewAddress } from '../../lab/settings/address-bar.ts';
import { VIEWS } from '../../lab/settings/page-store.ts';
import { LANGUAGES, type Language } from '../../text/language.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { shortcuts } from '../actions/key-words.ts';
import { usePage, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { RunTitle } from '../run-bar/run-title.tsx';
import { BackendChip } from './backend-chip.tsx';

export function TopBar() {
  const speech = useSpeech();
  const theme = usePage((page) => page.theme);
  return (
    <header className="top-bar">
      <a className="skip" href="#main">
        {speech.say('app.skip')}
      </a>
      <p className="app-name">{speech.say('app.name')}</p>
      <RunTitle />
      <ViewTabs />
      <BackendChip />
      <div className="tools">
        <LanguageField />
        <ActionButton id="theme" icon={theme} words="hidden" className="bare" />
        <ActionButton id="share" icon="share" words="hidden" className="bare" />
        <ActionButton id="help" icon="help" words="hidden" className="bare" />
      </div>
    </header>
  );
}

/** Links, so that a view can be opened in a tab of its own; pressed plainly they stay on this page. */
function ViewTabs() {
  const speech = useSpeech();
  const current = usePage((page) => page.view);
  return (
    <nav className="views" aria-label={speech.say('view.label')}>
      {VIEWS.map((view, at) => (
        <a
          key={view}
          href={viewAddress(view)}
          aria-keyshortcuts={shortcuts([String(at + 1)])}
          {...(view === current && { 'aria-current': 'page' as const })}
        >
          {speech.say(`view.${view}`)}
        </a>
      ))}
    </nav>
  );
}

function LanguageField() {
  const { speech, choose } = useSurroundings();
  return (
    <select
      className="language bare"
      aria-label={speech.say('app.language')}
      value={speech.language}
      onChange={({ target }) => choose(target.value as Language)}
    >
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}

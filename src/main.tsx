// The page's entry: makes the lab, finds the language, shows the page.

import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createLab, type Lab } from './lab/lab.ts';
import { followAddress, writeLanguage } from './lab/settings/address-bar.ts';
import { chooseLanguage, type Language, loadSpeech, type Speech } from './text/language.ts';
import { download } from './ui/download.ts';
import './ui/style.css';
import { LabContext } from './views/common/lab-context.ts';
import { Page } from './views/page.tsx';

function App({ lab, first }: { readonly lab: Lab; readonly first: Speech }) {
  const [speech, setSpeech] = useState(first);
  const choose = async (language: Language) => {
    const next = await loadSpeech(language);
    document.documentElement.lang = language;
    writeLanguage(language);
    setSpeech(next);
  };
  return (
    <LabContext value={{ lab, speech, choose: (language) => void choose(language) }}>
      <Page />
    </LabContext>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
const speech = await loadSpeech(chooseLanguage(location.search, navigator.languages));
document.documentElement.lang = speech.language;
const lab = createLab(download);
followAddress(lab);
void lab.session.look();
createRoot(root).render(
  <StrictMode>
    <App lab={lab} first={speech} />
  </StrictMode>,
);

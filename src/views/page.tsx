// The page: the frame that stands on every view, and in it the view that is looked at.

import { Suspense, useCallback, useDeferredValue, useEffect, useState } from 'react';
import type { ViewName } from '../lab/settings/page-store.ts';
import { PerformContext } from './actions/actions-context.ts';
import { HelpSheet } from './actions/help-sheet.tsx';
import { Palette } from './actions/palette.tsx';
import { useKeys } from './actions/use-keys.ts';
import { useActions } from './actions/use-perform.ts';
import { usePage, useShown, useSpeech } from './common/lab-context.ts';
import { ActivityStrip } from './curves/activity-strip.tsx';
import { LinkNotice } from './frame/link-notice.tsx';
import { LiveRegion } from './frame/live-region.tsx';
import { useTheme } from './frame/theme.ts';
import { Toasts } from './frame/toasts.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { TroubleNotice, UnsavedNotice } from './frame/trouble-notice.tsx';
import { useInnerLinks } from './frame/use-inner-links.ts';
import { useViewChange } from './frame/use-view-change.ts';
import { VIEW_PARTS } from './frame/views.tsx';
import { Finished } from './run-bar/finished.tsx';
import { Ribbon } from './run-bar/ribbon.tsx';
import { unnamed } from './run-bar/run-title.tsx';
import { Transport } from './run-bar/transport.tsx';
import { ShareDialog } from './setup/share-dialog.tsx';
import './frame/page-frame.css';

export function Page() {
  const speech = useSpeech();
  // In slices, for a view may hold a thousand elements: what the page is asked meanwhile comes first.
  const view = useDeferredValue(usePage((page) => page.view));
  const dialog = usePage((page) => page.dialog);
  const [said, setSaid] = useState<string | null>(null);
  const perform = useActions(setSaid);
  useKeys(perform);
  useInnerLinks();
  useTheme();
  useTitle(view);
  return (
    <PerformContext value={perform}>
      <TopBar />
      <Transport />
      <main id="main" tabIndex={-1} data-view={view}>
        <h1 id="view-title" tabIndex={-1} className="visually-hidden">
          {speech.say(`view.${view}`)}
        </h1>
        <TroubleNotice />
        <LinkNotice />
        <UnsavedNotice />
        <Ribbon />
        {view === 'arena' && <Finished />}
        <Suspense fallback={<p className="notice quiet">{speech.say('view.loading')}</p>}>
          <View view={view} />
        </Suspense>
      </main>
      <LiveRegion />
      <Toasts said={said} onGone={useCallback(() => setSaid(null), [])} />
      {dialog === 'palette' && <Palette />}
      {dialog === 'help' && <HelpSheet />}
      <ShareDialog />
    </PerformContext>
  );
}

function View({ view }: { readonly view: ViewName }) {
  const Part = VIEW_PARTS[view];
  useViewChange(view);
  return (
    <>
      <Part />
      {view === 'curves' && <ActivityStrip />}
    </>
  );
}

/** The window is named after the run and the view. */
function useTitle(view: ViewName): void {
  const speech = useSpeech();
  const source = useShown((shown) => shown.source);
  const name = useShown((shown) => shown.entry?.notes.name);
  const run = name ?? unnamed(speech, source);
  const values = { run, view: speech.say(`view.${view}`), app: speech.say('app.name') };
  const title = speech.say(run === '' ? 'title.page' : 'title.run', values);
  useEffect(() => {
    document.title = title;
  }, [title]);
}

// An error as a person needs it: what happened, what was kept, what to do.

import { useSession, useSpeech, useSurroundings } from './lab-context.ts';

export function TroubleNotice() {
  const speech = useSpeech();
  const { session } = useSurroundings().lab;
  const trouble = useSession((state) => state.trouble);
  if (trouble === null) return null;
  return (
    <div className="trouble" role="alert" data-error={trouble.name}>
      <h2>{speech.say('trouble.title')}</h2>
      <p lang="en">{trouble.message}</p>
      <p>{speech.say(`trouble.kept.${trouble.kept}`)}</p>
      <p lang={trouble.advice === '' ? speech.language : 'en'}>
        {trouble.advice || speech.say('trouble.advice.default')}
      </p>
      <button type="button" onClick={() => session.dismiss()}>
        {speech.say('action.dismiss')}
      </button>
    </div>
  );
}

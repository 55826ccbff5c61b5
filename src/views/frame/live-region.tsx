// Tells in words what happens, for those who do not watch. Never more than the last thing.

import { useSession, useSpeech } from '../common/lab-context.ts';

export function LiveRegion() {
  const speech = useSpeech();
  const announcement = useSession((state) => state.announcement);
  const { kind, iteration, text } = announcement ?? {};
  return (
    <p className="visually-hidden" aria-live="polite">
      {kind !== undefined &&
        speech.say(`say.${kind}`, {
          ...(iteration !== undefined && { n: iteration + 1 }),
          ...(text !== undefined && { text }),
        })}
    </p>
  );
}

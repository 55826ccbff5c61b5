// What tabs of the lab tell one another: that a run has changed.

export interface Tabs {
  tell(runId: string): void;
  onTold(listener: (runId: string) => void): void;
}

const NAME = 'spin-lab runs';
/** Told more often, the other tabs would read all the time. */
const TELL_EVERY_MS = 400;

export function openTabs(): Tabs {
  const channel = new BroadcastChannel(NAME);
  const waiting = new Set<string>();
  const send = (): void => {
    for (const id of waiting) channel.postMessage(id);
    waiting.clear();
  };
  return {
    tell: (runId) => {
      if (waiting.size === 0) setTimeout(send, TELL_EVERY_MS);
      waiting.add(runId);
    },
    onTold: (listener) =>
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string') listener(data);
      }),
  };
}

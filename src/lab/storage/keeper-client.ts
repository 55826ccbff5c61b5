// The keeper of runs behind its worker: started when first needed, and anew after it has died.

import { Channel, type Endpoint } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol } from '../../../workers/messages/keeper-protocol.ts';

/** Who can be asked to keep. */
export type Keeping = Pick<Channel<KeeperProtocol>, 'call'>;

export interface KeeperHandle {
  readonly endpoint: Endpoint;
  terminate(): void;
}

/** The page's own worker. */
export const startKeeper = (): KeeperHandle => {
  const worker = new Worker(new URL('../../../workers/keeper.ts', import.meta.url), { type: 'module', name: 'keeper' });
  return { endpoint: worker, terminate: () => worker.terminate() };
};

export function keeperClient(start: () => KeeperHandle): Keeping {
  let channel: Channel<KeeperProtocol> | null = null;
  const open = (): Channel<KeeperProtocol> => {
    const handle = start();
    const opened = new Channel<KeeperProtocol>(handle.endpoint);
    void opened.ended.then(() => {
      handle.terminate();
      if (channel === opened) channel = null;
    });
    return opened;
  };
  return {
    call: (method, params, options) => {
      channel ??= open();
      return channel.call(method, params, options);
    },
  };
}

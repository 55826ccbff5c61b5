// The keeper of runs behind its worker: started when first needed, and anew after it has died.

import { Channel } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol } from '../../../workers/messages/keeper-protocol.ts';
import type { WorkerHandle } from '../browser/page-workers.ts';

/** Who can be asked to keep. */
export type KeeperClient = Pick<Channel<KeeperProtocol>, 'call'>;

export function keeperClient(start: () => WorkerHandle): KeeperClient {
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

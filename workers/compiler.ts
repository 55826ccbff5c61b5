// A worker that compiles the runtime's program, so that the page's own thread has none of the work.

import { type Endpoint, serve } from './messages/channel.ts';
import type { CompilerProtocol } from './messages/protocol.ts';

serve<CompilerProtocol>(self as unknown as Endpoint, {
  compile: async ({ address }) => WebAssembly.compileStreaming(await fetch(address)),
});

// How a worker of the bench's page answers its page: a command at a time, a result or what went wrong.

/** Steps that were taken: what each gave, and by the clock, ms. */
export interface Steps {
  readonly losses: readonly number[];
  readonly ms: readonly number[];
}

export type Reply = { readonly done: unknown } | { readonly failed: string };

export function serveBench<Command>(handle: (command: Command) => Promise<unknown>): void {
  self.onmessage = async ({ data }: MessageEvent<Command>) => {
    const reply: Reply = await handle(data).then(
      (done) => ({ done }),
      (error: unknown) => ({ failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
    );
    self.postMessage(reply);
  };
}

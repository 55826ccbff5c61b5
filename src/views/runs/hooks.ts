// What parts of the runs' view share: the store of runs, the time of day, files dropped.

import { type RefObject, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { RunsState } from '../../lab/runs/kept-runs.ts';
import { useSurroundings } from '../common/lab-context.ts';

export function useRuns<T>(select: (state: RunsState) => T): T {
  return useStore(useSurroundings().lab.runs.store, select);
}

const MINUTE_MS = 60_000;

/** The time of day in milliseconds, anew every minute. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** Takes files dropped on an element, one after the other. @returns where to put the element, and whether a file is over it */
export function useFileDrop(onFile: (file: File) => Promise<void>): [RefObject<HTMLElement | null>, boolean] {
  const element = useRef<HTMLElement>(null);
  const taker = useRef(onFile);
  const [over, setOver] = useState(false);
  useEffect(() => {
    taker.current = onFile;
  });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const listening = new AbortController();
    const listen = <K extends 'dragover' | 'dragleave' | 'drop'>(
      kind: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ) => target.addEventListener(kind, act, { signal: listening.signal });
    listen('dragover', (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    });
    listen('dragleave', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && target.contains(relatedTarget))) setOver(false);
    });
    listen('drop', (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      void takeAll([...(event.dataTransfer?.files ?? [])], (file) => taker.current(file));
    });
    return () => listening.abort();
  }, []);
  return [element, over];
}

async function takeAll(files: readonly File[], take: (file: File) => Promise<void>): Promise<void> {
  for (const file of files) await take(file);
}

// What the page is told of the session: status, announcements, troubles, and the record as it is now, a few times a second. The only one
// who writes a run's news into the session's store.

import { type Trouble, troubleOf } from '../players/trouble.ts';
import type { Pace } from '../record/pace.ts';
import { progressOf } from '../record/progress.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunNews } from './collaborators.ts';
import type { LabEvent } from './run-at-hand.ts';
import type { Announcement, SessionStatus, SessionStore } from './session-store.ts';

const PUBLISH_EVERY_MS = 200;

/** Seconds by the page's clock. */
export const seconds = (): number => performance.now() / 1000;

/** `pace` is null where no run is at hand. */
export interface PublishedRun {
  readonly record: RunRecord;
  readonly pace: Pace | null;
}

export class SessionBoard {
  readonly #store: SessionStore;
  readonly #hidden: () => boolean;
  readonly #published: () => PublishedRun;
  #announced = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param hidden nobody sees the page now @param published what is to be shown, looked at again each time */
  constructor(store: SessionStore, hidden: () => boolean, published: () => PublishedRun) {
    this.#store = store;
    this.#hidden = hidden;
    this.#published = published;
  }

  set(status: SessionStatus, announcement?: Omit<Announcement, 'id'>): void {
    this.#store.setState(status === 'running' ? { status } : { status, drawn: [] });
    if (announcement !== undefined) this.announce(announcement);
    this.publish();
  }

  announce(announcement: Omit<Announcement, 'id'>): void {
    this.#announced += 1;
    this.#store.setState({ announcement: { id: this.#announced, ...announcement } });
  }

  trouble(error: unknown, kept: Trouble['kept']): void {
    this.#store.setState({ trouble: troubleOf(error, kept) });
  }

  /** The run at hand is no longer kept. */
  unsaved(error: unknown): void {
    this.#store.setState({ unsaved: troubleOf(error, 'run-so-far') });
  }

  dismiss(): void {
    this.#store.setState({ trouble: null });
  }

  hear(news: RunNews): void {
    switch (news.kind) {
      // Begins or recovers: the session knows which.
      case 'playing':
        break;
      case 'opening':
        this.#store.setState({ opening: news.opening });
        break;
      case 'opened':
        this.#store.setState({ opened: news.opened });
        break;
      case 'drawn':
        if (!this.#hidden()) this.#store.setState({ drawn: news.drawn });
        break;
      case 'event':
        this.#take(news.event);
        break;
      case 'changed':
        this.#publishSoon();
        break;
      case 'recovering':
        this.#store.setState((state) => ({ recoveries: state.recoveries + 1 }));
        this.announce({ kind: 'recovered', iteration: news.iteration });
        this.set('opening');
        break;
      case 'trouble':
        this.trouble(news.error, 'run-so-far');
        break;
    }
  }

  #take(event: LabEvent): void {
    if (event.type === 'iteration-started' || event.type === 'iteration-finished') {
      this.announce({ kind: event.type, iteration: event.iteration });
    }
    if (event.type === 'evaluation') this.announce({ kind: 'evaluated', iteration: event.iteration });
    const answered = event.type === 'evaluation' || (event.type === 'answers' && event.done === event.total);
    if (answered) this.#store.setState({ drawn: [] });
    this.#publishSoon();
  }

  #publishSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.#hidden()) this.publish();
    }, PUBLISH_EVERY_MS);
  }

  /** Shows the record as it is now. */
  publish(): void {
    const { record, pace } = this.#published();
    const progress = pace === null ? null : progressOf(record, pace, seconds());
    this.#store.setState((state) => ({ progress, revision: state.revision + 1 }));
  }
}

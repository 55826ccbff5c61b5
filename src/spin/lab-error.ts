// The one family of errors that a person may see. Each says what happened and what to do next.

/** An error with advice. `name` is the class, stable enough for tests and for choosing a translation. */
export class LabError extends Error {
  /** What the person can do now: a whole sentence. */
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.advice = advice;
  }
}

/** One question at a time; who asks while one is under way shares the next, so that each gets an answer newer than the asking. */
export class Shared<T> {
  private readonly question: () => Promise<T>;
  private current: Promise<T> | undefined;
  private next: Promise<T> | undefined;

  constructor(question: () => Promise<T>) {
    this.question = question;
  }

  ask(): Promise<T> {
    if (!this.current) return this.start();
    this.next ??= this.current
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        this.next = undefined;
        return this.start();
      });
    return this.next;
  }

  private start(): Promise<T> {
    const current = (async () => this.question())().finally(() => {
      if (this.current === current) this.current = undefined;
    });
    this.current = current;
    return current;
  }
}

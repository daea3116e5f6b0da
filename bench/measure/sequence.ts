import type { Meter } from "./meter.ts";

/**
 * What one session has seen: event sequence numbers and the marks of the posts of a single, sequential poster.
 * Both must come without a hole or a repeat, whatever happens to the socket; only a hello with a new
 * connection id excuses a hole, since clients then fetch everything afresh.
 */
export class SequenceCheck {
  /** The next event expected, which is what a client asks to resume from. */
  nextSeq = 0;
  /** The next post expected; null when none was seen since hello. */
  private nextPost: number | null = null;
  /** Posts from here on were begun after hello, so that they must arrive. */
  private owed = 0;

  /** `unbegun` is the mark of the next post, which has not been sent yet. */
  hello(unbegun: number): void {
    this.nextSeq = 1;
    this.nextPost = null;
    this.owed = unbegun;
  }

  event(seq: number, meter: Meter): void {
    if (seq < this.nextSeq) meter.fail("seq repeated");
    else {
      meter.fail("seq skipped", seq - this.nextSeq);
      this.nextSeq = seq + 1;
    }
  }

  post(index: number, meter: Meter): void {
    const expected = this.nextPost ?? Math.min(index, this.owed);
    if (index < expected) meter.fail("post doubled");
    else {
      meter.fail("post lost", index - expected);
      this.nextPost = index + 1;
    }
  }

  /** Whether all posts before `end` are here. */
  has(end: number): boolean {
    return (this.nextPost ?? this.owed) >= end;
  }

  /** Nothing before `end` can come any more: what is missing is lost. */
  finish(end: number, meter: Meter): void {
    if (this.has(end)) return;
    meter.fail("post lost", end - (this.nextPost ?? this.owed));
    this.nextPost = end;
  }
}

/** What an import tells the one who asked for it: plain text, never a password. */
export class ImportLog {
  private readonly sections = new Map<string, string[]>();
  private readonly counts = new Map<string, number>();

  /** A line below `heading`; headings come in the order of their first line. */
  note(heading: string, line: string): void {
    const lines = this.sections.get(heading);
    if (lines) lines.push(line);
    else this.sections.set(heading, [line]);
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  text(title: string): string {
    const parts = [
      title,
      ...[...this.sections].map(([heading, lines]) => [`${heading}:`, ...lines].join("\r\n")),
    ];
    if (this.counts.size > 0)
      parts.push(["Counts:", ...[...this.counts].map(([what, n]) => `${what}: ${n}`)].join("\r\n"));
    return `${parts.join("\r\n\r\n")}\r\n`;
  }
}

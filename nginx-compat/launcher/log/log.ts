import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Level, LogSettings } from "../settings/log.ts";
import { type Entry, entryOf, passes, written } from "./entry.ts";
import { LogFile } from "./log-file.ts";

/** Where what a node's processes write goes: the console and the file, each from its own level on. */
export class Log {
  private readonly settings: LogSettings;
  private readonly file: LogFile | null;

  constructor(settings: LogSettings) {
    this.settings = settings;
    this.file = settings.file && new LogFile(settings.file.path);
  }

  /** Takes over what workerd writes to a stream; `level` is that of lines that have none, `output` the console's stream. */
  follow(input: Readable, level: Level, output: NodeJS.WriteStream): void {
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      if (line !== "") this.take(entryOf(line, "workerd", level), output);
    });
  }

  /** The launcher's own line, which the console has had already. */
  note(line: string): void {
    this.toFile(entryOf(line, "launcher", "info"));
  }

  close(): Promise<void> {
    return this.file?.close() ?? Promise.resolve();
  }

  private take(entry: Entry, output: NodeJS.WriteStream): void {
    const { console } = this.settings;
    if (console && passes(entry, console)) output.write(written(entry, console));
    this.toFile(entry);
  }

  private toFile(entry: Entry): void {
    const { file } = this.settings;
    if (file && passes(entry, file)) this.file!.write(written(entry, file));
  }
}

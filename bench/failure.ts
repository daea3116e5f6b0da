/** Ends the run with one clear line and exit code 1. */
export class BenchFailure extends Error {}

/** A short label for an error, to count by. */
export function label(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? (error.message || error.name);
}

/** The fields that were sent, and of the others what there was before. */
export function mergeFields<T extends object>(
  sent: { [K in keyof T]?: unknown },
  before: T,
  names: (keyof T)[],
): T {
  return Object.fromEntries(names.map((name) => [name, sent[name] ?? before[name]])) as T;
}

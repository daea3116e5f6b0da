/** A directory of the store as a setting names it, without slashes at its ends; "" for the store's own (schema-notes 5). */
export function directoryOf(setting: string): string {
  return setting
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .join("/");
}

/** Where a file of a directory is in the store. */
export const pathIn = (directory: string, name: string): string =>
  [directory, name].filter(Boolean).join("/");

// Zips, read and written by the caller's own request. Import the library from here only.

import { configure } from "@zip.js/zip.js";

// The library lets no more than `maxWorkers` files be read at the same time in this process, and has the others wait for them:
// workerd ends a request that waits for another one.
configure({ useWebWorkers: false, maxWorkers: 1_000_000 });

export { BlobReader, type FileEntry, Reader, ZipReader, ZipWriter } from "@zip.js/zip.js";

// Stands in for "cloudflare:workers" and for WebAssembly modules where code that imports them is only read, not run.

export class DurableObject {}
export class WorkerEntrypoint {}
export default {};

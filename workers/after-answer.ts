/** For work in the background: resolves once the answer of the request that began it has gone. */
export const afterAnswer = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

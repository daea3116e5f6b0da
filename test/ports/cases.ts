// How a suite's cases are run inside of workerd.

export type Cases<T> = Record<string, (subject: T) => Promise<void>>;

/** The worker's answer to `runCase`: 200, or 500 with what the case threw. */
export async function answerCase<T>(
  request: Request,
  suites: Record<string, { cases: Cases<T>; subject: () => T }>,
): Promise<Response> {
  if (new URL(request.url).pathname === "/ready") return new Response("ready");
  const { suite, name } = (await request.json()) as { suite: string; name: string };
  try {
    const { cases, subject } = suites[suite]!;
    await cases[name]!(subject());
    return new Response("passed");
  } catch (error) {
    return new Response(error instanceof Error ? `${error.message}\n${error.stack}` : String(error), {
      status: 500,
    });
  }
}

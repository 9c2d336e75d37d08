import { RawClient, type RawResponse } from './raw-client.ts'

/** One request on a connection of its own. `lines`: headers, each with its end left out. */
export async function ask(port: number, line: string, lines: readonly string[] = [], body = ''): Promise<RawResponse> {
  const c = new RawClient(port)
  const length = body === '' ? [] : [`Content-Length: ${body.length}`]
  c.send(`${line} HTTP/1.1\nHost: app.test\n${[...lines, ...length].map((each) => `${each}\n`).join('')}\n${body}`)
  try {
    return await c.response(line.startsWith('HEAD'))
  } finally {
    c.close()
  }
}

/** Status and `x-iap-error`. */
export function outcomeOf({ status, get }: RawResponse): readonly [number, string | null] {
  return [status, get('x-iap-error') ?? null]
}

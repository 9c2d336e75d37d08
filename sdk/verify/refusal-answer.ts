import type { AssertionRefused } from './assertion-refused.ts'

/** The HTTP response to a refused request. */
export interface RefusalAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Returns the response to a refused request: `application/problem+json` (RFC 9457). Does not reveal why keys are unavailable. */
export function refusalAnswer({ code, status, message }: AssertionRefused): RefusalAnswer {
  const title = status === 401 ? 'Unauthorized' : 'Service Unavailable'
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      // RFC 9110 §11.6.1 for 401, and §10.2.3 for temporary unavailability.
      ...(status === 401 ? { 'www-authenticate': 'IAP-Assertion' } : { 'retry-after': '1' }),
    },
    body: `${JSON.stringify({ title, status, detail: message, code })}\n`,
  }
}

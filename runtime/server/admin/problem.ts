/** An error response of the admin API (RFC 9457). */
export interface AdminProblem {
  readonly status: number
  /** Error code, which is stable across versions. */
  readonly code: ProblemCode
  readonly detail: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON Pointer to the invalid part of the request body (RFC 6901). */
  readonly pointer?: string
}

const TITLES = {
  'not-found': 'Not found',
  'no-api': 'The API is disabled',
  method: 'Method not allowed',
  origin: 'Not allowed for web pages',
  unauthenticated: 'Authentication required',
  'too-many-failures': 'Too many failures',
  'media-type': 'Unsupported media type',
  'too-large': 'Body too large',
  malformed: 'Malformed request',
  conflict: 'Precondition failed',
  refused: 'Refused',
  full: 'Limit reached',
  unavailable: 'Unavailable',
  audit: 'Cannot be recorded',
} as const

export type ProblemCode = keyof typeof TITLES

export function problem(
  status: number,
  code: ProblemCode,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): AdminProblem {
  return { status, code, detail, ...(headers && { headers }) }
}

export function problemBody({ status, code, detail, pointer }: AdminProblem): object {
  return { type: 'about:blank', title: TITLES[code], status, detail, code, ...(pointer !== undefined && { pointer }) }
}

/** Returns the error for requests that need a policy while none is active. */
export function noWorker(): AdminProblem {
  return problem(503, 'unavailable', 'no policy is active yet, or no worker answers: try again, or check the log of the proxy', {
    'retry-after': '1',
  })
}

export function unavailable(): AdminProblem {
  return problem(503, 'unavailable', 'no policy is active yet: try again, or check `bundle.source` and the log of the proxy', {
    'retry-after': '1',
  })
}

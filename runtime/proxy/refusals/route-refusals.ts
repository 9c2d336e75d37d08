import { bodyTypeRefusal } from '../../policy/index.ts'

/**
 * The error responses for requests whose query or body does not match the declaration of their route. Their messages name the
 * mismatch.
 */
export const routeRefusals = {
  query: {
    status: 400,
    detail: 'A declared query key is missing, repeated, of another type, or in another spelling (`Customer`, `customer[]`).',
    advice: 'Correct the query. The response names the key.',
  },
  [bodyTypeRefusal.code]: {
    status: bodyTypeRefusal.status,
    detail: 'The `Content-Type` of the body is not JSON in UTF-8, or the body has a `Content-Encoding`.',
    advice: 'Send the body as `application/json` or `application/…+json` in UTF-8, without a content coding.',
  },
  'body-too-large': {
    status: 413,
    detail: 'The body is longer than `limits.body`. The proxy closes the connection.',
    advice: 'Send a smaller body, or increase `limits.body`.',
  },
  body: {
    status: 400,
    detail:
      'The body is not unambiguous JSON (repeated name, more than 64 levels, invalid UTF-8), or does not match the declaration.',
    advice: 'Correct the body. The response names the position.',
  },
} as const

export type RouteRefusalCode = keyof typeof routeRefusals

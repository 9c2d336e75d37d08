/**
 * The proxy's own responses by code (`x-iap-error`): status, explanation, and what to do. Codes are stable and documented in
 * `docs/errors`. Malformed requests (`request/refusals.ts`) and refused credentials (`runtime/identity`) have codes of their own.
 */
export const proxyErrors = {
  denied: {
    status: 403,
    title: 'Access denied',
    detail: 'The access policy does not allow this request.',
    advice: 'If you need access, ask whoever runs this service, and tell them the request id.',
  },
  'no-route': {
    status: 403,
    title: 'Access denied',
    detail: 'The access policy knows no such address.',
    advice: 'Check the address and the method. If both are right, tell whoever runs this service the request id.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in required',
    detail: 'This request needs a caller that can be recognized, and it carries no credential.',
    advice: 'Send an access token in the header `Authorization: Bearer …`.',
  },
  'insufficient-authentication': {
    status: 401,
    title: 'Sign in again',
    detail: 'This request needs a stronger or fresher sign-in than that of the access token.',
    advice: 'Get an access token by the `WWW-Authenticate` header of this answer (RFC 9470), and send the request with it.',
  },
  'login-state': {
    status: 400,
    title: 'Sign in again',
    detail: 'This sign-in was not begun in this browser, is already over, or took too long.',
    advice: 'Open the page again that you wanted to see.',
  },
  'login-refused': {
    status: 403,
    title: 'Not signed in',
    detail: 'The identity provider did not sign you in, or what it said of you does not hold.',
    advice: 'Try again. If it stays so, tell whoever runs this service the request id.',
  },
  'login-navigation': {
    status: 400,
    title: 'Open this page in a window',
    detail:
      'Signing in begins when a browser opens this page in a window, and not when a page, an image or a script asks for it.',
    advice: 'Open the page that you wanted to see, or follow the link to it.',
  },
  'login-misconfigured': {
    status: 500,
    title: 'Signing in is not set up correctly',
    detail: 'The identity provider works, and does not accept this service. Your account is not the reason.',
    advice: 'Trying again does not help. Tell whoever runs this service the request id.',
  },
  'login-claims': {
    status: 403,
    title: 'This account does not fit',
    detail: 'You have signed in, and what the identity provider says of your account is not what the access policy expects.',
    advice: 'Use another account if you have one. Else tell whoever runs this service the request id.',
  },
  'login-unavailable': {
    status: 503,
    title: 'Signing in is not possible',
    detail: 'The identity provider, or the place where sign-ins are kept, does not answer at the moment.',
    advice: 'Try again in a few minutes.',
  },
  'sessions-full': {
    status: 503,
    title: 'Too many people are signed in',
    detail: 'You were recognized, and there is no room for another session at the moment. Nobody is signed out to make room.',
    advice: 'Sign out where you no longer need to be signed in, or try again in a few minutes.',
  },
  'login-insecure': {
    status: 400,
    title: 'Signing in is not possible',
    detail: 'Nobody signs in over plain HTTP: what your browser is given could be read on the way.',
    advice: 'Open the page with `https:`.',
  },
  'step-up-failed': {
    status: 403,
    title: 'Access denied',
    detail: 'This needs a stronger or fresher sign-in, and the identity provider did not give one.',
    advice: 'If you need access, ask whoever runs this service, and tell them the request id.',
  },
  'logout-token': {
    status: 400,
    title: 'Logout token refused',
    detail: 'What was sent is not a logout token of an identity provider that counts here.',
    advice: 'Look into the audit record of this request for the reason.',
  },
  'logout-request': {
    status: 400,
    title: 'Logout request refused',
    detail: 'What was sent is not a signed request to sign somebody out, of a SAML provider that counts here.',
    advice: 'Look into the audit record of this request for the reason.',
  },
  'cross-site': {
    status: 403,
    title: 'Access denied',
    detail: 'Another site asks this of your browser.',
    advice: 'To sign out, open `/.iap/logout` here.',
  },
  'too-many-wrong-keys': {
    status: 429,
    title: 'Too many attempts',
    detail: 'The API key is wrong, as too many were that came from the same address.',
    advice:
      'Send the right key: it is taken at once. ' +
      'Another wrong one is worth trying after the time in the `Retry-After` header of this answer.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    detail: 'The access policy allows so many of these requests in a time, and there have been as many.',
    advice: 'Try again after the time in the `Retry-After` header of this answer.',
  },
  'limits-unavailable': {
    status: 503,
    title: 'Service unavailable',
    detail:
      'The access policy allows so many of these requests in a time, ' +
      'and how many there have been cannot be found out at the moment.',
    advice: 'Try again after the time in the `Retry-After` header of this answer.',
  },
  'decision-failed': {
    status: 403,
    title: 'Access denied',
    detail: 'The access policy could not decide on this request, so it is not allowed.',
    advice: 'This is a mistake of the proxy. Tell whoever runs it the request id.',
  },
  'upgrade-unsupported': {
    status: 501,
    title: 'Upgrade not supported',
    detail: 'The request opens a WebSocket (`Upgrade`), and this service is reached over HTTP/2.',
    advice: 'Send the request without `Upgrade`.',
  },
  'websocket-handshake': {
    status: 400,
    title: 'Malformed request',
    detail: 'The request does not open a WebSocket in the way that RFC 6455 describes.',
    advice: 'Check what sends it.',
  },
  'websocket-origin': {
    status: 403,
    title: 'Access denied',
    detail: 'Pages of that origin may not open a WebSocket to this service.',
    advice: 'If it should be allowed, tell whoever runs this service the request id.',
  },
  'cors-refused': {
    status: 403,
    title: 'Access denied',
    detail: 'A script of that origin may not send this request with that method and those headers.',
    advice: 'If it should be allowed, tell whoever runs this service the request id.',
  },
  'expectation-failed': {
    status: 417,
    title: 'Expectation failed',
    detail: 'The request expects something other than `100-continue`.',
    advice: 'Send the request without that `Expect`.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    detail: 'The request did not arrive within the time that it is given.',
    advice: 'Send it again.',
  },
  'request-malformed': {
    status: 400,
    title: 'Malformed request',
    detail: 'What was sent is not an HTTP/1.1 request that can be read in one way alone.',
    advice: 'Check what sends it.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    detail: 'The request line and the headers are larger than this proxy reads.',
    advice: 'Send fewer or shorter headers; often it is cookies.',
  },
  misdirected: {
    status: 421,
    title: 'Misdirected request',
    detail: 'The connection was made with a certificate that is not for the host of this request.',
    advice: 'Send it on a connection of its own, made for that host.',
  },
  'page-not-found': {
    status: 404,
    title: 'Not found',
    detail: 'Paths below `/.well-known/iap/` belong to the proxy, and it has no such page.',
    advice: 'Check the address.',
  },
  'page-method': {
    status: 405,
    title: 'Method not allowed',
    detail: 'Pages of the proxy are read with GET or HEAD.',
    advice: 'Use GET.',
  },
  overloaded: {
    status: 503,
    title: 'Service unavailable',
    detail: 'The proxy has more to do than it can, so it takes no more for a moment.',
    advice: 'Try again after the time in the `Retry-After` header of this answer.',
  },
  'policy-changed': {
    status: 403,
    title: 'Forbidden',
    detail: 'The access policy has changed while this request was under way, and does not allow it any more.',
    advice: 'Ask for access, or try again.',
  },
  'no-policy': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The proxy has no access policy that counts at the moment, so it lets nothing pass.',
    advice: 'Try again later.',
  },
  'no-upstream': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The proxy does not know where this service is.',
    advice: 'Try again later. If it stays so, tell whoever runs this service the request id.',
  },
  'upstream-busy': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The service has as many requests under way as it may have.',
    advice: 'Try again after the time in the `Retry-After` header of this answer.',
  },
  'upstream-unavailable': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The service has failed too often, so nothing is sent to it for a while.',
    advice: 'Try again after the time in the `Retry-After` header of this answer.',
  },
  'audit-full': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The proxy cannot record requests at the moment, so it lets none pass.',
    advice: 'Try again later.',
  },
  'upstream-unreachable': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service could not be reached.',
    advice: 'Try again later. If it stays so, tell whoever runs this service the request id.',
  },
  'upstream-tls': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service could not prove over TLS that it is the one that was meant.',
    advice: 'Tell whoever runs this service the request id.',
  },
  'upstream-closed': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service closed the connection before it answered.',
    advice: 'Try again, if the request may be sent twice. If it stays so, tell whoever runs this service the request id.',
  },
  'upstream-bad-response': {
    status: 502,
    title: 'Bad gateway',
    detail: 'What the service answered is not valid HTTP.',
    advice: 'Tell whoever runs this service the request id.',
  },
  'upstream-protocol': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service does not speak HTTP/2, which it is meant to be spoken to in.',
    advice: 'Tell whoever runs this service the request id.',
  },
  'upstream-timeout': {
    status: 504,
    title: 'Gateway timeout',
    detail: 'The service did not answer in time.',
    advice: 'Try again later, if the request may be sent twice.',
  },
  'exchange-no-token': {
    status: 403,
    title: 'Access denied',
    detail:
      'The service takes requests with an access token of its identity provider alone, ' +
      'and the credential of this request is none that one could be got for.',
    advice: 'Sign in, or send an access token of that provider.',
  },
  'exchange-refused': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The identity provider gives no token for the service.',
    advice: 'Sign in again, or send a fresh access token. If it stays so, tell whoever runs this service the request id.',
  },
  'exchange-unavailable': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The identity provider that gives tokens for the service does not answer at the moment.',
    advice: 'Try again in a few minutes.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'The proxy made a mistake, so it does not let the request pass.',
    advice: 'Tell whoever runs the proxy the request id.',
  },
} as const satisfies Record<string, ProxyError>

export interface ProxyError {
  readonly status: number
  /** Two or three words (RFC 9457, `title`). */
  readonly title: string
  /** What happened, in one sentence. */
  readonly detail: string
  readonly advice: string
}

export type ProxyErrorCode = keyof typeof proxyErrors

/** For malformed requests and refused credentials: by status, as they have many codes. */
export const refusedBefore: Readonly<Record<number, { readonly title: string; readonly advice: string }>> = {
  400: { title: 'Malformed request', advice: 'Check what sends the request.' },
  401: { title: 'Sign in required', advice: 'Send a valid access token in the header `Authorization: Bearer …`.' },
  405: { title: 'Method not allowed', advice: 'Use another method.' },
  413: { title: 'Body too large', advice: 'Send a smaller body.' },
  414: { title: 'Address too long', advice: 'Send a shorter address.' },
  415: { title: 'Unsupported media type', advice: 'Send the body as `application/json` in UTF-8, without a content coding.' },
  431: { title: 'Headers too large', advice: 'Send fewer or shorter headers; often it is cookies.' },
  503: { title: 'Service unavailable', advice: 'Try again later.' },
  505: { title: 'HTTP version not supported', advice: 'Use HTTP/1.1.' },
}

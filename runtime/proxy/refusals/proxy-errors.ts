/**
 * The error responses of the proxy by code, with status, explanation and advice. The header `x-iap-error` has the code. Codes
 * are stable and documented in `docs/reference/errors`. Malformed requests (`request/refusals.ts`) and refused credentials
 * (`runtime/identity`) have further codes.
 */
export const proxyErrors = {
  denied: {
    status: 403,
    title: 'Access denied',
    detail: 'The access policy does not allow this request.',
    advice: 'If you need access, contact the operator of this service and give them the request ID.',
  },
  'no-route': {
    status: 403,
    title: 'Access denied',
    detail: 'No route of the access policy matches the host, method and path of this request.',
    advice:
      'Check the address and the method. If both are right, contact the operator of this service and give them the request ID.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in required',
    detail: 'This request requires an authenticated caller, and it carries no credential.',
    advice: 'Send an access token in the header `Authorization: Bearer …`.',
  },
  'insufficient-authentication': {
    status: 401,
    title: 'Sign in again',
    detail: 'This request requires a stronger or more recent authentication than the one in the access token.',
    advice:
      'Request an access token with the parameters in the `WWW-Authenticate` header of this response (RFC 9470), ' +
      'then send the request again.',
  },
  'login-state': {
    status: 400,
    title: 'Sign in again',
    detail: 'This sign-in was not started in this browser, is already complete, or has timed out.',
    advice: 'Open the page that you wanted to visit again.',
  },
  'login-refused': {
    status: 403,
    title: 'Not signed in',
    detail: 'The identity provider did not sign you in, or the proxy could not verify its response.',
    advice: 'Try again. If the problem persists, contact the operator of this service and give them the request ID.',
  },
  'login-navigation': {
    status: 400,
    title: 'Open this page in a window',
    detail:
      'A sign-in starts only when a browser opens this page in a window. This request comes from a script, a frame or an image.',
    advice: 'Open the page that you wanted to visit, or follow a link to it.',
  },
  'login-misconfigured': {
    status: 500,
    title: 'Sign-in is misconfigured',
    detail: 'The identity provider rejects the client configuration of this service. Your account is not the cause.',
    advice: 'Trying again does not help. Contact the operator of this service and give them the request ID.',
  },
  'login-claims': {
    status: 403,
    title: 'Account not accepted',
    detail: 'You have signed in, but your account does not have the claims that the access policy expects.',
    advice: 'Use another account if you have one. Otherwise, contact the operator of this service and give them the request ID.',
  },
  'login-unavailable': {
    status: 503,
    title: 'Signing in is not possible',
    detail: 'The identity provider or the session store does not respond.',
    advice: 'Try again in a few minutes.',
  },
  'sessions-full': {
    status: 503,
    title: 'Too many people are signed in',
    detail: 'The identity provider has authenticated you, but the session store has no room for another session.',
    advice: 'Sign out on devices that you no longer use, or try again in a few minutes.',
  },
  'login-insecure': {
    status: 400,
    title: 'Signing in is not possible',
    detail: 'The connection uses plain HTTP, so a third party could read the session cookie.',
    advice: 'Open the page with `https:`.',
  },
  'step-up-failed': {
    status: 403,
    title: 'Access denied',
    detail: 'This request requires a stronger or more recent sign-in, and the identity provider did not perform one.',
    advice: 'If you need access, contact the operator of this service and give them the request ID.',
  },
  'logout-token': {
    status: 400,
    title: 'Logout token refused',
    detail: 'The request contains no valid logout token of a configured identity provider.',
    advice: 'Read the reason in the audit record of this request.',
  },
  'logout-request': {
    status: 400,
    title: 'Logout request refused',
    detail: 'The request contains no valid signed logout request of a configured SAML provider.',
    advice: 'Read the reason in the audit record of this request.',
  },
  'cross-site': {
    status: 403,
    title: 'Access denied',
    detail: 'A page of another origin sent this request with the credentials of your browser.',
    advice:
      'If you wanted to sign out, open `/.iap/logout` on this site. Otherwise, ask the operator of this service to ' +
      'allow the origin.',
  },
  'too-many-wrong-keys': {
    status: 429,
    title: 'Too many attempts',
    detail: 'The API key is wrong, and the address of the client has already sent too many wrong API keys.',
    advice:
      'Send a valid key, which is accepted immediately. Before you try another key, wait as long as the ' +
      '`Retry-After` header says.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    detail: 'This request exceeds a rate limit of the access policy.',
    advice: 'Send the request again after the time in the `Retry-After` header of this response.',
  },
  'limits-unavailable': {
    status: 503,
    title: 'Service unavailable',
    detail: 'A rate limit applies to this request, and the rate-limit store is unavailable.',
    advice: 'Send the request again after the time in the `Retry-After` header of this response.',
  },
  'decision-failed': {
    status: 403,
    title: 'Access denied',
    detail: 'The proxy failed to evaluate the access policy, so it denies the request.',
    advice: 'This is an error of the proxy. Contact its operator and give them the request ID.',
  },
  'upgrade-unsupported': {
    status: 501,
    title: 'Upgrade not supported',
    detail: 'The request opens a WebSocket (`Upgrade`), and the proxy reaches this service over HTTP/2.',
    advice: 'Send the request without `Upgrade`.',
  },
  'websocket-handshake': {
    status: 400,
    title: 'Malformed request',
    detail: 'The request is not a valid WebSocket handshake (RFC 6455).',
    advice: 'Check the client that sends the request.',
  },
  'websocket-origin': {
    status: 403,
    title: 'Access denied',
    detail: 'Pages of this origin must not open a WebSocket to this service.',
    advice: 'Ask the operator of this service to allow the origin, and give them the request ID.',
  },
  'cors-refused': {
    status: 403,
    title: 'Access denied',
    detail: 'Scripts of this origin must not send this request with this method and these headers.',
    advice: 'Ask the operator of this service to allow the origin, the method and the headers, and give them the request ID.',
  },
  'expectation-failed': {
    status: 417,
    title: 'Expectation failed',
    detail: 'The `Expect` header contains a value other than `100-continue`.',
    advice: 'Send the request without the `Expect` header.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    detail: 'The request did not arrive completely within the time limit.',
    advice: 'Send the request again.',
  },
  'request-malformed': {
    status: 400,
    title: 'Malformed request',
    detail: 'The proxy cannot parse the request as HTTP/1.1.',
    advice: 'Check the client that sends the request.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    detail: 'The request line and the headers exceed the size limit of the proxy.',
    advice: 'Send fewer or shorter headers. Cookies are the usual cause.',
  },
  misdirected: {
    status: 421,
    title: 'Misdirected request',
    detail: 'The TLS certificate of this connection does not cover the host of this request.',
    advice: 'Send the request on a new connection to that host.',
  },
  'page-not-found': {
    status: 404,
    title: 'Not found',
    detail: 'Paths below `/.well-known/iap/` and `/.iap/` belong to the proxy, and it has no page at this path.',
    advice: 'Check the address.',
  },
  'page-method': {
    status: 405,
    title: 'Method not allowed',
    detail: 'This page of the proxy does not support the method of the request.',
    advice: 'Use a method from the `Allow` header of this response.',
  },
  overloaded: {
    status: 503,
    title: 'Service unavailable',
    detail: 'The proxy is overloaded and temporarily refuses requests.',
    advice: 'Send the request again after the time in the `Retry-After` header of this response.',
  },
  'policy-changed': {
    status: 403,
    title: 'Access denied',
    detail: 'The access policy or its data changed during this request and no longer allow it.',
    advice: 'Send the request again. If the policy still denies it, ask the operator of this service for access.',
  },
  'no-policy': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The proxy has no valid access policy, so it refuses all requests.',
    advice: 'Try again later.',
  },
  'no-upstream': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The configuration of the proxy has no address for this service.',
    advice: 'Try again later. If the problem persists, contact the operator of this service and give them the request ID.',
  },
  'upstream-busy': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The service has reached its limit of concurrent requests.',
    advice: 'Send the request again after the time in the `Retry-After` header of this response.',
  },
  'upstream-unavailable': {
    status: 503,
    title: 'Service unavailable',
    detail: 'All addresses of the service are ejected or unhealthy, so the proxy temporarily sends it no requests.',
    advice: 'Send the request again after the time in the `Retry-After` header of this response.',
  },
  'audit-full': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The audit log is full, so the proxy cannot record the request and refuses it.',
    advice: 'Try again later.',
  },
  'upstream-unreachable': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The proxy cannot connect to the service.',
    advice: 'Try again later. If the problem persists, contact the operator of this service and give them the request ID.',
  },
  'upstream-tls': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The TLS handshake with the service failed, usually because its certificate is not valid.',
    advice: 'Contact the operator of this service and give them the request ID.',
  },
  'upstream-closed': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service closed the connection before its response was complete.',
    advice:
      'If the request is safe to repeat, try again. If the problem persists, contact the operator of this service ' +
      'and give them the request ID.',
  },
  'upstream-bad-response': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The response of the service is not valid HTTP.',
    advice: 'Contact the operator of this service and give them the request ID.',
  },
  'upstream-protocol': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service does not support HTTP/2, which the configuration of the proxy requires.',
    advice: 'Contact the operator of this service and give them the request ID.',
  },
  'upstream-timeout': {
    status: 504,
    title: 'Gateway timeout',
    detail: 'The response of the service exceeded a timeout.',
    advice: 'If the request is safe to repeat, try again later.',
  },
  'exchange-no-token': {
    status: 403,
    title: 'Access denied',
    detail: 'The proxy cannot exchange the credential of this request for the access token that the service requires.',
    advice: 'Sign in, or send an access token of that provider.',
  },
  'exchange-refused': {
    status: 502,
    title: 'Bad gateway',
    detail: 'The identity provider refused to issue a token for the service.',
    advice:
      'Sign in again, or send a new access token. If the problem persists, contact the operator of this service and ' +
      'give them the request ID.',
  },
  'exchange-unavailable': {
    status: 503,
    title: 'Service unavailable',
    detail: 'The identity provider that issues tokens for the service does not respond.',
    advice: 'Try again in a few minutes.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'An internal error occurred in the proxy, so it refuses the request.',
    advice: 'Contact the operator of the proxy and give them the request ID.',
  },
} as const satisfies Record<string, ProxyError>

export interface ProxyError {
  readonly status: number
  /** Title of two or three words (RFC 9457, `title`). */
  readonly title: string
  /** Description of the failure in one sentence. */
  readonly detail: string
  readonly advice: string
}

export type ProxyErrorCode = keyof typeof proxyErrors

/**
 * Title and advice of error responses for malformed requests and refused credentials, by HTTP status. The many codes with the
 * same status share these texts.
 */
export const refusedBefore: Readonly<Record<number, { readonly title: string; readonly advice: string }>> = {
  400: { title: 'Malformed request', advice: 'Check the client that sends the request.' },
  401: { title: 'Sign in required', advice: 'Send a valid access token in the header `Authorization: Bearer …`.' },
  405: { title: 'Method not allowed', advice: 'Use another method.' },
  413: { title: 'Body too large', advice: 'Send a smaller body.' },
  414: { title: 'Address too long', advice: 'Send a shorter address.' },
  415: { title: 'Unsupported media type', advice: 'Send the body as `application/json` in UTF-8, without a content coding.' },
  431: { title: 'Headers too large', advice: 'Send fewer or shorter headers. Cookies are the usual cause.' },
  503: { title: 'Service unavailable', advice: 'Try again later.' },
  505: { title: 'HTTP version not supported', advice: 'Use HTTP/1.1.' },
}

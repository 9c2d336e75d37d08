import { because, type Differences, overBoth } from '../threats/front-threats.ts'

/** Threat cases that end in another way through nginx than at this proxy. What reaches the service is what was decided. */
export const nginxDifferences: Differences = {
  ...because(
    'nginx does not remove the headers that `Connection` names, neither from the check nor from the request',
    overBoth(['Headers: Connection names Host and a header of the request', 'Headers: Connection takes away the credential']),
  ),
  ...because('nginx drops headers whose names have other characters than letters, digits and `-` before it asks', [
    ...overBoth([
      'Headers: the same in another spelling',
      ...['X-A@B', 'X-A(B', 'X-A"B', 'X-A/B', 'X-A{'].map((name) => `Headers: no name of a header: ${JSON.stringify(name)}`),
      'Headers: a byte above 0x7f in a name',
    ]),
    'Framing: Content_Length',
    'Framing: Content_Length beside Content-Length',
    'Framing: Content.Length beside chunks',
    'Framing: length, and chunks in another spelling',
    'Framing: Transfer_Encoding',
  ]),
  ...because(
    'nginx removes `Expect` before it asks',
    overBoth(['100-continue, x', '200-ok', 'x', '100-continue; a=b'].map((value) => `Headers: Expect: ${value}`)),
  ),
  ...because('nginx reads the body, and states it anew with a length; it drops trailers', [
    'Headers: a trailer that would be other framing: Content-Length: 99',
    'Headers: a trailer that would be other framing: Transfer-Encoding: chunked',
    'Framing: Content-Length of thirty digits',
    'Framing: a chunk size that ends with a bare LF',
    'Framing: a chunk extension that ends with a bare LF',
    'Framing: a chunk size with a space behind it',
    'Framing: chunk data that end with a bare LF',
    'Framing: a chunk extension that is very long',
    'Framing: a trailer with a bare LF',
    'Framing: a trailer that is none',
    'Framing: a trailer with obs-fold',
  ]),
  ...because('nginx takes a line feed for the end of a line, and states the lines anew', [
    'Framing: a bare LF in Transfer-Encoding',
    'Framing: two CR before an LF',
    'Framing: a bare LF after a header',
    'Framing: bare LF',
  ]),
  ...because('nginx takes a line without a colon for a header without a value, also in the check', [
    'Framing: a header without a colon',
  ]),
  ...because('nginx accepts each minor version, and states its own', [
    'Framing: a request line with a space at its end',
    'Framing: a request line with HTTP/1.2',
    'Framing: a request line with HTTP/1.10',
  ]),
  ...because('nginx keeps the connection, and asks about what follows as about another request', [
    'Framing: what follows Upgrade: h2c does not reach the service unread',
  ]),
  ...because('nginx ignores the transfer coding of a request over HTTP/2: the body is what the frames hold', [
    'HTTP/2: Headers: a trailer that would be other framing: Content-Length: 99',
    'HTTP/2: Headers: a trailer that would be other framing: Transfer-Encoding: chunked',
    'HTTP/2: a transfer coding',
  ]),
}

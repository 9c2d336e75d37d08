import { because, type Differences, overBoth } from '../../tests/threats/front-threats.ts'

/** Threat cases that end in another way through Envoy than at this proxy. What reaches the service is what was decided. */
export const envoyDifferences: Differences = {
  ...because('Envoy takes the host from the target, for the check and for the service', [
    'URI: http://app.test/public/a',
    'URI: HTTP://app.test/public/a',
    'Host: in the target',
  ]),
  ...because(
    'Envoy joins the lines of these headers by a comma before it asks',
    overBoth(['Headers: two lines of Content-Type', 'Headers: two lines of Origin']),
  ),
  ...because('Envoy reads the body, and states it anew; it drops trailers', [
    'Headers: a trailer that would be other framing: Content-Length: 99',
    'Headers: a trailer that would be other framing: Transfer-Encoding: chunked',
    'Framing: a chunk size with a space behind it',
    'Framing: chunk data that end with a bare LF',
    'Framing: a chunk extension that is very long',
    'Framing: a trailer with a bare LF',
    'Framing: a trailer with obs-fold',
    'Framing: a chunk that is longer than it says',
  ]),
  ...because('Envoy accepts other ends of lines, and lines that go on, and states the lines anew', [
    'Framing: a bare LF in Transfer-Encoding',
    'Framing: obs-fold with a tab',
    'Framing: two CR before an LF',
    'Framing: obs-fold',
    'Framing: obs-fold of Transfer-Encoding',
    'Framing: a bare LF after a header',
    'Framing: a bare CR in a header',
    'Framing: bare LF',
  ]),
  ...because('Envoy accepts other spaces in a request line, and states its own', [
    'Framing: a request line with a tab before the target',
    'Framing: a request line with a tab behind the target',
    'Framing: a request line with a space at its end',
  ]),
  ...because('Envoy keeps the connection, and asks about what follows as about another request', [
    'Framing: what follows Upgrade: h2c does not reach the service unread',
  ]),
}

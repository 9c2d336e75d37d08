import { expect, test } from 'vitest'
import { mayTrail, saysTrailers } from './trailers.ts'

test.each([
  ['grpc-status', true],
  ['grpc-message', true],
  ['grpc-status-details-bin', true],
  ['server-timing', true],
  ['digest', true],
  ['x-request-cost', true],
  ['x-iap-assertion', false],
  ['X_IAP.User', false],
  ['x-iap', false],
  ['Connection', false],
  ['transfer-encoding', false],
  ['Trailer', false],
  ['upgrade', false],
  ['te', false],
  ['content-length', false],
  ['Content_Length', false],
  ['content-type', false],
  ['host', false],
  ['authorization', false],
  ['proxy-authenticate', false],
  ['www-authenticate', false],
  ['Set-Cookie', false],
  ['location', false],
  ['cache-control', false],
  ['access-control-allow-origin', false],
])('%s: %s', (name, may) => {
  expect(mayTrail(name)).toBe(may)
})

test('what a client says of trailers', () => {
  const values = [
    'trailers',
    'Trailers',
    'gzip;q=0.5, trailers',
    ' trailers ,deflate',
    'trailers;q=1',
    'trailer',
    'gzip',
    '',
    undefined,
  ]
  expect(values.map(saysTrailers)).toEqual([true, true, true, true, false, false, false, false, false])
})

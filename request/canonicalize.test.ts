import { describe, expect, test } from 'vitest'
import { canonicalize } from './canonicalize.ts'
import { accepted, rawRequest, refusalOf } from './testing/refusal-of.ts'

describe('canonicalize', () => {
  test('gives the one reading of a request', () => {
    const { headers, ...rest } = accepted({
      method: 'POST',
      target: '/orders/a%20b?x=%2F',
      rawHeaders: ['Host', 'Orders.Shop.Example.:8443', 'Content-Length', '5'],
      peer: '::ffff:10.1.2.3',
    })
    expect(rest).toEqual({
      method: 'POST',
      host: 'orders.shop.example',
      port: 8443,
      rawPath: '/orders/a%20b',
      rawQuery: '?x=%2F',
      segments: ['orders', 'a b'],
      path: '/orders/a b',
      sourceIp: '10.1.2.3',
      scheme: null,
      certificateIn: null,
    })
    expect(headers.get('host')).toBe('Orders.Shop.Example.:8443')
  })

  test.each(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'M-SEARCH', 'PROPFIND'])('method %s', (method) => {
    expect(accepted({ method }).method).toBe(method)
  })

  test.each([
    ['TRACE', '405 method-not-allowed'],
    ['TRACK', '405 method-not-allowed'],
    ['CONNECT', '405 method-not-allowed'],
    ['get', '400 method-invalid'],
    ['trace', '400 method-invalid'],
    ['', '400 method-invalid'],
    ['GET ', '400 method-invalid'],
    ['G_T', '400 method-invalid'],
    ['GET1', '400 method-invalid'],
    ['GÉT', '400 method-invalid'],
  ])('method %j: %s', (method, refusal) => expect(refusalOf({ method })).toBe(refusal))

  test.each([
    ['1.1', 'accepted'],
    ['1.0', 'accepted'],
    ['0.9', '505 http-version'],
    ['2.0', '505 http-version'],
    ['', '505 http-version'],
  ])('version %j: %s', (httpVersion, refusal) => expect(refusalOf({ httpVersion })).toBe(refusal))

  test.each([
    [[], '400 host-missing'],
    [['Host', ''], '400 host-invalid'],
    [['Host', 'a.test', 'host', 'a.test'], '400 host-repeated'],
    [['Host', 'a@b'], '400 host-invalid'],
    [['Host', '  a.test '], 'accepted'],
  ])('hosts %j: %s', (rawHeaders, refusal) => {
    expect(refusalOf({ rawHeaders })).toBe(refusal)
    expect(refusalOf({ rawHeaders, httpVersion: '1.0' })).toBe(refusal)
  })

  test.each(['', 'unix', 'fe80::1%eth0', '1.2.3.4:80'])('a peer without an address: %j', (peer) => {
    expect(refusalOf({ peer })).toBe('400 source-address')
  })

  test('believes the peer, not what the client says of itself', () => {
    const lines = [
      'Host',
      'app.test',
      'X-Forwarded-For',
      '10.0.0.1',
      'Forwarded',
      'for=10.0.0.1',
      'X-Forwarded-Host',
      'admin.test',
    ]
    const request = accepted({ rawHeaders: [...lines, 'X-Forwarded-Uri', '/public'], target: '/admin' })
    expect([request.sourceIp, request.host, request.path]).toEqual(['192.0.2.7', 'app.test', '/admin'])
  })

  test('answers with a sentence that holds nothing of the request', () => {
    const canonical = canonicalize(rawRequest({ target: '/<script>' }))
    expect(canonical).toEqual({
      ok: false,
      refusal: {
        status: 400,
        code: 'target-character',
        message: 'the request target contains a character that RFC 3986 does not allow: percent-encode it',
      },
    })
  })
})

describe('framing', () => {
  const framed = (...lines: string[]) => refusalOf({ rawHeaders: ['Host', 'app.test', ...lines] })

  test.each(['0', '5', '0005', '9007199254740991'])('Content-Length: %s', (length) => {
    expect(framed('Content-Length', length)).toBe('accepted')
  })

  test.each(['', '+5', '-1', '5, 5', '5,6', '0x5', '5.0', '5 5', '1e3', '9007199254740993', '99999999999999999999'])(
    'Content-Length: %j',
    (length) => expect(framed('Content-Length', length)).toBe('400 content-length'),
  )

  test.each(['chunked', 'Chunked'])('Transfer-Encoding: %s', (coding) => {
    expect(framed('Transfer-Encoding', coding)).toBe('accepted')
  })

  test.each(['identity', 'gzip', 'gzip, chunked', 'chunked, chunked', 'chunked,', 'chunked;q=1', 'xchunked', '"chunked"', ''])(
    'Transfer-Encoding: %j',
    (coding) => expect(framed('Transfer-Encoding', coding)).toBe('400 transfer-encoding'),
  )

  test('in two lines, or in two ways', () => {
    expect(framed('Content-Length', '5', 'Content-Length', '5')).toBe('400 content-length')
    expect(framed('Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked')).toBe('400 transfer-encoding')
    expect(framed('Content-Length', '5', 'Transfer-Encoding', 'chunked')).toBe('400 framing-ambiguous')
  })

  test('in a spelling that only some read', () => {
    expect(framed('Content_Length', '5')).toBe('400 content-length')
    expect(framed('Transfer_Encoding', 'chunked')).toBe('400 transfer-encoding')
    expect(framed('Content-Length', '5', 'Transfer.Encoding', 'chunked')).toBe('400 framing-ambiguous')
  })

  test('in HTTP/1.0 has no transfer codings', () => {
    const rawHeaders = ['Host', 'app.test', 'Transfer-Encoding', 'chunked']
    expect(refusalOf({ httpVersion: '1.0', rawHeaders })).toBe('400 transfer-encoding')
  })
})

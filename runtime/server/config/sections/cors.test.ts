import { describe, expect, test } from 'vitest'
import { loadConfig } from '../load-config.ts'

const load = (text: string) =>
  loadConfig(
    `listeners: [{ address: "127.0.0.1:0" }]\nservices:\n  app: { upstreams: ["http://a"], cors: ${text} }\n`,
    'iap.yaml',
    {
      dev: true,
    },
  )

describe('what pages of other origins may do', () => {
  test.each([
    [
      '{ origins: [https://App.example, "http://localhost:5173/"], methods: [GET, PUT], headers: [Content-Type, X-A], expose: [X-B], credentials: true, maxAge: 1h }',
      {
        origins: ['https://app.example', 'http://localhost:5173'],
        methods: ['GET', 'PUT'],
        headers: ['content-type', 'x-a'],
        expose: ['X-B'],
        credentials: true,
        maxAge: 3_600_000,
      },
    ],
    [
      '{ origins: ["*"] }',
      {
        origins: '*',
        methods: null,
        headers: ['authorization', 'content-type'],
        expose: [],
        credentials: false,
        maxAge: 600_000,
      },
    ],
    ['{ origins: ["https://app.example:443"] }', expect.objectContaining({ origins: ['https://app.example'] })],
  ])('%s', (text, wanted) => {
    const result = load(text)
    expect(result.ok ? result.config.services.app?.cors : result.errors).toEqual(wanted)
  })

  test.each([
    ['{}', '`services.app.cors` lacks `origins`: add it'],
    ['{ origins: [] }', '`services.app.cors.origins` is empty: expected a list of origins such as `[https://app.shop.example]`'],
    [
      '{ origins: ["*"], credentials: true }',
      '`services.app.cors.origins` must not be every origin with `credentials`: any page could act as its visitor',
    ],
    [
      '{ origins: ["*", "https://a.example"] }',
      '`services.app.cors.origins` must not list other origins beside `*`, which is every origin',
    ],
    ['{ origins: ["*", "*"] }', '`services.app.cors.origins` must not list other origins beside `*`, which is every origin'],
    ['{ origins: ["null"] }', '`services.app.cors.origins[0]` must be an origin such as `https://app.shop.example`, not `null`'],
    [
      '{ origins: ["https://a.example/x"] }',
      '`services.app.cors.origins[0]` must be an origin such as `https://a.example`: request paths are forwarded unchanged',
    ],
    ['{ origins: ["https://*.example"] }', '`services.app.cors.origins[0]` must not contain `*`: list each origin'],
    ['{ origins: ["https://a.example", "https://A.example"] }', '`https://a.example` is listed twice'],
    [
      '{ origins: ["https://a.example"], methods: [get] }',
      '`services.app.cors.methods[0]` must be a method such as `GET`, not `get`',
    ],
    [
      '{ origins: ["https://a.example"], headers: ["*"] }',
      '`services.app.cors.headers[0]` must be a header name such as `content-type`, not `*`',
    ],
    ['{ origins: ["https://a.example"], headers: [A, a] }', '`a` is listed twice'],
    [
      '{ origins: ["https://a.example"], expose: ["a, b"] }',
      '`services.app.cors.expose[0]` must be a header name such as `content-type`, not `a, b`',
    ],
    ['{ origins: ["https://a.example"], maxAge: 2d }', '`services.app.cors.maxAge` must be at most `24h`, got `2d`'],
    ['{ origin: ["https://a.example"] }', 'unknown key `origin` in `services.app.cors`: did you mean `origins`?'],
  ])('%s', (text, message) => {
    const result = load(text)
    expect(result.ok ? [] : result.errors.map((error) => error.message)).toEqual([message])
  })
})

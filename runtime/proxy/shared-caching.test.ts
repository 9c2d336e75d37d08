import { expect, test } from 'vitest'
import { withoutSharedCaching } from './shared-caching.ts'

test.each<[string[], string[]]>([
  [[], ['cache-control', 'private']],
  [
    ['Cache-Control', 'public, max-age=3600'],
    ['Cache-Control', 'private, max-age=3600'],
  ],
  [
    ['cache-control', 'max-age=60, s-maxage=3600'],
    ['cache-control', 'private, max-age=60'],
  ],
  [
    ['cache-control', 'Public'],
    ['cache-control', 'private'],
  ],
  [
    ['cache-control', 'S-MaxAge = "5" , must-revalidate'],
    ['cache-control', 'private, must-revalidate'],
  ],
  [
    ['cache-control', 'private, max-age=5'],
    ['cache-control', 'private, max-age=5'],
  ],
  [
    ['cache-control', 'no-store'],
    ['cache-control', 'no-store'],
  ],
  [
    ['cache-control', 'public, no-store'],
    ['cache-control', 'no-store'],
  ],
  [
    ['cache-control', 'public, private'],
    ['cache-control', 'private'],
  ],
  // Of some fields alone: the rest could be stored.
  [
    ['cache-control', 'private="set-cookie, x", max-age=5'],
    ['cache-control', 'private, private="set-cookie, x", max-age=5'],
  ],
  [
    ['cache-control', 'no-cache="a, public", public'],
    ['cache-control', 'private, no-cache="a, public"'],
  ],
  [
    ['cache-control', 'x="open, public'],
    ['cache-control', 'private, x="open, public'],
  ],
  [
    ['cache-control', 'public', 'a', 'b', 'cache-control', 'max-age=5'],
    ['cache-control', '', 'a', 'b', 'cache-control', 'private, max-age=5'],
  ],
  [
    ['cache-control', 'no-store', 'cache-control', 'public'],
    ['cache-control', 'no-store', 'cache-control', ''],
  ],
  [
    ['Surrogate-Control', 'max-age=5', 'CDN-Cache-Control', 'x', 'Cloudflare-CDN-Cache-Control', 'y'],
    ['cache-control', 'private'],
  ],
  [
    ['X-Accel-Expires', '60', 'Edge-Control', 'x', 'Expires', 'z', 'ETag', '"a"'],
    ['Expires', 'z', 'ETag', '"a"', 'cache-control', 'private'],
  ],
])('%j becomes %j', (headers, expected) => expect(withoutSharedCaching(headers)).toEqual(expected))

import { describe, expect, test } from 'vitest'
import { apiKeyFile, testApiKey } from '../../../../tests/support/api-keys.ts'
import { type KeyRecord, readApiKeyFile } from './api-key-file.ts'

const one = testApiKey('partner', { claims: { plan: 'gold' }, expires: '2026-06-01T00:00:00.000Z' })
const other = testApiKey('partner', { revoked: '2026-03-03T00:00:00.000Z' })

test('what is written is what is read, a key a line, and nothing of a secret', () => {
  const text = apiKeyFile([one, other])
  expect(readApiKeyFile(text)).toMatchObject({ ok: true, file: { keys: [one.record, other.record] } })
  expect(text.split('\n').filter((line) => line.includes('"id"'))).toHaveLength(2)
  for (const key of [one, other]) expect(text).not.toContain(key.text.slice(22))
  expect(readApiKeyFile(apiKeyFile([]))).toMatchObject({ ok: true, file: { keys: [] } })
})

test('the members of a key may stand in any order', () => {
  const { keys } = JSON.parse(apiKeyFile([one])) as { keys: [KeyRecord] }
  const turned = Object.fromEntries(Object.entries(keys[0]).reverse())
  expect(readApiKeyFile(apiKeyFile([turned as unknown as KeyRecord]))).toMatchObject({ ok: true, file: { keys: [one.record] } })
})

describe('what is refused', () => {
  const whole = apiKeyFile([one])
  test.each([
    ['nothing', '', 'at offset 0'],
    ['half of it', whole.slice(0, -20), 'at offset'],
    ['a list', '[]', 'is not an object with'],
    ['no keys', '{"version":1,"hmacKey":"0123456789abcdef"}', 'is not an object with'],
    ['more than there is', whole.replace('"version"', '"more": 1, "version"'), 'is not an object with'],
    ['another version', whole.replace('"version": 1', '"version": 2'), 'another version'],
    ['a name twice', whole.replace('"version": 1', '"version": 1, "version": 1'), 'at offset'],
    ['no fingerprint', whole.replace(/"hmacKey": "[^"]*"/, '"hmacKey": ""'), 'not a fingerprint'],
    ['keys by id', whole.replace(/\[\n/, '{"a":[').replace(/\n {2}\]/, ']}'), '`keys` that are not a list'],
    ['a key that is none', apiKeyFile([null as unknown as KeyRecord]), '`keys[0]` is not an object'],
  ])('%s', (_, text, message) => {
    const read = readApiKeyFile(text)
    expect(read).toEqual({ ok: false, message: expect.stringContaining(message) })
  })

  test.each<readonly [string, object, string]>([
    ['an unknown member', { scopes: [] }, 'is not an object'],
    ['an id of another length', { id: 'abc' }, '`id`'],
    ['no identity', { identity: '' }, '`identity`'],
    ['a subject that is no text', { subject: 1 }, '`subject`'],
    ['no subject', { subject: '' }, '`subject`'],
    ['claims that are a list', { claims: [] }, '`claims`'],
    ['a claim that is the subject', { claims: { sub: 'other' } }, '`sub`'],
    ['a mac that is short', { mac: one.record.mac.slice(1) }, '`mac`'],
    ['a mac that is spelled otherwise', { mac: `${one.record.mac.slice(0, -1)}B` }, '`mac`'],
    ['no time of making', { created: null }, '`created`'],
    ['a time in other words', { created: '2026-03-02' }, '`created`'],
    ['a time that there is not', { expires: '2026-02-30T00:00:00.000Z' }, '`expires`'],
    ['an end that is a number', { expires: 1 }, '`expires`'],
    ['revoked as yes and no', { revoked: false }, '`revoked`'],
    ['revoked as a text', { revoked: '' }, '`revoked`'],
  ])('%s', (_, changes, message) => {
    const read = readApiKeyFile(apiKeyFile([other, { ...one.record, ...changes } as KeyRecord]))
    expect(read).toEqual({ ok: false, message: expect.stringMatching(/^has an error: `keys\[1\]` /) })
    expect(read.ok || read.message).toContain(message)
  })

  test('bytes that are no UTF-8', () => {
    const bytes = Buffer.from(whole.replace('gold', 'g\u00f6ld'), 'latin1')
    expect(readApiKeyFile(bytes)).toEqual({ ok: false, message: 'is not UTF-8' })
    expect(readApiKeyFile(Buffer.from(whole))).toMatchObject({ ok: true })
  })

  test('two keys of one id', () => {
    const { id } = one.record
    expect(readApiKeyFile(apiKeyFile([one, { ...other.record, id }]))).toMatchObject({
      message: expect.stringContaining('`keys[1].id`'),
    })
  })

  test('a member that is missing, whichever', () => {
    for (const name of Object.keys(one.record)) {
      const { [name as keyof KeyRecord]: _, ...rest } = one.record
      expect(readApiKeyFile(apiKeyFile([rest as KeyRecord])), name).toMatchObject({ ok: false })
    }
  })
})

import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { refusals } from '../../../request/index.ts'
import { credentialRefusals } from '../../identity/index.ts'
import { abortCodes } from './abort-codes.ts'
import { proxyErrors, refusedBefore } from './proxy-errors.ts'

const docs = new URL('../../../docs/reference/errors/', import.meta.url)

test('each code has a page, and each page a code', () => {
  const pages = readdirSync(docs).filter((name) => name !== 'README.md')
  expect(pages.toSorted()).toEqual(
    Object.keys(proxyErrors)
      .map((code) => `${code}.md`)
      .toSorted(),
  )
})

test('one code means one thing', () => {
  const owners = [Object.keys(proxyErrors), Object.keys(refusals), Object.keys(credentialRefusals), Object.keys(abortCodes)]
  const all = owners.flat()
  const twice = all.filter((code, index) => all.indexOf(code) !== index)
  // The same limit, found by Node's parser or by ours.
  expect(twice).toEqual(['headers-too-large'])
  expect(proxyErrors['headers-too-large'].status).toBe(refusals['headers-too-large'][0])
})

test('each status of a request that is refused early has its words', () => {
  for (const [status] of Object.values(refusals)) expect(refusedBefore[status]).toBeDefined()
})

import { expect, test } from 'vitest'
import { findingsIn } from './test-exact.ts'

const covered =
  'permit a on orders.list to staff\n// iap-ignore IAP5034: it is for the auditors\npermit b on orders.list to manager'
/** Texts differ in too many ways by it. */
const hard = 'caller.sub.matches("^(a|b)*a(a|b){18}$")'

test('where too much is asked, no comment is told of that it is without use', () => {
  expect(findingsIn('IAP5034', covered)).toEqual([])
  expect(findingsIn('IAP5003', covered)).toEqual([])
  expect(findingsIn('IAP5003', covered.replace('to staff', 'to partner'))).toHaveLength(1)
  expect(findingsIn('IAP5003', covered.replace('to manager', `to manager when ${hard}`))).toEqual([])
  const elsewhere = `permit c on orders.read to staff when ${hard}`
  expect(findingsIn('IAP5003', `${covered.replace('to staff', 'to partner')}\n${elsewhere}`)).toEqual([])
})

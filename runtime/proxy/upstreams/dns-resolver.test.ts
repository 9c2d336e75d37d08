import type { LookupAddress } from 'node:dns'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DnsResolver } from './dns-resolver.ts'

const one: LookupAddress[] = [{ address: '10.0.0.1', family: 4 }]

let answer: () => Promise<LookupAddress[]>
let told: string[]
let watch: DnsResolver

beforeEach(() => {
  vi.useFakeTimers()
  told = []
})

afterEach(() => {
  watch.close()
  vi.useRealTimers()
})

function follow(): void {
  watch = new DnsResolver('orders.internal', {
    resolve: (name) => {
      told.push(`? ${name}`)
      return answer()
    },
    interval: 1000,
    onAddresses: (found) => told.push(found.map(({ address }) => address).join()),
    onFailure: (message) => told.push(`! ${message}`),
  })
}

test('asks at once and again and again, and tells of failures once', async () => {
  answer = async () => one
  follow()
  await vi.advanceTimersByTimeAsync(0)
  expect(told.splice(0)).toEqual(['? orders.internal', '10.0.0.1'])
  answer = () => Promise.reject(new Error('no server'))
  await vi.advanceTimersByTimeAsync(2000)
  expect(told.splice(0)).toEqual(['? orders.internal', '! no server', '? orders.internal'])
  answer = async () => one
  await vi.advanceTimersByTimeAsync(1000)
  expect(told.splice(0)).toEqual(['? orders.internal', '10.0.0.1'])
  answer = async () => []
  await vi.advanceTimersByTimeAsync(1000)
  expect(told).toEqual(['? orders.internal', '! it has no address'])
})

test('never asks twice at a time, and nothing once it is closed', async () => {
  let late: (found: LookupAddress[]) => void = () => {}
  answer = () =>
    new Promise((resolve) => {
      late = resolve
    })
  follow()
  await vi.advanceTimersByTimeAsync(5000)
  expect(told).toEqual(['? orders.internal'])
  watch.close()
  late(one)
  await vi.advanceTimersByTimeAsync(5000)
  expect([told, vi.getTimerCount()]).toEqual([['? orders.internal'], 0])
})

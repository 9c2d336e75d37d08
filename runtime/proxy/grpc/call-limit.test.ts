import { expect, test } from 'vitest'
import { grpcTimeout } from './call-limit.ts'

test('in each unit', () => {
  expect(['2H', '3M', '4S', '5m', '6000u', '7000000n', '0S'].map(grpcTimeout)).toEqual([7_200_000, 180_000, 4000, 5, 6, 7, 0])
  expect(grpcTimeout('99999999H')).toBe(99_999_999 * 3_600_000)
})

test('anything else says nothing', () => {
  const texts = [undefined, '', '5', 'S', '5s', '5 S', ' 5S', '5S ', '-5S', '1.5S', '123456789S', '5SS', '٥S']
  expect(texts.map(grpcTimeout)).toEqual(texts.map(() => null))
})

import { expect, test } from 'vitest'
import { CheckEvents } from './check-events.ts'

test('listeners hear their own event, in order, with its values', () => {
  const events = new CheckEvents()
  const heard: string[] = []
  events.on('data', (text: string) => void heard.push(`first ${text}`))
  events.on('close', () => void heard.push('close'))
  events.on('data', (text: string) => void heard.push(`second ${text}`))
  events.emit('data', 'a')
  expect(heard).toEqual(['first a', 'second a'])
})

test('`once` hears one event, and `off` removes the listener that was added last', () => {
  const events = new CheckEvents()
  const heard: string[] = []
  const listener = () => void heard.push('both')
  events.once('close', () => void heard.push('once'))
  events.on('close', listener).on('close', listener).off('close', listener)
  events.emit('close')
  events.emit('close')
  expect(heard).toEqual(['once', 'both', 'both'])
})

test('what changes during an event holds from the next one on', () => {
  const events = new CheckEvents()
  const heard: string[] = []
  const removed = () => void heard.push('removed')
  events.on('close', () => {
    events.off('close', removed)
    events.on('close', () => void heard.push('added'))
  })
  events.on('close', removed)
  events.emit('close')
  expect(heard).toEqual(['removed'])
  events.emit('close')
  expect(heard).toEqual(['removed', 'added'])
})

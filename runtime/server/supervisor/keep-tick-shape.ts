import { executionAsyncResource } from 'node:async_hooks'

const held: object[] = []

/**
 * Keeps one of the objects that Node makes for each `process.nextTick`. V8 holds the shape of such an object only while there is
 * one: where it collects all memory in a moment without any (a policy of many routes is loaded, nobody asks for anything), the
 * next one has another shape, and what was compiled for the first is given up for good. Each request then costs a tenth more, for
 * as long as the process lives. To be called before anything else is done.
 */
export function keepTickShape(): void {
  process.nextTick(() => held.push(executionAsyncResource()))
}

import type { SharedFile } from '../share/index.ts'

/** An example as the build writes it to `examples.json`. */
export interface Example {
  readonly name: string
  readonly title: string
  readonly open: string
  /** Name of the test whose request is shown first. */
  readonly test: string
  readonly files: readonly SharedFile[]
}

/** @throws Error if the file cannot be loaded */
export async function loadExamples(): Promise<readonly Example[]> {
  const response = await fetch('examples.json', { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`examples.json: status ${response.status}`)
  return (await response.json()) as readonly Example[]
}

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', '.tsbuild/**'],
    testTimeout: 30_000,
    // One less than there are cores where left out; most tests wait for processes of their own.
    maxWorkers: 2,
  },
})

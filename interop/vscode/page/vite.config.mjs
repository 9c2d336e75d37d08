import { defineConfig } from 'vite'

/** The packages of the workbench import their style sheets as texts. */
const styleSheetsAsTexts = {
  name: 'style-sheets-as-texts',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (!source.endsWith('.css')) return undefined
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true })
    return resolved === null ? undefined : { ...resolved, id: `${resolved.id}?inline` }
  },
}

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  build: { target: 'esnext', minify: false, reportCompressedSize: false },
  worker: { format: 'es' },
  plugins: [styleSheetsAsTexts],
})

import { serveStdio } from '../../language-server/stdio/index.ts'
import { defineCommand } from '../command.ts'
import { readDiagnosticsPage } from '../formats/diagnostics-page.ts'

export const lsp = defineCommand({
  name: 'lsp',
  summary: 'Serve editors: the Language Server Protocol on standard input and output',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: { stdio: { type: 'boolean', help: 'Accepted for editors that always pass it: there is no other transport' } },
  more: `An editor starts it; \`iap docs editors\` says how. It reads the policies of the opened folders, and unsaved texts from
the editor. It ends when the editor does.`,
  async run(io) {
    const page = readDiagnosticsPage(io)
    const pageOf = (code: string) => page?.uriOf(code) ?? null
    serveStdio(process.stdin, process.stdout, pageOf, (reason) => io.stderr.write(`iap lsp: ${reason}\n`))
    // The connection ends the process.
    await new Promise(() => {})
    return 0
  },
})

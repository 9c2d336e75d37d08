import { LSPPlugin } from '@codemirror/lsp-client'
import { type Extension, RangeSet, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

/** Milliseconds without an edit before tokens are asked for. */
const SETTLED = 200

const setTokens = StateEffect.define<DecorationSet>()

const tokens = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(known, { changes, effects }) {
    const found = effects.find((effect) => effect.is(setTokens))
    return found === undefined ? known.map(changes) : (found.value as DecorationSet)
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** Colors names and keywords by the semantic tokens of the language server. */
export function semanticColors(): Extension {
  return [
    tokens,
    ViewPlugin.define((view) => {
      let timer = setTimeout(ask, 0)
      function ask() {
        void paint(view).catch(() => {})
      }
      return {
        update({ docChanged }: ViewUpdate) {
          if (!docChanged) return
          clearTimeout(timer)
          timer = setTimeout(ask, SETTLED)
        },
        destroy: () => clearTimeout(timer),
      }
    }),
  ]
}

async function paint(view: EditorView): Promise<void> {
  const plugin = LSPPlugin.get(view)
  if (plugin === null) return
  const { client, uri } = plugin
  await client.initializing
  client.sync()
  const { doc } = view.state
  const { data } = await client.request<object, { readonly data: readonly number[] }>('textDocument/semanticTokens/full', {
    textDocument: { uri },
  })
  // An edit since asks again.
  if (view.state.doc !== doc) return
  const types = client.serverCapabilities?.semanticTokensProvider?.legend.tokenTypes ?? []
  const ranges = []
  for (let at = 0, line = 0, character = 0; at + 4 < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(at, at + 4)
    line += down
    character = down === 0 ? character + right : right
    const from = doc.line(line + 1).from + character
    ranges.push(Decoration.mark({ class: `tok-${types[type]}` }).range(from, from + length))
  }
  view.dispatch({ effects: setTokens.of(RangeSet.of(ranges)) })
}

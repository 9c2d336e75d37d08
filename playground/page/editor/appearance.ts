import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Colors are custom properties of the page, which change with its theme. */
const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--iap-fg)', backgroundColor: 'var(--iap-bg)', fontSize: '0.875rem' },
  '&.cm-focused': { outline: '2px solid var(--iap-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--iap-mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--iap-fg)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--iap-fg)' },
  '.cm-gutters': { backgroundColor: 'var(--iap-bg)', color: 'var(--iap-muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--iap-hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--iap-selection)',
  },
  '.cm-panels, .cm-tooltip': {
    backgroundColor: 'var(--iap-raised)',
    color: 'var(--iap-fg)',
    border: '1px solid var(--iap-line)',
  },
  '.cm-tooltip': { borderRadius: '6px', maxWidth: 'min(36rem, 90vw)', fontSize: '0.8125rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--iap-accent)',
    color: 'var(--iap-on-accent)',
  },
  '.cm-tooltip-autocomplete .cm-completionDetail': { color: 'inherit', opacity: '0.8' },
  '.cm-lsp-documentation pre': { fontFamily: 'var(--iap-mono)', whiteSpace: 'pre-wrap' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--iap-selection)' },
  '.cm-diagnostic': { fontFamily: 'var(--iap-sans)' },
  '.cm-textfield, .cm-button': {
    backgroundColor: 'var(--iap-bg)',
    backgroundImage: 'none',
    color: 'var(--iap-fg)',
    border: '1px solid var(--iap-line)',
  },
  '.cm-coverage': { width: '0.5rem' },
  '.cm-coverage .cm-gutterElement > div': { height: '100%', width: '4px' },
  '.cm-covered-all': { backgroundColor: 'var(--iap-ok)' },
  '.cm-covered-some': { backgroundImage: 'linear-gradient(var(--iap-ok) 50%, var(--iap-bad) 50%)' },
  '.cm-covered-none': { backgroundColor: 'var(--iap-bad)' },
  '.tok-keyword': { color: 'var(--iap-accent)' },
  '.tok-type, .tok-class, .tok-interface, .tok-enum': { color: 'var(--iap-code-type)' },
  '.tok-method, .tok-function, .tok-event, .tok-namespace': { color: 'var(--iap-code-name)' },
  '.tok-property, .tok-parameter': { color: 'var(--iap-code-field)' },
})

const colors = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--iap-muted)' },
  { tag: [tags.string, tags.number], color: 'var(--iap-code-text)' },
])

export const appearance = [theme, syntaxHighlighting(colors)]

// <graphql-editor label="...">: a field for a GraphQL document, which completes, checks and colours it by a schema.
// `make client` bundles it with CodeMirror into static/editor.js, so that the console needs no network.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, temporarilySetTabFocusMode } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { getSchema, graphql, Position, updateSchema } from "cm6-graphql";
import { buildClientSchema, getIntrospectionQuery } from "graphql";
import { getTokenAtPosition, getTypeInfo } from "graphql-language-service";

export const INTROSPECTION = getIntrospectionQuery();

// The colours are the page's own, so that they follow its light and dark.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.modifier], color: "var(--accent)", fontWeight: "600" },
  { tag: tags.atom, color: "var(--accent)" },
  { tag: [tags.string, tags.number, tags.bool, tags.null, tags.special(tags.name), tags.variableName], color: "var(--good)" },
  { tag: [tags.comment, tags.punctuation, tags.attributeName], color: "var(--quiet)" },
]);
const look = EditorView.theme({
  "&": { fontSize: "13px", height: "22rem", border: "1px solid var(--line)", borderRadius: "6px", resize: "vertical", overflow: "hidden" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", overflow: "auto" },
  ".cm-content": { caretColor: "var(--front)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--front)", border: "1px solid var(--line)", maxWidth: "28rem" },
  ".cm-tooltip.cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--back)" },
});

/** The field that the word at the cursor stands for, with its type and its parent's; undefined where there is no schema yet. */
function under(state) {
  const at = state.selection.main.head, line = state.doc.lineAt(at), schema = getSchema(state);
  if (!schema) return undefined;
  const inside = (state.wordAt(at)?.from ?? at) + 1 - line.from; // at a word's end the language service would take what follows
  const { fieldDef, type, parentType } = getTypeInfo(schema, getTokenAtPosition(state.doc.toString(), new Position(line.number - 1, inside)).state);
  return { field: fieldDef?.name, type: type?.toString(), parent: parentType?.toString() };
}

class GraphqlEditor extends HTMLElement {
  // In a shadow root CodeMirror's styles are constructed sheets, which the page's strict policy allows.
  #view = new EditorView({ parent: this.attachShadow({ mode: "open" }), root: this.shadowRoot });

  connectedCallback() {
    this.#view.setState(EditorState.create({ doc: this.value, extensions: this.#extensions() }));
  }

  get value() {
    return this.#view.state.doc.toString();
  }

  set value(text) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  focus() {
    this.#view.focus();
  }

  /** What the answer to INTROSPECTION holds as its data. */
  set introspection(data) {
    updateSchema(this.#view, buildClientSchema(data));
  }

  #extensions() {
    const told = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
    // Escape, then Tab, leaves the field: without it nobody gets out by keyboard.
    const keys = Prec.highest(keymap.of([
      { key: "Mod-Enter", run: () => told("run") },
      { key: "F1", run: (view) => told("about", under(view.state)) },
    ]));
    return [
      keys,
      keymap.of([...completionKeymap, ...closeBracketsKeymap, ...lintKeymap, ...historyKeymap,
        { key: "Escape", run: temporarilySetTabFocusMode }, ...defaultKeymap, indentWithTab]),
      lineNumbers(), history(), lintGutter(), indentOnInput(), bracketMatching(), closeBrackets(), autocompletion(),
      syntaxHighlighting(colours), look, EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": this.getAttribute("label") }),
      graphql(),
    ];
  }
}

customElements.define("graphql-editor", GraphqlEditor);

// The query box of /sparql made comfortable: colours, history, completion. `npm run build` bundles it with CodeMirror.
// It stands in a shadow root, for there CodeMirror styles itself by a constructed sheet, which our policy allows; in the
// page it would need inline styles. What can be completed is read from the page's own summary of the data.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const KEYWORDS = "ASK BASE BIND BY CONSTRUCT COUNT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING LIMIT MAX MIN MINUS NOT OFFSET OPTIONAL ORDER PREFIX SELECT STR SUM UNION VALUES WHERE".split(" ");

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--should)", fontWeight: "bold" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--may)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--visited)" },
  { tag: tags.atom, color: "var(--must)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "2px solid var(--ink)", fontSize: "1rem", maxWidth: "46rem" },
  "&.cm-focused": { outline: "3px solid #e07b00", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, Consolas, monospace", lineHeight: "1.5", minHeight: "14rem", maxHeight: "32rem" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--soft)", borderRight: "1px solid var(--line)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--alert)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--ink)", maxWidth: "22rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "#fff", backgroundColor: "#14606f" },
});

const terms = [...document.querySelectorAll("[data-term]")].map((one) => ({
  label: one.dataset.term,
  type: one.dataset.kind,
  info: one.nextElementSibling.textContent.trim(),
}));
const keywords = KEYWORDS.map((label) => ({ label, type: "keyword" }));

function complete(context) {
  const word = context.matchBefore(/[?$]?[\w-]*(:[\w/-]*)?/);
  if (!word.text && !context.explicit) return null;
  const variables = new Set(context.state.doc.toString().match(/[?$]\w+/g) || []);
  variables.delete(word.text);
  const options = [...terms, ...keywords, ...[...variables].map((label) => ({ label, type: "variable" }))];
  return { from: word.from, options, validFor: /^[?$]?[\w-]*(:[\w/-]*)?$/ };
}

// Typed over a selection, the browser would keep its looks as inline styles, which the policy refuses; so we put it in.
function typeOver(event, view) {
  if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty) return false;
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  event.preventDefault();
  return true;
}

const box = document.getElementById("query");
const label = document.querySelector("label[for=query]");
const place = document.createElement("div");
place.className = "editor";
const root = place.attachShadow({ mode: "open" });
box.before(place);
const view = new EditorView({
  doc: box.value,
  root,
  parent: root,
  extensions: [
    lineNumbers(),
    history(),
    bracketMatching(),
    StreamLanguage.define(sparql),
    syntaxHighlighting(colours),
    autocompletion({ override: [complete] }),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "false" }),
    EditorView.domEventHandlers({ beforeinput: typeOver }),
    // The Tab key leaves the box, as it does everywhere.
    keymap.of([...completionKeymap, ...standardKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => { if (update.docChanged) box.value = update.state.doc.toString(); }),
  ],
});
box.hidden = true;
label.addEventListener("click", () => view.focus());

// What no template uses of the GOV.UK Design System is left out of the style sheet; of our own rules nothing is.
const components = ["button", "error-message", "error-summary", "hint", "input", "label", "select"];

module.exports = {
  css: ["service/static/built/site.css"],
  content: [
    "service/templates/*.html",
    ...components.map((name) => `node_modules/govuk-frontend/dist/govuk/components/${name}/template.njk`),
  ],
  safelist: { greedy: [/^(?!govuk)/] },
};

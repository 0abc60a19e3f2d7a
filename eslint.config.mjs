// Lint of the scripts and styles of our pages. Their ES modules are joined into one script when a page is written
// (gridplan/outputs/map/modules.py), so that no two may declare the same name: that is looked for in what was joined, build/*.js.
import css from "@eslint/css";
import js from "@eslint/js";
import globals from "globals";

const names = { ...globals.browser, L: "readonly", gridplanMap: "readonly" };
const modules = ["gridplan/app/web/*.js", "gridplan/batch/*.js", "gridplan/outputs/map/*.js", "gridplan/outputs/report/*.js"];

export default [
  {
    files: modules,
    languageOptions: { ecmaVersion: 2021, sourceType: "module", globals: names },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...js.configs.recommended.rules,
      "array-callback-return": "error",
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-shadow": "error",
      "no-irregular-whitespace": ["error", { skipTemplates: true }],
      "no-var": "error",
      "object-shorthand": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text from a proposal goes in as text: el(), replace()." },
        { property: "outerHTML", message: "Text from a proposal goes in as text: el(), replace()." },
        { property: "insertAdjacentHTML", message: "Text from a proposal goes in as text: el(), replace()." },
        { object: "document", property: "write" },
      ],
    },
  },
  {
    files: ["build/page.js", "build/residents.js"],
    languageOptions: { ecmaVersion: 2021, sourceType: "script", globals: names },
    rules: { "no-undef": "error", "no-unused-vars": "error", "no-redeclare": "error", "prefer-const": "error" },
  },
  {
    files: ["gridplan/app/web/*.css", "gridplan/batch/*.css", "gridplan/outputs/map/*.css", "gridplan/outputs/report/*.css"],
    plugins: { css },
    language: "css/css",
    rules: {
      ...css.configs.recommended.rules,
      "css/no-important": "off", // folium sets the size of its map in the element itself
      "css/use-baseline": "off",
      "css/no-invalid-properties": ["error", { allowUnknownVariables: true }], // look.css names the colours of both pages
    },
  },
];

// Lint of the review map's script and style. The page joins its scripts into one (gridplan/outputs/map/page.py), so names that
// nobody declares or uses are looked for in the joined script, build/page.js; everything else in the files themselves.
import css from "@eslint/css";
import js from "@eslint/js";
import globals from "globals";

const browser = { ecmaVersion: 2022, sourceType: "script", globals: { ...globals.browser, L: "readonly", gridplanMap: "readonly" } };

export default [
  {
    files: ["gridplan/batch/*.js", "gridplan/outputs/map/*.js", "gridplan/outputs/report/*.js", "build/page.js", "build/residents.js"],
    languageOptions: browser,
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  {
    files: ["gridplan/batch/*.js", "gridplan/outputs/map/*.js", "gridplan/outputs/report/*.js"],
    rules: {
      ...js.configs.recommended.rules,
      "no-undef": "off",
      "no-redeclare": "off",
      "no-unused-vars": "off",
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
  { files: ["build/page.js", "build/residents.js"], rules: { "no-undef": "error", "no-unused-vars": "error", "no-redeclare": "error", "prefer-const": "error" } },
  {
    files: ["gridplan/batch/*.css", "gridplan/outputs/map/*.css", "gridplan/outputs/report/*.css"],
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

// What the renderers of formulas say against formulas: a list of TeX on standard input, and on the last line of
// standard output, as JSON, for each of them three complaints, empty where the formula is shown.
// The folder with the renderers is the working directory.

const { readFileSync } = require("node:fs");
const load = require("node:module").createRequire(process.cwd() + "/");
const texs = JSON.parse(readFileSync(0, "utf8"));

async function mathjax(name) {
  const packages = { "[-]": ["noundefined"] };
  delete globalThis.MathJax;
  const made = await load(name).init({ loader: { load: ["input/tex"] }, tex: { packages } });
  const said = [];
  for (const tex of texs) {
    const shown = await made.tex2mmlPromise(tex, { display: true });
    said.push(shown.match(/data-mjx-error="([^"]*)"/)?.[1] ?? "");
  }
  return said;
}

function katex() {
  return texs.map((tex) => {
    try {
      load("katex").renderToString(tex, { displayMode: true, strict: "ignore" });
      return "";
    } catch (error) {
      return error.message;
    }
  });
}

(async () => {
  const all = [await mathjax("mathjax3"), await mathjax("mathjax4"), katex()];
  const told = JSON.stringify(texs.map((_, at) => all.map((said) => said[at])));
  process.stdout.write("\n" + told, () => process.exit(0));
})();

// Opens pages in headless Chromium and tells what is on them, as JSON.
//
// On standard input: {"chromium": path, "base": url, "pages": [{"path", "dark", "script", "tabs", "scroll",
// "screenshot", "clip"}]}; of a page only the path is needed.
// The folder with playwright-core is the working directory.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { chromium } = createRequire(process.cwd() + "/")("playwright-core");
const job = JSON.parse(readFileSync(0, "utf8"));
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** What a page shows; runs in the page. */
function look() {
  const visible = (element) => element.getClientRects().length > 0;
  const coloured = (element) => {
    const fill = element.tagName === "rect" ? getComputedStyle(element).fill : "";
    const colour = fill || getComputedStyle(element).backgroundColor;
    return !/^rgba\(.*, 0\)$|^transparent$|^none$/.test(colour);
  };
  const marks = (element) =>
    [...element.querySelectorAll('[style*="background"], rect[data-bgcolor], mark')].filter(coloured).length;
  const typeset = (element) => element.querySelector("mjx-container, .katex") !== null;
  const formulas = [...document.querySelectorAll(".arithmatex")];
  const errors = "mjx-merror, .katex-error, [data-mml-node='merror'], [data-mjx-error]";
  return {
    formulas: formulas.length,
    untypeset: formulas.filter((f) => !typeset(f)).map((f) => f.textContent),
    errors: [...document.querySelectorAll(errors)].map((e) => e.closest(".arithmatex")?.outerHTML.slice(0, 300)),
    stray: document.querySelectorAll("mjx-container, .katex").length
      - formulas.filter(typeset).length,
    marked: Object.fromEntries(
      [...document.querySelectorAll(".mdv-math")].map((f, at) => [f.id || `other-${at}`, marks(f)])),
    described: [...document.querySelectorAll(".mdv-math[aria-describedby]")].flatMap((f) =>
      f.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.id ?? null)),
    notes: [...document.querySelectorAll(".mdv-note")].filter(visible).map((n) => n.id),
    sources: document.querySelectorAll(".mdv-source").length,
    switches: [...document.querySelectorAll(".mdv-switch")].map((b) => b.getAttribute("aria-pressed")),
    title: document.title,
  };
}

async function settled(page) {
  await page.waitForFunction(() => window.mathIsReady === true, null, { timeout: 60000 });
}

async function focused(page, presses) {
  const found = [];
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press("Tab");
    found.push(await page.evaluate(() => {
      const element = document.activeElement;
      return element.getAttribute("href") || element.className || element.tagName;
    }));
  }
  return found;
}

async function visit(browser, wanted) {
  const context = await browser.newContext({
    colorScheme: wanted.dark ? "dark" : "light",
    javaScriptEnabled: wanted.script !== false,
    viewport: { width: 1100, height: 900 },
  });
  const page = await context.newPage();
  const told = { outside: [], console: [], dialogs: [] };
  page.on("request", (request) => {
    if (!request.url().startsWith(job.base) && !/^(data|blob):/.test(request.url())) told.outside.push(request.url());
  });
  page.on("console", (line) => { if (line.type() === "error") told.console.push(line.text()); });
  page.on("pageerror", (error) => told.console.push(String(error)));
  page.on("dialog", (dialog) => { told.dialogs.push(dialog.message()); dialog.dismiss(); });
  await page.goto(job.base + wanted.path, { waitUntil: "load" });
  if (wanted.script === false) {
    told.text = await page.locator("body").innerText();
    await context.close();
    return told;
  }
  await settled(page);
  told.page = await page.evaluate(look);
  if (wanted.scroll) await page.evaluate((y) => scrollTo(0, y), wanted.scroll);
  if (wanted.screenshot) await page.screenshot({ path: wanted.screenshot, fullPage: !wanted.clip, clip: wanted.clip });
  if (wanted.tabs) told.focus = await focused(page, wanted.tabs);
  if (told.page.switches.length) {
    await page.click(".mdv-switch");
    told.off = await page.evaluate(look);
    await page.reload({ waitUntil: "load" });
    await settled(page);
    told.reloaded = await page.evaluate(look);
  }
  await context.close();
  return told;
}

const browser = await chromium.launch({ executablePath: job.chromium, headless: true, args: FLAGS });
const results = [];
for (const wanted of job.pages) results.push(await visit(browser, wanted));
await browser.close();
process.stdout.write(JSON.stringify(results));

// People at browsers: each has a context of their own, as a person has a machine of their own.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./desk.mjs";

const need = createRequire(join(root, "target/desk-browser/"));
const { chromium } = need("playwright-core");
const axeSource = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");

let started;
export const browser = () => (started ??= chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
}));
export const close = async () => started && (await started).close();

/** The desk's own words, so that a line finds a button in each language. */
const folder = process.env.DESK_WORDS ?? join(root, "examples/desk/assets/words");
const words = Object.assign({}, ...readdirSync(folder).filter((one) => one.endsWith(".json") && !one.startsWith("casekit.")).map((one) => JSON.parse(readFileSync(join(folder, one), "utf8"))));
export const say = (key, language = "en") => {
  const word = words[key]?.[language];
  if (word === undefined) throw new Error(`the desk has no word ${key} in ${language}`);
  return word;
};

/** What the console of any page said, and any error of a script. A refusal is a line of the browser's own. */
export const consoleSaid = [];
const isRefusal = (text) => /^Failed to load resource: the server responded with a status of (403|404|409|421|422)/.test(text);
// What the browser says of a server that was killed.
const isCut = (text) => /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/.test(text);

export const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1360, height: 900 };

/** Somebody sits down at a browser: their context and first page, with their language and theme. */
export async function sit(desk, actor, { language = "en", theme = "light", script = true, size = WIDE, at = "/" } = {}) {
  const context = await (await browser()).newContext({
    baseURL: desk.url, viewport: size, javaScriptEnabled: script, reducedMotion: "reduce", locale: "en-GB", colorScheme: "light",
  });
  context.setDefaultTimeout(6000);
  const page = await context.newPage();
  await page.goto("/errors");
  await become(page, desk, { actor, language, theme });
  context.on("page", (one) => listen(one, desk));
  listen(page, desk);
  await page.goto(at);
  return page;
}

/** The demo's sign-in, as its menu does it. */
export async function become(page, desk, choice) {
  const form = { token: await token(page), ...choice };
  const answer = await page.request.post("/session", { form, headers: { origin: desk.url }, maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`the sign-in answered ${answer.status()}`);
}

export const token = (page) => page.locator("form[action='/session'] input[name=token]").first().getAttribute("value");

function listen(page, desk) {
  page.on("console", (message) => { if (!isRefusal(message.text()) && !(desk.killed && isCut(message.text()))) consoleSaid.push(`${page.url()}: ${message.text()}`); });
  page.on("pageerror", (error) => consoleSaid.push(`${page.url()}: ${error.message}`));
}

/** The violations of WCAG 2.2 AA and of good practice on a page, a line each. */
export async function barriers(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; ")}`);
  });
}

/** By how many pixels a page can be scrolled sideways, and what sticks out first. */
export const sideways = (page) => page.evaluate(() => {
  const root = document.scrollingElement, over = root.scrollWidth - innerWidth;
  if (over <= 0) return "";
  const wide = [...document.querySelectorAll("body *")].find((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1);
  return `${over} px, ${wide?.tagName.toLowerCase()}.${wide?.className}`;
});

/** The first words that a picture beside them lies over. */
export const covered = (page) => page.evaluate(() => {
  for (const picture of document.querySelectorAll("main svg")) {
    const over = picture.getBoundingClientRect();
    for (const words of picture.parentElement.childNodes) {
      if (words.nodeType !== Node.TEXT_NODE || !over.width) continue;
      const range = document.createRange();
      range.selectNode(words);
      // A pixel of either is no overlap.
      const lies = [...range.getClientRects()].some((one) => Math.min(one.right, over.right) - Math.max(one.left, over.left) > 1 && Math.min(one.bottom, over.bottom) - Math.max(one.top, over.top) > 1);
      if (lies) return words.textContent.trim();
    }
  }
  return "";
});

/** Waits until it is so, and says what it was at last if it never is. */
export async function until(what, within = 4000) {
  const end = Date.now() + within;
  let seen;
  for (;;) {
    try { seen = undefined; if (await what()) return; } catch (error) { seen = error; }
    if (Date.now() > end) throw seen ?? new Error(`was not so within ${within} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

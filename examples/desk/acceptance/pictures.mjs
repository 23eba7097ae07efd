// Photographs every screen and state; `pictures` says where to.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PHONE, become, browser, close, sit } from "./browser.mjs";
import { Desk, root } from "./desk.mjs";
import { SCREENS } from "./screens.mjs";

const keep = process.argv.includes("--keep");
const asked = process.argv.slice(2).filter((one) => !one.startsWith("--"));
const folder = join(root, "target/desk-browser/pictures");
if (!asked.length) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const desk = await Desk.start("pictures");
const page = await sit(desk, "petra");
const wide = page.viewportSize();

const WAYS = [
  { way: "light", language: "en", theme: "light" },
  { way: "dark", language: "de", theme: "dark" },
  { way: "phone", language: "en", theme: "light", size: PHONE },
  { way: "arabic", language: "ar", theme: "light" },
  { way: "paper", language: "en", theme: "light", paper: true },
];
let failed = 0;
for (const screen of SCREENS.filter((one) => !asked.length || asked.some((name) => one.name.startsWith(name)))) {
  for (const { way, language, theme, size, paper } of WAYS) {
    const file = join(folder, `${screen.name}.${way}`);
    try {
      await page.setViewportSize(size ?? wide);
      await become(page, desk, { actor: screen.actor, language, theme });
      await page.goto(screen.at);
      await screen.then?.(page);
      if (paper) {
        await page.pdf({ path: `${file}.pdf`, format: "A4", margin: { top: "12mm", bottom: "12mm", left: "12mm", right: "12mm" } });
        execFileSync("pdftoppm", ["-r", "60", "-singlefile", "-png", `${file}.pdf`, file]);
      } else {
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: `${file}.png`, fullPage: !screen.name.match(/^(palette|keys|menu)$/) });
      }
    } catch (error) {
      failed += 1;
      console.error(`pictures: ${screen.name}, ${way}: ${error.message.split("\n")[0]}`);
    }
  }
}
if (keep) {
  // As the window of a small laptop shows it.
  await page.setViewportSize({ width: 1320, height: 800 });
  await become(page, desk, { actor: "petra", language: "en", theme: "light" });
  await page.goto("/find?q=WEB-2048");
  const file = join(root, "docs/pictures/desk.png");
  await page.screenshot({ path: file });
  console.log(`pictures: docs/pictures/desk.png, ${statSync(file).size} bytes`);
}
// Contact sheets, to look at many at once: a row for each screen.
const made = readdirSync(folder).filter((one) => one.endsWith(".png") && !one.startsWith("sheet-"));
const names = [...new Set(made.map((one) => one.split(".")[0]))];
for (let from = 0; from < names.length; from += 6) {
  const rows = names.slice(from, from + 6).map((name) => `<h2>${name}</h2><div>${made.filter((one) => one.startsWith(`${name}.`)).map((one) => `<img src="${one}">`).join("")}</div>`);
  const sheet = join(folder, `sheet-${String(from / 6 + 1).padStart(2, "0")}`);
  writeFileSync(`${sheet}.html`, `<style>body{margin:12px;font:14px sans-serif}div{display:flex;gap:8px;align-items:start}img{max-width:23%;max-height:520px;border:1px solid #999}</style>${rows.join("")}`);
  const page = await (await browser()).newPage({ viewport: { width: 1900, height: 1000 } });
  await page.goto(`file://${sheet}.html`);
  await page.screenshot({ path: `${sheet}.png`, fullPage: true });
  await page.close();
}
console.log(`pictures: in ${folder}${failed ? `, ${failed} failed` : ""}`);
await close();
await desk.stop();
process.exit(failed ? 1 : 0);

// Photographs every screen and state; `pictures` says where to.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { PHONE, become, close, sit } from "./browser.mjs";
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
        await page.pdf({ path: `${file}.pdf`, format: "A4" });
        execFileSync("pdftoppm", ["-r", "60", "-singlefile", "-png", `${file}.pdf`, file]);
      } else {
        await page.screenshot({ path: `${file}.png`, fullPage: !screen.name.match(/^(palette|keys|menu)$/) });
      }
    } catch (error) {
      failed += 1;
      console.error(`pictures: ${screen.name}, ${way}: ${error.message.split("\n")[0]}`);
    }
  }
}
if (keep) {
  // Small enough for a page: a colour table, as a browser's window of a laptop shows it.
  await page.setViewportSize({ width: 1180, height: 760 });
  await become(page, desk, { actor: "petra", language: "en", theme: "light" });
  await page.goto("/find?q=WEB-2050");
  const file = join(root, "docs/pictures/desk.png");
  await page.screenshot({ path: `${file}.whole.png` });
  if (existsSync(`${file}.whole.png`)) execFileSync("convert", [`${file}.whole.png`, "-dither", "None", "-colors", "96", "-define", "png:compression-level=9", file]);
  unlinkSync(`${file}.whole.png`);
  console.log(`pictures: docs/pictures/desk.png, ${statSync(file).size} bytes`);
}
console.log(`pictures: in ${folder}${failed ? `, ${failed} failed` : ""}`);
await close();
await desk.stop();
process.exit(failed ? 1 : 0);

// Every screen and state: no barrier in both themes, both directions, on a phone; nothing sticks out; small and soon there.
import assert from "node:assert/strict";
import { PHONE, barriers, become, covered, sideways, sit } from "../browser.mjs";
import { line, look } from "../lines.mjs";
import { SCREENS } from "../screens.mjs";

/** What is looked at once a screen is loaded in a language: themes and sizes change without loading it anew. */
const WAYS = {
  en: [{ way: "light", theme: "light" }, { way: "dark", theme: "dark" }, { way: "phone", theme: "light", size: PHONE }],
  ar: [{ way: "rtl", theme: "dark" }],
};
const NARROW = { width: 320, height: 640 };

export default async function looks(desk) {
  const page = await sit(desk, "petra");
  look(page);
  const wide = page.viewportSize();
  for (const [language, ways] of Object.entries(WAYS)) for (const screen of SCREENS) {
    let shown = false;
    const show = async () => {
      if (shown) return;
      await page.setViewportSize(wide);
      await become(page, desk, { actor: screen.actor, language, theme: "light" });
      await page.goto(screen.at);
      await screen.then?.(page);
      shown = true;
    };
    for (const { way, theme, size } of ways) await line(`A.${way}`, `no barrier: ${screen.name}`, async () => {
      await show();
      await page.locator("html").evaluate((html, theme) => { html.dataset.theme = theme; }, theme);
      await page.setViewportSize(size ?? wide);
      // What lies under the bar at the bottom can be scrolled from there: a phone that is tall enough shows all at once.
      if (size) await page.setViewportSize({ ...size, height: await page.evaluate(() => document.documentElement.scrollHeight + 120) });
      assert.deepEqual(await barriers(page), []);
    });
    await line(`O.${language}`, `no picture lies over words: ${screen.name}`, async () => {
      await show();
      await page.setViewportSize(wide);
      assert.equal(await covered(page), "");
    });
    await line(`W.${language}`, `320 px without sideways scrolling: ${screen.name}`, async () => {
      await show();
      await page.setViewportSize(NARROW);
      assert.equal(await sideways(page), "");
    });
  }
  await page.setViewportSize(wide);
  await become(page, desk, { actor: "petra", language: "en", theme: "light" });

  await line("P.1", "on paper: no frame, no buttons, no form; instants and not distances; the customer's notes by a word", async () => {
    await page.goto("/find?q=WEB-2048");
    await page.emulateMedia({ media: "print" });
    for (const gone of ["nav#nav", "header.bar", "form#write", "main .button", ".facts summary"]) assert.equal(await page.locator(gone).first().isVisible(), false, gone);
    assert.equal(await page.locator("time .paper").first().isVisible(), true);
    assert.equal(await page.locator("time .screen").first().isVisible(), false);
    assert.equal(await page.locator(".note .sees").first().isVisible(), true);
    assert.ok(await page.locator(".steps .box .state").first().isVisible(), "boxes keep their word");
    assert.match(await page.locator("#head .due").innerText(), /^Due\s+\d{4}-/, "no distance that an instant follows");
    // As wide as A4 between its margins.
    await page.setViewportSize({ width: 703, height: 1000 });
    await become(page, desk, { actor: "mara" });
    await page.goto("/cases");
    const title = await page.locator("main .list tbody th").first().boundingBox();
    assert.ok(title.width > 140, `a title has room beside its times: ${title.width}`);
    await page.setViewportSize(wide);
    await page.emulateMedia({ media: null });
    await become(page, desk, { actor: "petra" });
  });
  await line("F.1", "forced colours and larger text leave everything readable", async () => {
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto("/find?q=WEB-2048");
    assert.ok(await page.locator(".steps .box").first().evaluate((one) => getComputedStyle(one).borderTopStyle !== "none"));
    await page.emulateMedia({ forcedColors: null });
    await page.setViewportSize({ width: 680, height: 450 });
    assert.equal(await sideways(page), "", "200 % zoom of a window 1360 wide");
    await page.setViewportSize(wide);
  });
  await line("F.2", "nobody is shown text smaller than 12 px", async () => {
    await page.goto("/find?q=WEB-2048");
    const small = await page.evaluate(() => {
      const isSeen = (one) => one.checkVisibility?.({ opacityProperty: true }) && !one.closest(".sr, .skip, [aria-hidden]");
      const texts = [...document.querySelectorAll("body *")].filter((one) => isSeen(one) && [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim()));
      return texts.filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12).map((one) => `${one.tagName}.${one.className}: ${getComputedStyle(one).fontSize}`);
    });
    assert.deepEqual(small, []);
  });
  await line("T.1", "the first page: below 100 ms from request to last byte (median of 50), below 100 kB without fonts", async () => {
    const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
    const took = [];
    for (let time = 0; time < 50; time += 1) {
      const began = performance.now();
      await (await fetch(desk.url, { headers: { cookie } })).text();
      took.push(performance.now() - began);
    }
    took.sort((a, b) => a - b);
    const sizes = {};
    const seen = (answer) => answer.body().then((body) => (sizes[new URL(answer.url()).pathname] = body.length), () => undefined);
    const fresh = await sit(desk, "petra", { at: "about:blank" });
    fresh.on("response", seen);
    await fresh.goto("/", { waitUntil: "load" });
    await fresh.waitForTimeout(300);
    await fresh.context().close();
    const bytes = Object.entries(sizes).filter(([path]) => !path.endsWith(".woff2")).reduce((sum, [, size]) => sum + size, 0);
    console.log(`        ${took[25].toFixed(1)} ms (${took[0].toFixed(1)} to ${took[49].toFixed(1)}), ${(bytes / 1000).toFixed(1)} kB`);
    assert.ok(took[25] < 100 && bytes < 100_000 && bytes > 10_000);
  });
  await page.context().close();
}

// The frame that every screen stands in: who you are, languages, themes, finding, keys, the palette.
import assert from "node:assert/strict";
import { become, say, sit, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";

export default async function frame(desk) {
  const page = await sit(desk, "petra");
  look(page);
  const html = page.locator("html"), palette = page.locator("#palette"), find = page.locator("#find");

  await line("0.1", "the start page is My cases, with the exact count at the side, in the head and on the tab", async () => {
    assert.equal(await page.locator("h1").textContent(), say("my_cases"));
    const rows = await page.locator("li.row").count();
    assert.ok(rows > 0);
    for (const place of ["nav#nav a[aria-current=page] .count", "main header strong", "nav.tabs a[aria-current=page] .count"]) {
      assert.equal(await page.locator(place).textContent(), String(rows), place);
    }
  });
  await line("0.2", "the menu says that it is a demo; another actor is chosen with it, and comes back to the same page", async () => {
    await page.goto("/?of=held");
    await page.locator(".who summary").click();
    assert.equal(await page.locator(".who .menu > p").first().textContent(), say("act_as"));
    await page.locator(".who button[value=quin]").click();
    await page.waitForURL("**/?of=held");
    assert.match(await page.locator(".who .name").textContent(), /Quin Okoro/);
  });
  await line("0.3", "each language is said by the page, and Arabic runs from right to left", async () => {
    for (const [language, direction] of [["de", "ltr"], ["ar", "rtl"], ["en", "ltr"]]) {
      await page.locator(".who summary").click();
      await page.locator(`.who button[value=${language}]`).click();
      await until(async () => (await html.getAttribute("lang")) === language);
      assert.equal(await html.getAttribute("dir"), direction);
      assert.equal(await page.locator("h1").textContent(), say("my_cases", language));
      const nav = await page.locator("#nav").boundingBox(), main = await page.locator("#main").boundingBox();
      assert.equal(nav.x < main.x, direction === "ltr", "the side is where reading begins");
    }
  });
  await line("0.4", "light and dark are chosen, or follow the system", async () => {
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const chosen = {};
    for (const theme of ["light", "dark", "system"]) {
      await become(page, desk, { theme });
      await page.reload();
      chosen[theme] = await ground();
    }
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(chosen.light, chosen.dark);
    assert.equal(chosen.system, chosen.light);
    assert.equal(await ground(), chosen.dark);
    await page.emulateMedia({ colorScheme: "light" });
    await become(page, desk, { theme: "light", actor: "petra" });
  });
  await line("0.5", "/ goes to the one search field; a number and a reference lead to their case", async () => {
    await page.goto("/");
    await page.keyboard.press("/");
    assert.ok(await find.evaluate((one) => one === document.activeElement));
    await page.keyboard.type("C-12");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/cases/C-000012");
    await find.fill("WEB-2046");
    await find.press("Enter");
    await page.waitForURL("**/cases/C-*");
    assert.match(await page.locator("#facts").textContent(), /WEB-2046/);
  });
  await line("0.6", "the palette finds a number, a customer and a word, and Enter goes there", async () => {
    await page.keyboard.press("Escape");
    for (const [text, hit] of [["C-7", "C-000007"], ["wardrobe", "wardrobe"], ["WEB-2047", "Jürgen Groß"]]) {
      await page.goto("/");
      await page.keyboard.press("Control+k");
      await page.keyboard.type(text);
      await palette.locator("li", { hasText: hit }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/cases/C-*");
      assert.ok((await page.locator("main header").first().textContent()).includes(hit));
    }
    await page.keyboard.press("Control+k");
    await page.keyboard.type("Jürgen");
    await palette.locator("li", { hasText: say("customer") }).first().waitFor();
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "hidden" });
  });
  await line("0.7", "j and k walk through the rows, Enter opens, g m comes back", async () => {
    await page.goto("/");
    const titles = await page.locator("li.row .title").allTextContents();
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press("j");
    assert.equal(await focused(), titles[0]);
    await page.keyboard.press("j");
    assert.equal(await focused(), titles[1]);
    await page.keyboard.press("k");
    assert.equal(await focused(), titles[0]);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/cases/*");
    assert.equal(await page.locator("h1").textContent(), titles[0]);
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.waitForURL((url) => url.pathname === "/");
  });
  await line("0.8", "? shows the keys; single keys can be switched off, and stay off", async () => {
    await page.keyboard.press("?");
    await page.locator("#keys").waitFor();
    await page.locator("#single").uncheck();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.keyboard.press("j");
    assert.equal(await page.locator("li.row.at").count(), 0);
    await page.keyboard.press("?");
    await page.locator("#single").check();
    await page.locator("#keys button").click();
    await page.keyboard.press("j");
    assert.equal(await page.locator("li.row.at").count(), 1);
  });
  await line("0.9", "keys never fire while somebody types, nor in a dialog", async () => {
    await page.goto("/cases/C-000012");
    await page.locator("#text").fill("");
    await page.locator("#text").focus();
    await page.keyboard.type("tcje? /");
    assert.equal(await page.locator("#text").inputValue(), "tcje? /");
    assert.ok(page.url().includes("/cases/C-000012"));
    await page.locator("#text").fill("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.keyboard.press("c");
    assert.ok(page.url().includes("/cases/C-000012"));
    await page.keyboard.press("Escape");
  });
  await line("0.10", "the first Tab goes to the skip link, which leads to the content", async () => {
    await page.goto("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    assert.ok((await page.locator("a.skip").boundingBox()).y >= 0, "it is seen");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  });
  await line("0.11", "an address that leads nowhere says so in the frame; a case that is not there too", async () => {
    for (const address of ["/nowhere", "/cases/C-999999"]) {
      const answer = await page.goto(address);
      assert.equal(answer.status(), 404, address);
      assert.equal(await page.locator("nav#nav").count(), 1);
      assert.ok((await page.locator(".problem p").first().textContent()).length > 5);
    }
  });
  await line("0.12", "the IT administrator, who may read no case, lands on Cases with errors", async () => {
    await become(page, desk, { actor: "ivo" });
    await page.goto("/");
    assert.equal(new URL(page.url()).pathname, "/errors");
  });
  await page.context().close();
}

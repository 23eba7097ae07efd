// Day 2, once in each language and once without script: from My cases to the decision.
import assert from "node:assert/strict";
import { say, sit, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";

/** How it is run, and the request that it decides: each mode has one of its own. */
const MODES = [
  { mode: "en", language: "en", script: true, request: "WEB-2046" },
  { mode: "de", language: "de", script: true, request: "WEB-2047" },
  { mode: "ar", language: "ar", script: true, request: "WEB-2053" },
];

export default async function decision(desk) {
  for (const mode of MODES) await decide(desk, mode);
}

async function decide(desk, { mode, language, script, request }) {
  const page = await sit(desk, "quin", { language, script });
  look(page);
  const n = (number) => `${number}${mode}`;
  const word = (key) => say(key, language);
  const box = (place) => page.locator(".steps .box").nth(place);
  await page.goto(`/find?q=${request}`);
  const at = new URL(page.url()).pathname;

  await line(n("14."), "the boxes: Identification is ready, the others are locked and say what they wait for", async () => {
    await page.locator("header .button.primary", { hasText: word("take") }).click();
    await until(async () => (await page.locator("#head .held").textContent()).includes("Quin Okoro"));
    const boxes = page.locator(".steps .box");
    assert.match(await boxes.nth(0).getAttribute("class"), /ready/);
    const name = (await boxes.nth(0).locator("h2").textContent()).trim();
    assert.ok(await boxes.count() >= 4);
    for (const place of [1, 2]) {
      assert.match(await boxes.nth(place).getAttribute("class"), /locked/);
      const why = await boxes.nth(place).locator("p").first().textContent();
      assert.ok(why.startsWith(word("waits_for")) && why.includes(name), why);
      assert.equal(await boxes.nth(place).locator("a").count(), 0, "a locked box leads nowhere");
    }
  });
  await line(n("15a."), "a credential is hidden until Show", async () => {
    const value = page.locator("#facts").getByText("C01X00T478");
    assert.equal(await value.isVisible(), false);
    await page.locator("#facts details.secret summary").first().click();
    await value.waitFor();
    await page.locator("#facts details.secret summary").first().click();
  });
  await line(n("15b."), "Identification without a method: the error at the field and above, the title begins with it, what was typed stays", async () => {
    await box(0).locator("h2 a").click();
    await page.waitForURL("**/*open=identification*");
    await page.locator("#note").fill("She knew the\nlast order.");
    await page.locator("#panel button.primary").click();
    await page.locator(".problem").waitFor();
    assert.equal(await page.locator("#method").getAttribute("aria-invalid"), "true");
    assert.ok((await page.locator("#method-error").textContent()).length > 5);
    assert.equal(await page.locator("#method").getAttribute("aria-describedby"), "method-error");
    assert.equal(await page.locator(".problem a").getAttribute("href"), "#method");
    assert.equal((await page.locator("#note").inputValue()).replace(/\r/g, ""), "She knew the\nlast order.");
    assert.ok((await page.title()).startsWith(word("problem_title") ?? ""), await page.title());
    if (script) assert.ok(await page.locator(".problem").evaluate((one) => one === document.activeElement), "the problem has the focus");
    await page.locator(".problem a").click();
    if (script) assert.ok(await page.locator("#method").evaluate((one) => one === document.activeElement));
  });
  await line(n("15c."), "with a method the box is green and says who, when and how; both ways on are links", async () => {
    await page.locator("#panel input[name=credential]").first().check();
    await page.locator("#method").fill("Video call");
    await page.locator("#panel button.primary").click();
    await until(async () => (await box(0).getAttribute("class")).includes("done"));
    const by = await box(0).locator(".by").textContent();
    assert.ok(by.includes("Quin Okoro") && by.includes("Video call"), by);
    assert.equal(await box(0).locator("time[datetime]").count(), 1);
    for (const place of [1, 2]) assert.equal(await box(place).locator("h2 a").count(), 1);
    assert.equal(new URL(page.url()).pathname, at);
  });
  await line(n("9."), "Customer sees this: a ground and a word of its own; the next note is internal again", async () => {
    await page.locator("#text").fill(`We looked into it: ${mode}`);
    await page.locator(".segments label", { hasText: word("customer_sees") }).click();
    if (script) assert.ok(await page.locator("button .to-customer").isVisible(), "the button says who reads it");
    await page.locator("#write button.primary").click();
    const note = page.locator("li.note", { hasText: `We looked into it: ${mode}` });
    await note.waitFor();
    assert.match(await note.getAttribute("class"), /shown/);
    assert.ok((await note.locator(".sees").textContent()).includes(word("customer_sees")));
    assert.equal(await page.locator("#write input[value=internal]").isChecked(), true);
    assert.equal(await page.locator("#text").inputValue(), "");
    const grounds = await page.locator("li.note").evaluateAll((all) => new Set(all.map((one) => getComputedStyle(one.querySelector("div")).backgroundColor + getComputedStyle(one).backgroundColor)).size);
    if (await page.locator("li.note:not(.shown)").count()) assert.ok(grounds > 1, "notes that the customer sees look otherwise");
  });
  await line(n("8."), "a note, and a reply to it, which begins as internal", async () => {
    await page.locator("#text").fill(`First: ${mode}`);
    await page.locator("#write button.primary").click();
    const first = page.locator("li.note", { hasText: `First: ${mode}` });
    await first.waitFor();
    await first.locator(".reply").click();
    await page.locator("#text").fill(`Second: ${mode}`);
    assert.equal(await page.locator("#write input[value=internal]").isChecked(), true);
    await page.locator("#write button.primary").click();
    const second = page.locator("li.note", { hasText: `Second: ${mode}` });
    await second.waitFor();
    assert.equal(await first.getAttribute("data-depth"), "0");
    assert.equal(await second.getAttribute("data-depth"), "1");
  });
  await line(n("8x."), "an empty note: the error above the form, and nothing was added", async () => {
    const before = await page.locator("li.note").count();
    await page.locator("#text").fill("  ");
    await page.locator("#write button.primary").click();
    await page.locator(".problem").waitFor();
    assert.equal(await page.locator("li.note").count(), before);
  });
  await line(n("2x."), "it can be given back, and taken again", async () => {
    await page.goto(at);
    await page.locator("#head form[action$='/return'] button").click();
    await until(async () => (await page.locator("#head .held").textContent()) === word("nobody"));
    await page.locator("#head form[action$='/take'] button").click();
    await until(async () => (await page.locator("#head .held").textContent()).includes("Quin Okoro"));
  });
  await page.context().close();
}

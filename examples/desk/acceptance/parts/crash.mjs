// The power goes between a click and its answer: afterwards the click is there once, or not at all.
import assert from "node:assert/strict";
import { sit } from "../browser.mjs";
import { Desk } from "../desk.mjs";
import { line, look } from "../lines.mjs";

const TIMES = 8;

/** The page of a broken answer may come in between. */
const open = async (page) => {
  for (let time = 0; ; time += 1) {
    try { return await page.goto("/cases/C-000001"); } catch (error) { if (time === 5) throw error; }
    await new Promise((done) => setTimeout(done, 150));
  }
};

export default async function crash(first) {
  let desk = first;
  first.killed = true;
  const page = await sit(desk, "petra");
  look(page);
  let there = 0;
  await line("K.1", `killed ${TIMES} times between click and answer: the note is there once or not at all, and once when it is sent again`, async () => {
    for (let place = 0; place < TIMES; place += 1) {
      await open(page);
      const text = `Killed the ${place}th time`;
      await page.locator("#text").fill(text);
      const form = await page.locator("#write").evaluate((form) => Object.fromEntries(new FormData(form)));
      const isNote = (one) => one.url().endsWith("/notes") && one.method() === "POST";
      let answered = false;
      const hear = (one) => { if (isNote(one.request()) && one.status() === 303) answered = true; };
      page.on("response", hear);
      const asked = page.waitForRequest(isNote);
      const sent = page.locator("#write button.primary").click({ noWaitAfter: true, timeout: 3000 }).catch(() => undefined);
      await asked;
      // From before it was read until after it was answered.
      await new Promise((done) => setTimeout(done, 7 * place));
      await desk.stop("SIGKILL");
      await sent;
      page.off("response", hear);
      desk = await Desk.start(desk.name, { fresh: false, port: desk.port });
      await open(page);
      const seen = await page.locator("li.note", { hasText: text }).count();
      assert.ok(seen <= 1, `${text}: ${seen}`);
      if (answered) assert.equal(seen, 1, `${text}: it was answered, and is gone`);
      there += seen;
      const answer = await page.request.post("/cases/C-000001/notes", { form, headers: { origin: desk.url }, maxRedirects: 0 });
      assert.equal(answer.status(), 303, "the browser's own form works after the start: the key is kept");
      await page.reload();
      assert.equal(await page.locator("li.note", { hasText: text }).count(), 1, text);
    }
    console.log(`        ${there} of ${TIMES} were there before they were sent again`);
  });
  await line("K.2", "a page that was open finds the desk again by itself, and what it missed", async () => {
    await page.goto("/cases/C-000001");
    await page.locator("#live:not(.off)").waitFor();
    await desk.stop("SIGKILL");
    await page.locator("#live.off").waitFor();
    desk = await Desk.start(desk.name, { fresh: false, port: desk.port });
    const other = await sit(desk, "quin", { at: "/cases/C-000001" });
    await other.locator("#text").fill("While you were away");
    await other.locator("#write button.primary").click();
    await page.locator("li.note", { hasText: "While you were away" }).waitFor({ timeout: 15000 });
    await page.locator("#live:not(.off)").waitFor();
    await other.context().close();
  });
  await line("K.3", "a double click on a button does it once", async () => {
    await page.goto("/cases/C-000001");
    await page.locator("#text").fill("Clicked twice");
    await page.locator("#write button.primary").dblclick();
    await page.locator("li.note", { hasText: "Clicked twice" }).first().waitFor();
    await page.reload();
    assert.equal(await page.locator("li.note", { hasText: "Clicked twice" }).count(), 1);
  });
  await line("K.4", "going back and sending the page again does it once", async () => {
    await page.locator("#text").fill("Sent again from the page before");
    const form = await page.locator("#write").evaluate((form) => Object.fromEntries(new FormData(form)));
    for (let time = 0; time < 3; time += 1) {
      const answer = await page.request.post("/cases/C-000001/notes", { form, headers: { origin: desk.url }, maxRedirects: 0 });
      assert.equal(answer.status(), 303);
    }
    await page.goto("/cases/C-000001");
    assert.equal(await page.locator("li.note", { hasText: "Sent again from the page before" }).count(), 1);
  });
  await page.goto("about:blank");
  await page.context().close();
  return desk;
}

// Several browsers at once: what one does arrives at the others, and nobody loses what they typed.
import assert from "node:assert/strict";
import { say, sit, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";

export default async function together(desk) {
  const petra = await sit(desk, "petra"), quin = await sit(desk, "quin");
  look(petra, quin);
  const at = async (page, request) => { await page.goto(`/find?q=${request}`); return new URL(page.url()).pathname; };

  await line("L.1", "both pages say that they are live", async () => {
    for (const page of [petra, quin]) await until(async () => (await page.locator("#live").textContent()) === say("live"));
  });
  await line("13a", "what one takes leaves the other's list of untaken ones, without a reload", async () => {
    const row = (page) => page.locator("li.row", { hasText: "Jürgen Groß" });
    await quin.evaluate(() => { window.sameAsBefore = true; });
    await row(quin).locator("form button").waitFor();
    await row(petra).locator("form button").click();
    await petra.waitForURL("**/cases/C-*");
    await until(async () => (await row(quin).count()) === 0 || (await row(quin).locator("form button").count()) === 0);
    assert.ok(await quin.evaluate(() => window.sameAsBefore), "the page was not loaded anew");
  });
  await line("13b", "both take it at once: one has it, the other reads who", async () => {
    const address = await at(petra, "WEB-2046");
    await at(quin, "WEB-2046");
    // Both press the button of a page that was drawn before either of them had it.
    const press = async (page) => {
      const form = await page.locator("#head form[action$='/take_case']").evaluate((form) => Object.fromEntries(new FormData(form)));
      return page.request.post(`${address}/take_case`, { form, headers: { origin: desk.url }, maxRedirects: 0 });
    };
    const answers = await Promise.all([press(petra), press(quin)]);
    assert.deepEqual(answers.map((one) => one.status()).sort(), [303, 409]);
    const loser = answers.find((one) => one.status() === 409), winner = answers[0] === loser ? "Quin Okoro" : "Petra Lind";
    const text = (await loser.text()).replaceAll(/<bdi>|<\/bdi>/g, "");
    assert.match(text, /role="alert"/);
    assert.ok(text.slice(text.indexOf('role="alert"')).includes(winner), `the problem names ${winner}`);
    for (const page of [petra, quin]) await until(async () => (await page.locator("#head .held").textContent()).includes(winner));
  });
  await line("8a", "a note appears at the other while their half-written text, their caret and their choice stay", async () => {
    await at(quin, "WEB-2046");
    await quin.locator("#text").pressSequentially("She said that");
    await quin.locator("#text").evaluate((one) => one.setSelectionRange(3, 3));
    await quin.locator(".segments label").last().click();
    await quin.locator("#text").focus();
    await petra.locator("#text").fill("Written by Petra meanwhile");
    await petra.locator("#write button.primary").click();
    const note = quin.locator("li.note", { hasText: "Written by Petra meanwhile" });
    await note.waitFor();
    assert.match(await note.getAttribute("class"), /fresh/);
    assert.equal(await quin.locator("#text").inputValue(), "She said that");
    assert.deepEqual(await quin.locator("#text").evaluate((one) => [one === document.activeElement, one.selectionStart]), [true, 3]);
    assert.equal(await quin.locator("#write input[value=customer]").isChecked(), true);
  });
  await line("8b", "and is announced once, politely", async () => {
    const said = quin.locator("#said");
    assert.equal(await said.getAttribute("aria-live"), "polite");
    await until(async () => /Petra Lind[\s\S]*Written by Petra meanwhile/.test(await said.textContent()));
    assert.doesNotMatch(await said.textContent(), /UTC/, "no instants that stand there for paper alone");
  });
  await line("8c", "a half-written note is there again after a reload, and gone once it was added", async () => {
    await quin.reload();
    assert.equal(await quin.locator("#text").inputValue(), "She said that");
    await quin.locator("#write button.primary").click();
    await quin.locator("li.note", { hasText: "She said that" }).waitFor();
    assert.equal(await quin.locator("#text").inputValue(), "");
    await quin.reload();
    assert.equal(await quin.locator("#text").inputValue(), "");
  });
  await line("8d", "an open credential and a field with the focus stay as they are when something arrives", async () => {
    const address = await at(petra, "WEB-2049");
    await petra.goto(`${address}?open=approve_identification`);
    await petra.locator("#facts details.secret summary").first().click();
    await petra.locator("#method").pressSequentially("Video c");
    const seen = await petra.locator("li.note").count();
    await quin.goto(address);
    await quin.locator("#text").fill("A note from the side");
    await quin.locator("#write button.primary").click();
    await until(async () => (await petra.locator("li.note").count()) === seen + 1);
    assert.equal(await petra.locator("#method").inputValue(), "Video c");
    assert.ok(await petra.locator("#method").evaluate((one) => one === document.activeElement));
    assert.equal(await petra.locator("#facts details.secret").first().getAttribute("open"), "");
  });
  await line("L.2", "eight tabs of one browser: all hear, and the next page still answers at once", async () => {
    const tabs = [];
    for (let place = 0; place < 8; place += 1) {
      const tab = await quin.context().newPage();
      await tab.goto("/cases/C-000012");
      tabs.push(tab);
    }
    await petra.goto("/cases/C-000012");
    await petra.locator("#text").fill("Eight of you hear this");
    await petra.locator("#write button.primary").click();
    await Promise.all(tabs.map((tab) => tab.locator("li.note", { hasText: "Eight of you hear this" }).waitFor()));
    const began = Date.now();
    await tabs[7].goto("/");
    assert.ok(Date.now() - began < 4000, `${Date.now() - began} ms`);
    // The one that listens for all is closed: another takes its place.
    await quin.goto("about:blank");
    for (const tab of tabs.slice(0, 4)) await tab.close();
    await petra.locator("#text").fill("Four of you hear this");
    await petra.locator("#write button.primary").click();
    await Promise.all(tabs.slice(4, 7).map((tab) => tab.locator("li.note", { hasText: "Four of you hear this" }).waitFor()));
    for (const tab of tabs.slice(4)) await tab.close();
  });
  await line("L.3", "how long a note takes to the other browser: the median of 12 is below 1 s", async () => {
    await quin.goto("/cases/C-000012");
    await until(async () => (await quin.locator("#live").textContent()) === say("live"));
    const took = [];
    for (let place = 0; place < 12; place += 1) {
      await petra.locator("#text").fill(`Tick ${place}.`);
      const began = performance.now();
      const heard = quin.locator("li.note", { hasText: `Tick ${place}.` }).waitFor().then(() => took.push(performance.now() - began));
      await petra.locator("#write button.primary").click();
      await heard;
      await until(async () => (await petra.locator("#text").inputValue()) === "");
    }
    took.sort((a, b) => a - b);
    console.log(`        ${Math.round(took[6])} ms (${Math.round(took[0])} to ${Math.round(took[11])})`);
    assert.ok(took[6] < 1000);
  });
  await petra.context().close();
  await quin.context().close();
  await edits(desk);
}

/** What two people have open at once, and only one of them changes. */
async function edits(desk) {
  const amara = await sit(desk, "amara"), mara = await sit(desk, "mara");
  look(amara, mara);
  const save = async (page) => { await page.locator("main form[method=post] button.primary").last().click(); };
  const saved = (page) => page.waitForURL((url) => !url.pathname.endsWith("/edit"));

  await line("7y", "after a conflict, ticks that one left alone are those that the other set", async () => {
    const photos = (page) => page.locator("input[name='fields.we_have_seen'][value=photos]");
    for (const page of [amara, mara]) await page.goto("/cases/C-000007/edit");
    assert.equal(await photos(amara).isChecked(), false);
    await mara.locator("#title").fill("Photos came");
    await photos(mara).check();
    await save(mara);
    await saved(mara);
    await amara.locator("#description").fill("And nobody rang.");
    await save(amara);
    await amara.locator(".problem").first().waitFor();
    assert.equal(await photos(amara).isChecked(), true, "the form has what Mara ticked");
    await save(amara);
    await saved(amara);
    const seen = amara.locator("#facts dl div", { hasText: "We have seen" });
    assert.match(await seen.textContent(), /Photos/);
    assert.match(await amara.locator("main").textContent(), /And nobody rang\./);
  });
  await line("7z", "ticks that both changed are one's own, with a word for what they are now", async () => {
    const tick = (page, code) => page.locator(`input[name='fields.we_have_seen'][value=${code}]`);
    for (const page of [amara, mara]) await page.goto("/cases/C-000007/edit");
    await tick(mara, "photos").uncheck();
    await save(mara);
    await saved(mara);
    await tick(amara, "the_invoice").check();
    await save(amara);
    await amara.locator(".problem").first().waitFor();
    assert.deepEqual(await Promise.all(["photos", "the_invoice"].map((code) => tick(amara, code).isChecked())), [true, true]);
    const now = amara.locator(".field", { has: tick(amara, "photos") }).locator(".now");
    assert.match(await now.textContent({ timeout: 500 }), /—$/, "Mara left none");
    await save(amara);
    await saved(amara);
    assert.match(await amara.locator("#facts dl div", { hasText: "We have seen" }).textContent(), /Photos.*The invoice/);
  });
  await line("L.4", "the second page of My cases stays the second page when somebody commits something", async () => {
    await amara.goto("/?of=raised");
    const ids = () => amara.locator("li.row").evaluateAll((rows) => rows.map((one) => one.id));
    const first = await ids();
    await amara.locator("a[rel=next]").click();
    await amara.waitForURL(/after=/);
    await until(async () => (await amara.locator("#live").textContent()) === say("live"));
    const second = await ids();
    assert.ok(second.length > 0 && second.every((one) => !first.includes(one)), "two pages, and no row twice");
    const row = amara.locator("li.row", { hasNotText: "Closed" }).last();
    const number = (await row.getAttribute("id")).replace("row-", "");
    await amara.evaluate(() => { window.sameAsBefore = true; });
    await mara.goto(`/cases/${number}/edit`);
    await mara.locator("#title").fill("Renamed by Mara");
    await save(mara);
    await saved(mara);
    await amara.locator("li.row", { hasText: "Renamed by Mara" }).waitFor();
    assert.deepEqual(await ids(), second);
    assert.ok(await amara.evaluate(() => window.sameAsBefore), "the page was not loaded anew");
  });
  await amara.context().close();
  await mara.context().close();
}

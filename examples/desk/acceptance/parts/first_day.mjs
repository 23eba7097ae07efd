// Day 1, in each language and without script: case types, customers, raising, editing.
import assert from "node:assert/strict";
import { become, say, sit, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";

const MODES = [
  { mode: "en", language: "en", script: true },
  { mode: "de", language: "de", script: true },
  { mode: "ar", language: "ar", script: true },
  { mode: "plain", language: "en", script: false },
];

export default async function firstDay(desk) {
  for (const mode of MODES) await day(desk, mode);
  await together(desk);
  await ending(desk);
}

const save = (page) => page.locator("main form[method=post] button.primary").last().click();
/** The problem above a form, which has the focus where a script gives it. */
async function problemAt(page, field, script) {
  await page.locator(".problem").first().waitFor();
  assert.equal(await page.locator(`#${field}`).getAttribute("aria-invalid"), "true");
  const described = (await page.locator(`#${field}`).getAttribute("aria-describedby")).split(" ");
  assert.ok(described.includes(`${field}-error`));
  assert.ok((await page.locator(`#${field}-error`).textContent()).trim().length > 5);
  const link = page.locator(`.problem a[href='#${field}']`);
  if (script) assert.ok(await page.locator(".problem").first().evaluate((one) => one === document.activeElement), "the problem has the focus");
  await link.click();
  assert.ok(page.url().endsWith(`#${field}`) || (await page.locator(`#${field}`).evaluate((one) => one === document.activeElement)));
}

async function day(desk, { mode, language, script }) {
  const page = await sit(desk, "mara", { language, script });
  look(page);
  const n = (number) => `${number}${mode}`;
  const word = (key) => say(key, language);
  const type = `Warranty ${mode}`;
  const row = () => page.locator("tr.row", { hasText: type });

  await line(n("1."), "Mara makes a case type that is not active; it is listed as such, and switched on", async () => {
    await page.goto("/types");
    await page.locator("a[href='/types/new']").click();
    await page.locator("#name").fill(type);
    await page.locator("#description").fill("What still has a warranty");
    await page.locator("#active").selectOption("no");
    await save(page);
    await row().waitFor();
    const button = row().locator("button[role=switch]");
    assert.equal(await button.getAttribute("aria-checked"), "false");
    assert.ok((await button.textContent()).includes(word("inactive")));
    await button.click();
    await until(async () => (await row().locator("button[role=switch]").getAttribute("aria-checked")) === "true");
  });
  await line(n("1x."), "switching off says what it means before it is done", async () => {
    await row().locator("button[role=switch]").click();
    await page.waitForURL("**/off*");
    assert.ok((await page.locator("main").textContent()).includes(word("deactivate_means")));
    await page.locator("main a.quiet").click();
    assert.equal(await row().locator("button[role=switch]").getAttribute("aria-checked"), "true");
  });
  await line(n("2."), "its name a second time: an error at the field, and what was typed is still there", async () => {
    await page.goto("/types/new");
    await page.locator("#name").fill(type);
    await page.locator("#description").fill("Typed with care");
    await save(page);
    await problemAt(page, "name", script);
    assert.equal(await page.locator("#description").inputValue(), "Typed with care");
    assert.equal(await page.locator("#name").inputValue(), type);
  });
  await line(n("3."), "Amara finds «obi»: the profile of Ada Obi shows all six", async () => {
    await become(page, desk, { actor: "amara" });
    await page.goto("/customers");
    await page.locator("main input[type=search]").fill("obi");
    await page.locator("main input[type=search]").press("Enter");
    await page.locator("tr.row a", { hasText: "Ada Obi" }).click();
    assert.equal((await page.locator("h1").textContent()).trim(), "Ada Obi");
    const facts = await page.locator("dl.pairs dd").allTextContents();
    for (const place of [0, 1, 2, 3]) assert.ok(facts[place].trim().length > 1, `fact ${place}: ${facts[place]}`);
    assert.match(await page.locator("#next_of_kin").textContent(), /Robin Vale/);
    assert.match(await page.locator("#bank_accounts").textContent(), /3000/);
  });
  const customer = new URL(page.url()).pathname;
  await line(n("4a."), "Update customer info with an e-mail address that is none: an error at the field", async () => {
    await page.locator("main a[href$='/edit']").first().click();
    await page.locator("#email").fill("ada at example");
    await page.locator("#phone").fill("+49 40 1234");
    await save(page);
    await problemAt(page, "email", script);
    assert.equal(await page.locator("#phone").inputValue(), "+49 40 1234");
  });
  await line(n("4b."), "with one it is saved; the account number is still whole, for Mara, behind Show", async () => {
    await page.locator("#email").fill(`ada.${mode}@example.org`);
    await save(page);
    await page.waitForURL(`**${customer}*`);
    assert.match(await page.locator("main").textContent(), new RegExp(`ada\\.${mode}@example\\.org`));
    await become(page, desk, { actor: "mara" });
    await page.goto(customer);
    const number = page.locator("#bank_accounts code");
    assert.equal(await number.isVisible(), false);
    await page.locator("#bank_accounts details.secret summary").click();
    assert.equal((await number.textContent()).trim(), "DE89370400440532013000");
    await become(page, desk, { actor: "amara" });
  });
  await line(n("4c."), "their own words are asked for once no choice fits, under a name of their own, and stand in the profile", async () => {
    const own = page.locator("[id='gender.other']"), words = `agender (${mode})`;
    await page.goto(`${customer}/edit`);
    assert.equal(await own.isVisible(), false);
    await page.locator("#gender").selectOption("other");
    const called = (name) => page.locator(`label[for='${name}.other']`).textContent();
    assert.ok((await called("gender")).endsWith(word("own_words")));
    assert.notEqual(await called("gender"), await called("marital_status"), "two fields of one name cannot be told apart by ear");
    await own.fill(words);
    await save(page);
    await page.waitForURL(`**${customer}*`);
    assert.ok((await page.locator("main").textContent()).includes(words));
    await page.goto(`${customer}/edit`);
    assert.equal(await own.inputValue(), words, "what they said is what is edited");
    await page.locator("#gender").selectOption("not_disclosed");
    await save(page);
    await page.waitForURL(`**${customer}*`);
  });
  await line(n("5a."), "Raise case with an empty title: the summary, its link, and the field; Cancel leaves nothing", async () => {
    await page.goto(`${customer}/interactions`);
    const before = await page.locator("nav.tabs .count").textContent();
    await page.locator("main a[href$='/raise']").click();
    await page.locator("#case_type").selectOption({ label: type });
    if (script) await page.waitForTimeout(400);
    await page.locator("#description").fill("It still has a warranty.");
    await save(page);
    await problemAt(page, "title", script);
    assert.equal(await page.locator("#description").inputValue(), "It still has a warranty.");
    await page.locator("main form a.quiet").click();
    assert.equal(await page.locator("nav.tabs .count").textContent(), before);
  });
  if (script) await line(n("5r."), "what was typed while the stages of another type were fetched stays", async () => {
    await page.goto(`${customer}/interactions`);
    await page.locator("main a[href$='/raise']").click();
    let slow;
    const late = new Promise((go) => { slow = go; });
    const hold = async (route) => { await late; await route.continue(); };
    await page.route("**/raise*", hold);
    await page.locator("#case_type").selectOption({ label: "Complaint" });
    await page.locator("#title").fill("Typed in the meantime");
    await page.locator("#description").fill("And so was this.");
    await page.locator("#priority").selectOption("high");
    await page.locator("main a.quiet").first().focus();
    const answer = page.waitForResponse((one) => one.request().method() === "POST");
    slow();
    await answer;
    await until(async () => (await page.locator("#stage").textContent()).includes("Received"));
    assert.equal(await page.locator("#title").inputValue(), "Typed in the meantime");
    assert.equal(await page.locator("#description").inputValue(), "And so was this.");
    assert.equal(await page.locator("#priority").inputValue(), "high");
    await page.unroute("**/raise*", hold);
    await page.locator("main form a.quiet").click();
  });
  const title = `A lamp flickers (${mode})`;
  await line(n("5b."), "again, and saved: it stands on top of the table, and the count has risen", async () => {
    const before = Number((await page.locator("nav.tabs .count").textContent()).replace(/\D/g, ""));
    await page.locator("main a[href$='/raise']").click();
    await page.locator("#case_type").selectOption({ label: type });
    if (script) await page.waitForTimeout(400);
    await page.locator("#title").fill(title);
    await page.locator("#description").fill("It still has a warranty.");
    await save(page);
    await page.waitForURL("**/interactions*");
    assert.equal((await page.locator("tr.row .title").first().textContent()).trim(), title);
    assert.equal(Number((await page.locator("nav.tabs .count").textContent()).replace(/\D/g, "")), before + 1);
  });
  await line(n("6a."), "View shows the case; without a holder it can be taken", async () => {
    await page.locator("tr.row", { hasText: title }).locator("td a.button").first().click();
    await page.waitForURL("**/cases/C-*");
    assert.equal((await page.locator("h1").textContent()).trim(), title);
    assert.match(await page.locator("main").textContent(), /It still has a warranty\./);
  });
  await line(n("6b."), "Edit: type, stage, title and description in one save", async () => {
    await page.goto(`${customer}/interactions`);
    await page.locator("tr.row", { hasText: title }).locator("td a[href*='/edit']").click();
    await page.locator("#case_type").selectOption({ label: "Complaint" });
    if (script) await page.waitForTimeout(600);
    else await page.locator("button.redraw").click();
    await page.locator("#stage").selectOption({ label: "Received" });
    await page.locator("#title").fill(`${title}, twice`);
    await page.locator("#description").fill("It still has a warranty, until May.");
    await save(page);
    await page.waitForURL("**/interactions*");
    const cells = await page.locator("tr.row", { hasText: `${title}, twice` }).textContent();
    assert.ok(cells.includes("Complaint") && cells.includes("Received"), cells);
  });
  await page.context().close();
}

/** Two browsers at one case. */
async function together(desk) {
  const amara = await sit(desk, "amara"), mara = await sit(desk, "mara");
  look(amara, mara);
  await line("7", "two edit one case: the second reads who and when, and has both texts", async () => {
    for (const page of [amara, mara]) await page.goto("/cases/C-000002/edit");
    await mara.locator("#title").fill("The title of Mara");
    await save(mara);
    await mara.waitForURL((url) => !url.pathname.endsWith("/edit"));
    await amara.locator("#title").fill("The title of Amara");
    await save(amara);
    const problem = amara.locator(".problem").first();
    await problem.waitFor();
    assert.match(await problem.textContent(), /Mara Stein/);
    assert.equal(await problem.locator("time").count() > 0, true, "it says when");
    assert.equal(await amara.locator("#title").inputValue(), "The title of Amara");
    assert.match(await amara.locator("main").textContent(), /The title of Mara/);
    await save(amara);
    await amara.waitForURL((url) => !url.pathname.endsWith("/edit"));
    assert.equal((await amara.locator("h1").textContent()).trim(), "The title of Amara");
  });
  await line("7x", "and what only one of them touched stays as the other has it", async () => {
    for (const page of [amara, mara]) await page.goto("/cases/C-000003/edit");
    await mara.locator("#title").fill("Only the title");
    await save(mara);
    await mara.waitForURL((url) => !url.pathname.endsWith("/edit"));
    await amara.locator("#description").fill("Only the description");
    await save(amara);
    if (await amara.locator(".problem").count()) await save(amara);
    await amara.waitForURL((url) => !url.pathname.endsWith("/edit"));
    await amara.goto("/cases/C-000003");
    assert.equal((await amara.locator("h1").textContent()).trim(), "Only the title");
    assert.match(await amara.locator("main").textContent(), /Only the description/);
  });
  await amara.context().close();
  await mara.context().close();
}

/** Resolved, and opened again; and found by its words. */
async function ending(desk) {
  const page = await sit(desk, "amara");
  look(page);
  const stage = async (label) => {
    await page.goto("/cases/C-000044/edit");
    await page.locator("#stage").selectOption({ label });
    await page.waitForTimeout(600);
  };
  await line("10a", "a case is resolved", async () => {
    await stage("Resolved");
    await save(page);
    await page.waitForURL((url) => !url.pathname.endsWith("/edit"));
    assert.match(await page.locator("#head").textContent(), /Resolved/);
  });
  await line("10b", "opened again without a reason: it is asked for; with one it is open", async () => {
    await stage("In Progress");
    await save(page);
    await page.locator(".problem").first().waitFor();
    await page.locator("#reason").fill("The wardrobe fell over.");
    await save(page);
    await page.waitForURL((url) => !url.pathname.endsWith("/edit"));
    assert.match(await page.locator("#head").textContent(), /In Progress/);
  });
  await line("11", "a word of a note finds its case", async () => {
    await page.goto("/cases/C-000004");
    await page.locator("#text").fill("The zeppelin was late.");
    await page.locator("#write button.primary").click();
    await page.locator("li.note", { hasText: "zeppelin" }).waitFor();
    await page.locator("#find").fill("zeppelin");
    await page.locator("#find").press("Enter");
    await until(async () => /C-000004/.test(await page.locator("main").textContent()));
  });
  await line("8r", "a note is edited, says so, and what it said before is kept; it is retracted, and its place stays", async () => {
    await page.goto("/cases/C-000004");
    const note = page.locator("li.note", { hasText: "zeppelin" });
    await note.locator(".acts a").last().click();
    await page.locator("#note-text").fill("The airship was late.");
    await page.locator(".changes button[value=edit_note]").click();
    const edited = page.locator("li.note", { hasText: "airship" });
    await edited.waitFor();
    assert.ok((await edited.locator(".meta").first().textContent()).includes(say("edited")));
    await edited.locator(".acts a").last().click();
    assert.match(await page.locator(".revisions").textContent(), /zeppelin/);
    await page.locator(".changes button[value=retract_note]").click();
    await page.locator("li.note .gone").first().waitFor();
    assert.doesNotMatch(await page.locator("main").textContent(), /airship/);
  });
  await page.context().close();
}

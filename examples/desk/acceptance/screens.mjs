// Every screen and state, for what looks at all of them: the acceptance and the pictures. `then` brings a page into the state.
const open = (panel) => async (page) => page.goto(`${new URL(page.url()).pathname}?open=${panel}`);
const submit = (panel) => async (page) => {
  await open(panel)(page);
  await page.locator("#panel button.primary").first().click();
  await page.locator(".problem").first().waitFor();
};
/** Goes on by links and buttons, one after the other. */
const into = (...places) => async (page) => {
  for (const place of places) {
    await page.locator(place).first().click();
    await page.waitForLoadState();
  }
};
const history = async (page) => page.goto(`${new URL(page.url()).pathname}/history`);

const ALL = [
  { name: "my-cases", actor: "petra", at: "/" },
  { name: "my-cases-held", actor: "amara", at: "/?of=held" },
  { name: "my-cases-empty", actor: "amara", at: "/" },
  { name: "case-request-untaken", actor: "petra", at: "/find?q=WEB-2046" },
  { name: "case-request-identified", actor: "petra", at: "/find?q=WEB-2048" },
  { name: "case-request-approved", actor: "petra", at: "/find?q=WEB-2050" },
  { name: "case-request-four-eyes", actor: "petra", at: "/find?q=WEB-2051" },
  { name: "case-request-released", actor: "petra", at: "/find?q=WEB-2041" },
  { name: "case-request-no-data", actor: "petra", at: "/find?q=WEB-2042" },
  { name: "case-request-denied", actor: "petra", at: "/find?q=WEB-2043" },
  { name: "case-request-failed", actor: "petra", at: "/find?q=WEB-2044" },
  { name: "case-request-source-failed", actor: "petra", at: "/find?q=WEB-2052" },
  { name: "panel-identification", actor: "petra", at: "/find?q=WEB-2049", then: open("approve_identification") },
  { name: "panel-identification-error", actor: "petra", at: "/find?q=WEB-2049", then: submit("approve_identification") },
  { name: "case-thread", actor: "amara", at: "/cases?q=arrived+broken", then: into("tr.row a.title") },
  { name: "case-long", actor: "amara", at: "/cases?q=wardrobe", then: into("tr.row a.title") },
  { name: "case-complaint", actor: "amara", at: "/cases?q=neighbour", then: into("tr.row a.title") },
  { name: "case-as-auditor", actor: "ines", at: "/cases?q=arrived+broken", then: into("tr.row a.title") },
  { name: "panel-data", actor: "petra", at: "/find?q=WEB-2048", then: async (page) => {
    await open("prepare_data")(page);
    if (!(await page.locator("#panel figure.preview").count())) await page.locator("#panel button.primary").click();
    await page.locator("#panel figure.preview").first().waitFor();
    await page.locator("label.hide input").nth(1).check();
  } },
  { name: "panel-data-source-failed", actor: "petra", at: "/find?q=WEB-2052", then: open("prepare_data") },
  { name: "panel-no-data", actor: "petra", at: "/find?q=WEB-2048", then: open("approve_no_data") },
  { name: "panel-release", actor: "petra", at: "/find?q=WEB-2050", then: open("release") },
  { name: "panel-deny", actor: "petra", at: "/find?q=WEB-2048", then: open("deny") },
  { name: "panel-deny-error", actor: "petra", at: "/find?q=WEB-2048", then: async (page) => {
    await open("deny")(page);
    await page.locator("#panel button.danger").click();
    await page.locator(".problem").first().waitFor();
  } },
  { name: "panel-deadlines", actor: "petra", at: "/find?q=WEB-2048", then: open("deadlines") },
  { name: "panel-message", actor: "petra", at: "/find?q=WEB-2048", then: open("send_message") },
  { name: "customers", actor: "amara", at: "/customers" },
  { name: "customers-none", actor: "amara", at: "/customers?q=nobodyofthisname" },
  { name: "customer", actor: "amara", at: "/customers?q=Ada+Obi", then: into("tr.row a") },
  { name: "customer-interactions", actor: "amara", at: "/customers?q=Ada+Obi", then: into("tr.row a", "nav.tabs a >> nth=1") },
  { name: "customer-raise", actor: "amara", at: "/customers?q=Ada+Obi", then: into("tr.row a", "nav.tabs a >> nth=1", "main a[href$='/raise']") },
  { name: "customer-edit", actor: "amara", at: "/customers?q=Ada+Obi", then: into("tr.row a", "main a[href$='/edit'] >> nth=0") },
  { name: "customer-as-auditor", actor: "ines", at: "/customers?q=Ada+Obi", then: into("tr.row a") },
  { name: "raise", actor: "amara", at: "/raise" },
  { name: "raise-error", actor: "amara", at: "/raise", then: async (page) => {
    await page.locator("#raise button.primary").click();
    await page.locator(".problem").first().waitFor();
  } },
  { name: "case-edit", actor: "amara", at: "/cases/C-000002/edit" },
  { name: "note-changes", actor: "amara", at: "/cases?q=arrived+broken", then: into("tr.row a.title", "li.note .acts a >> nth=1") },
  { name: "types", actor: "mara", at: "/types" },
  { name: "type-new", actor: "mara", at: "/types/new" },
  { name: "type", actor: "mara", at: "/types", then: into("tr.row a.title >> nth=0") },
  { name: "type-off", actor: "mara", at: "/types", then: into("button[role=switch] >> nth=0") },
  { name: "types-forbidden", actor: "amara", at: "/types" },
  { name: "overview", actor: "mara", at: "/cases" },
  { name: "overview-filtered", actor: "mara", at: "/cases?q=refund&sort=oldest" },
  { name: "overview-none", actor: "mara", at: "/cases?q=nothinglikethis" },
  { name: "errors", actor: "ivo", at: "/errors" },
  { name: "errors-setting", actor: "ivo", at: "/errors?open=webform" },
  { name: "settings", actor: "ivo", at: "/settings" },
  { name: "settings-forbidden", actor: "amara", at: "/settings" },
  { name: "people", actor: "mara", at: "/people" },
  { name: "statistics", actor: "mara", at: "/statistics" },
  { name: "history", actor: "ines", at: "/find?q=WEB-2050", then: history },
  { name: "history-verified", actor: "ines", at: "/find?q=WEB-2050", then: async (page) => {
    await history(page);
    await page.locator("#verify").click();
    await page.locator("#verified").waitFor();
  } },
  { name: "demo", actor: "petra", at: "/demo" },
  { name: "palette", actor: "petra", at: "/", then: async (page) => { await page.keyboard.press("Control+k"); await page.keyboard.type("refund"); await page.locator("#palette li").first().waitFor(); await page.waitForTimeout(250); } },
  { name: "keys", actor: "petra", at: "/", then: async (page) => { await page.keyboard.press("?"); await page.locator("#keys").waitFor(); } },
  { name: "menu", actor: "petra", at: "/", then: (page) => page.locator(".who summary").click() },
  { name: "not-found", actor: "petra", at: "/cases/C-999999" },
];

/** All of them, or those whose names begin as one of SCREENS=overview,case does. */
const asked = process.env.SCREENS?.split(",");
export const SCREENS = ALL.filter((one) => !asked || asked.some((name) => one.name.startsWith(name)));

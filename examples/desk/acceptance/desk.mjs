// A desk of its own for a part: a process of the program, with a folder that nobody else uses.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
export const out = join(root, "target/desk-browser/out");

export class Desk {
  /** A new file in a new folder, or the one that is there; on a port that is free, or the one that is given. */
  static async start(name, { fresh = true, port = 0, cases = 0, program = process.env.DESK ?? join(root, "target/debug/desk") } = {}) {
    const folder = join(out, name);
    if (fresh) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const args = [join(folder, "cases.db"), "--port", String(port)];
    if (cases && fresh) args.push("--cases", String(cases));
    const began = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const desk = new Desk();
    Object.assign(desk, { name, folder, child, told: "" });
    child.stderr.on("data", (some) => (desk.told += some));
    desk.ended = new Promise((done) => child.once("exit", (code, signal) => done(signal ?? code)));
    desk.url = await new Promise((done, failed) => {
      let said = "";
      child.stdout.on("data", (some) => {
        said += some;
        const url = said.match(/http:\/\/localhost:\d+/)?.[0];
        if (url) done(url);
      });
      desk.ended.then((how) => failed(new Error(`the desk ended (${how}) before it was open: ${desk.told}`)));
      child.once("error", failed);
    });
    desk.took = performance.now() - began;
    running.add(desk);
    return desk;
  }

  get port() { return Number(new URL(this.url).port); }

  /** As if the power went, or as an operator stops it. Says how it ended. */
  async stop(signal = "SIGINT") {
    running.delete(this);
    this.child.kill(signal);
    const late = new Promise((done) => setTimeout(done, 5000, "late").unref());
    const how = await Promise.race([this.ended, late]);
    if (how === "late") this.child.kill("SIGKILL");
    return how;
  }
}

// Nothing is left running, however this ends.
const running = new Set();
process.on("exit", () => running.forEach((desk) => desk.child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

// Mails that a mail server takes, refuses, or takes without saying so: what the outbox shows, and sending
// again. The mail server is a real one as far as SMTP goes, and does with a mail what its receiver's name says.
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { create, expect, money, serve, signIn, test } from "./rondo.ts";

interface MailServer {
  port: number;
  /** Receivers as they came in, whatever became of the mail. */
  heard: string[];
  /** From now on everything is taken. */
  relent: () => void;
  stop: () => void;
}

async function mailServer(): Promise<MailServer> {
  const heard: string[] = [];
  let strict = true;
  const lost = new Set<string>();
  const talk = (socket: Socket) => {
    const say = (line: string) => socket.write(`${line}\r\n`);
    let receiver = "";
    let inMail = false;
    say("220 sink");
    socket.on("error", () => socket.destroy());
    createInterface(socket).on("line", (line) => {
      if (inMail) {
        if (line !== ".") return;
        inMail = false;
        heard.push(receiver);
        // The mail is here, and its sender is never told.
        if (receiver.startsWith("lost") && !lost.has(receiver)) {
          lost.add(receiver);
          socket.destroy();
        } else say("250 taken");
      } else if (/^RCPT TO/i.test(line)) {
        receiver = /<(.*)>/.exec(line)?.[1] ?? "";
        if (strict && receiver.startsWith("refused")) say("550 no such mailbox");
        else say("250 fine");
      } else if (/^DATA/i.test(line)) {
        inMail = true;
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 bye");
        socket.end();
      } else say("250 fine");
    });
  };
  const server = createServer(talk);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    relent: () => {
      strict = false;
    },
    stop: () => server.close(),
  };
}

test("a refused mail is sent again by hand, and one that may be there twice says so", async ({ page }) => {
  test.setTimeout(90_000);
  const mails = await mailServer();
  const server = await serve("--demo", "--smtp-url", `smtp://127.0.0.1:${mails.port}`);
  try {
    await signIn(page, "manager", server.address);
    const fields = { sku: "MAIL", name: "Kettle", price: money("1.00"), on_hand: 50 };
    const product = await create(page, "product", { fields });
    for (const name of ["refused", "lost", "taken"]) {
      const receiver = `${name}@shop.example`;
      const account = await create(page, "account", { fields: { name, email: receiver } });
      await create(page, "order", {
        fields: { account, status: "submitted" },
        parts: { lines: [{ fields: { product, quantity: 1 } }] },
      });
    }
    await page.goto(`${server.address}/outbox`);
    const row = (name: string) => page.getByRole("row", { name: new RegExp(`${name}@shop`) });
    await expect(row("taken")).toContainText("Sent");
    await expect(row("taken")).not.toContainText("Perhaps sent twice");
    await expect(row("lost")).toContainText("Perhaps sent twice", { timeout: 30_000 });
    await expect(row("lost")).toContainText("Sent");
    expect(mails.heard.filter((one) => one.startsWith("lost"))).toHaveLength(2);

    await expect(row("refused")).toContainText("Failed");
    await row("refused").getByRole("button").click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("550 no such mailbox");
    mails.relent();
    await dialog.getByRole("button", { name: "Send again" }).click();
    await expect(dialog).toContainText("Sent");
    await expect(dialog.getByRole("button", { name: "Send again" })).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(row("refused")).toContainText("Sent");
    await expect(row("refused")).not.toContainText("Perhaps sent twice");
    expect(mails.heard.filter((one) => one.startsWith("refused"))).toHaveLength(1);
  } finally {
    // A page that is still open would complain that its server is gone.
    await page.goto("about:blank");
    await server.stop();
    mails.stop();
  }
});

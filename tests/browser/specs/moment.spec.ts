// A date and time that somebody has entered is shown as such, on the record and in its history.
import { expect, create, signIn, test } from "./rondo.ts";

test.use({ timezoneId: "Europe/Berlin", locale: "en-GB" });

test("a date and time is shown as the moment itself, and how far off it is on hover", async ({ page }) => {
  await signIn(page, "admin");
  const label = (text: string) => ({ en: text, zh: text });
  const defined = await page.request.put("/api/objects", {
    data: {
      name: "visit",
      label: label("Visit"),
      plural: label("Visits"),
      title: "subject",
      list: ["subject", "planned"],
      fields: [
        { name: "subject", label: label("Subject"), type: "text", max: 80, required: true },
        { name: "planned", label: label("Planned for"), type: "date_time" },
      ],
    },
  });
  expect(defined.ok(), await defined.text()).toBe(true);
  const visit = await create(page, "visit", { fields: { subject: "Hall 4", planned: "2031-05-06T07:30:00Z" } });
  const changed = await page.request.patch(`/api/records/visit/${visit}`, {
    data: { version: 1, fields: { planned: "2031-05-07T13:00:00Z" } },
  });
  expect(changed.ok(), await changed.text()).toBe(true);
  await page.goto(`/records/visit/${visit}`);
  const later = page.locator('time[datetime^="2031-05-07T13:00"]').first();
  await expect(later).toHaveText(/7.*2031.*(15:00|3:00\sPM)/);
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline.locator("li[data-kind=updated]")).toContainText(/6.*2031.*→.*7.*2031/s);
  await timeline.locator('time[datetime^="2031-05-07T13:00"]').hover();
  await expect(page.getByRole("tooltip")).toHaveText(/^in \d+ years?$/);
});
